//! In: the files of a site. Out: every internal link that leads nowhere.
//! Invariant: what a browser would follow on the file system is what is checked: files by path, places by id.

use std::collections::{BTreeMap, BTreeSet};

/// A link that leads nowhere: the page it stands on, and the link.
pub type Broken = (String, String);

/// The values of an attribute in a page. Pages are made by templates, which quote attributes with `"`.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find(&start) {
        rest = rest.get(at + start.len()..).unwrap_or("");
        let end = rest.find('"').unwrap_or(rest.len());
        found.push(rest.get(..end).unwrap_or(""));
        rest = rest.get(end..).unwrap_or("");
    }
    found
}

/// A path as seen from a page, without `.` and `..`; `None` where it leaves the site.
fn resolved(page: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// Whether a link leads out of the site.
fn is_external(link: &str) -> bool {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.chars().all(|letter| letter.is_ascii_alphanumeric())) || link.starts_with("//")
}

/// Every internal link that leads nowhere, in order of page.
#[must_use]
pub fn broken(files: &BTreeMap<String, String>) -> Vec<Broken> {
    let pages = || files.iter().filter(|(path, _)| path.ends_with(".html"));
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages().map(|(path, page)| (path.as_str(), values(page, "id").into_iter().collect())).collect();
    let mut found = Vec::new();
    for (path, page) in pages() {
        let links = ["href", "src", "action"].into_iter().flat_map(|attribute| values(page, attribute));
        let links: BTreeSet<&str> = links.filter(|link| !is_external(link)).collect();
        for link in links {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let file = file.split('?').next().unwrap_or("");
            let target = if file.is_empty() { Some(path.clone()) } else { resolved(path, file) };
            let there = target.is_some_and(|target| {
                let known = files.contains_key(&target);
                let place_known = place.is_empty() || ids.get(target.as_str()).is_some_and(|ids| ids.contains(place));
                known && place_known
            });
            if !there {
                found.push((path.clone(), link.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_by_file_and_by_place() {
        let site = |page: &str| {
            BTreeMap::from([("a.html".to_owned(), "<p id=\"x\">".to_owned()), ("b/c.html".to_owned(), page.to_owned())])
        };
        assert!(
            broken(&site("<a href=\"../a.html#x\"><a href=\"https://e.cn\"><a href=\"../a.html?q=1\">")).is_empty()
        );
        for bad in ["../a.html#y", "a.html", "../../a.html", "#z"] {
            assert_eq!(broken(&site(&format!("<a href=\"{bad}\">"))), [("b/c.html".to_owned(), bad.to_owned())]);
        }
    }
}
