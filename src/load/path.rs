//! In: paths as drafters write them. Out: relative paths with `/`, without `.` and without a `..` that could be removed.

/// The path of `written` as seen from the file `from`; `None` where it is absolute.
#[must_use]
pub fn join(from: &str, written: &str) -> Option<String> {
    let written = written.replace('\\', "/");
    let drive =
        written.as_bytes().get(1) == Some(&b':') && written.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if written.starts_with('/') || drive {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = if from.starts_with('/') && folder.is_empty() { "/" } else { "" };
    Some(normalise(&format!("{root}{folder}{}{written}", if folder.is_empty() { "" } else { "/" })))
}

/// The same path with `/`, without empty parts and `.`; `..` takes off the part before it where there is one.
#[must_use]
pub fn normalise(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(join("a/main.policy", "b.policy").as_deref(), Some("a/b.policy"));
        assert_eq!(join("main.policy", "./x//b.policy").as_deref(), Some("x/b.policy"));
        assert_eq!(join("a/b/main.policy", r"..\共用\b.policy").as_deref(), Some("a/共用/b.policy"));
        assert_eq!(join("main.policy", "../b.policy").as_deref(), Some("../b.policy"));
        assert_eq!(join("../main.policy", "../b.policy").as_deref(), Some("../../b.policy"));
        assert_eq!(join("/p/main.policy", "b.policy").as_deref(), Some("/p/b.policy"));
        assert_eq!(join("/main.policy", "b.policy").as_deref(), Some("/b.policy"));
        assert_eq!(join("main.policy", "/etc/b.policy"), None);
        assert_eq!(join("main.policy", r"C:\b.policy"), None);
    }
}
