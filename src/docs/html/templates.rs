//! In: files of a folder of templates. Out: [`Templates`], the built-in ones with those files in their place.
//! Invariant: a file that takes the place of nothing is an error, not left aside.

use std::collections::BTreeMap;

/// The built-in templates, by name.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("ceiling.html", include_str!("../assets/templates/ceiling.html")),
    ("clause.html", include_str!("../assets/templates/clause.html")),
    ("department.html", include_str!("../assets/templates/department.html")),
    ("departments.html", include_str!("../assets/templates/departments.html")),
    ("duty.html", include_str!("../assets/templates/duty.html")),
    ("glossary.html", include_str!("../assets/templates/glossary.html")),
    ("index.html", include_str!("../assets/templates/index.html")),
    ("industries.html", include_str!("../assets/templates/industries.html")),
    ("industry.html", include_str!("../assets/templates/industry.html")),
    ("layout.html", include_str!("../assets/templates/layout.html")),
    ("original.html", include_str!("../assets/templates/original.html")),
    ("pager.html", include_str!("../assets/templates/pager.html")),
    ("quotes.html", include_str!("../assets/templates/quotes.html")),
    ("rows.html", include_str!("../assets/templates/rows.html")),
    ("scenario.html", include_str!("../assets/templates/scenario.html")),
    ("scenarios.html", include_str!("../assets/templates/scenarios.html")),
    ("search.html", include_str!("../assets/templates/search.html")),
    ("selfcheck.html", include_str!("../assets/templates/selfcheck.html")),
    ("timeline.html", include_str!("../assets/templates/timeline.html")),
];

/// The built-in files that are copied as they are, by name.
pub const ASSETS: &[(&str, &str)] = &[
    ("search.js", include_str!("../assets/search.js")),
    ("selfcheck.js", include_str!("../assets/selfcheck.js")),
    ("style.css", include_str!("../assets/style.css")),
];

/// The built-in templates of the handbook as PDF, by name.
pub const TYPESET: &[(&str, &str)] = &[
    ("handbook.typ", include_str!("../assets/typst/handbook.typ")),
    ("official.typ", include_str!("../assets/typst/official.typ")),
];

/// What pages are made with, those of the site and those of the handbook.
#[derive(Debug, Clone)]
pub struct Templates {
    pub(super) pages: BTreeMap<String, String>,
    pub(super) assets: BTreeMap<String, String>,
    pub(in crate::docs) typeset: BTreeMap<String, String>,
}

impl Default for Templates {
    fn default() -> Templates {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Templates {
            pages: TEMPLATES.iter().map(owned).collect(),
            assets: ASSETS.iter().map(owned).collect(),
            typeset: TYPESET.iter().map(owned).collect(),
        }
    }
}

impl Templates {
    /// Puts a file in the place of a built-in one of the same name; whether there is one.
    #[must_use]
    pub fn replace(&mut self, name: &str, text: String) -> bool {
        let Templates { pages, assets, typeset } = self;
        match pages.get_mut(name).or_else(|| assets.get_mut(name)).or_else(|| typeset.get_mut(name)) {
            Some(place) => {
                *place = text;
                true
            }
            None => false,
        }
    }

    /// The names that a file may have.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TEMPLATES.iter().chain(ASSETS).chain(TYPESET).map(|(name, _)| *name)
    }
}
