//! In: findings of any stage. Out: [`Diagnostic`], free of every rendering crate, which `render` turns into text, JSON or SARIF.
//! Invariant: message, help and fix are separate, and each carries both languages, written beside the rule that raises it.

pub mod codes;
mod fixes;
pub mod miette;
pub mod render;

use serde::Serialize;

use crate::source::Span;
pub use codes::Code;
pub use fixes::apply_fixes;

/// How bad it is. Only errors stop a compilation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The policy or the data cannot be used.
    Error,
    /// It can be used, but a drafter should look.
    Warning,
    /// For information only.
    Note,
}

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English: lower case, no full stop, user text in backticks.
    pub en: String,
}

impl Text {
    /// Both spellings of one text.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    /// The spelling in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A place with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said there; may be empty.
    pub text: Text,
}

/// A replacement of the bytes under a span.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// A change that a machine may apply as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What the change does.
    pub title: Text,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// One finding about a policy or its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: Text,
    /// Where.
    pub primary: Label,
    /// Further places that explain it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<Text>,
    /// Ready-made changes, best first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding with the default severity of its code.
    pub fn new(code: Code, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: Text::new(zh, en),
            primary: Label { span, text: Text::new("", "") },
            secondary: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Sets the text under the primary caret.
    #[must_use]
    pub fn label(mut self, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.primary.text = Text::new(zh, en);
        self
    }

    /// Adds a secondary place.
    #[must_use]
    pub fn also(mut self, span: Span, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { span, text: Text::new(zh, en) });
        self
    }

    /// Sets the advice.
    #[must_use]
    pub fn help(mut self, zh: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.help = Some(Text::new(zh, en));
        self
    }

    /// Asks whether a near name was meant.
    #[must_use]
    pub fn perhaps(self, near: &str) -> Diagnostic {
        self.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?"))
    }

    /// Asks whether a near name was meant, and offers to write it.
    #[must_use]
    pub fn did_you_mean(self, span: Span, near: &str) -> Diagnostic {
        self.perhaps(near).fix(span, near, format!("改为“{near}”"), format!("change to `{near}`"))
    }

    /// Adds a machine-applicable change of one place.
    #[must_use]
    pub fn fix(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Diagnostic {
        self.fixes.push(Fix { title: Text::new(zh, en), edits: vec![Edit { span, replacement: replacement.into() }] });
        self
    }

    /// Moves every span to the file whose id is larger by `first`, after [`crate::source::Sources::append`].
    pub fn renumber_files(&mut self, first: u32) {
        let labels = std::iter::once(&mut self.primary).chain(&mut self.secondary).map(|label| &mut label.span);
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
        for span in labels.chain(edits) {
            span.file.0 = span.file.0.saturating_add(first);
        }
    }

    /// Whether it stops a compilation.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Whether any of `diagnostics` is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

/// Puts findings into source order (file, place, code) and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.primary.span, a.code, &a.message).cmp(&(b.primary.span, b.code, &b.message)));
    diagnostics.dedup();
}

/// The nearest of `candidates` to `name`, near enough to be what was meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = match length {
        0 | 1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => length / 3,
    };
    // Of two that are equally near, the one that begins alike: `clase` is `clause` rather than `case`.
    let unlike =
        |candidate: &str| length - name.chars().zip(candidate.chars()).take_while(|(one, two)| one == two).count();
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let rank = (strsim::osa_distance(name, candidate), unlike(candidate), candidate);
        if rank.0 <= allowed && best.is_none_or(|other| rank < other) {
            best = Some(rank);
        }
    }
    best.map(|(_, _, candidate)| candidate)
}

/// The nearest name of an office: what it is for must be alike, not only its rank and its kind. 区民政局 is not 区财政局.
#[must_use]
pub fn nearest_office<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(name, candidates.into_iter().filter(|candidate| is_same_office(name, candidate)))
}

/// Whether two names of offices may be meant for one: their middles are alike in two of three characters, or begin alike where they have
/// two (区财证局 for 区财政局), or one holds the other.
fn is_same_office(one: &str, other: &str) -> bool {
    let middle = |name: &str| -> Vec<char> {
        let name = name.strip_prefix(['省', '市', '区', '县', '镇']).unwrap_or(name);
        let name = ["委员会", "办公室", "中心", "局", "委", "办", "部", "厅", "处"]
            .into_iter()
            .find_map(|kind| name.strip_suffix(kind))
            .unwrap_or(name);
        name.chars().collect()
    };
    let (one, other) = (middle(one), middle(other));
    let (text, candidate): (String, String) = (one.iter().collect(), other.iter().collect());
    text.contains(&candidate)
        || candidate.contains(&text)
        || (one.len() == 2 && other.len() == 2 && one.first() == other.first())
        || strsim::osa_distance(&text, &candidate) * 3 <= one.len().max(other.len())
}
