//! In: ids of things. Out: the paths of their pages, relative to the folder of a language.
//! Invariant: different ids have different paths, whatever the file system takes for the same name; a path holds only `a-z 0-9 - _ . /`.

/// Longest encoded name; longer ones end in a checksum.
const NAME_BYTES_MAX: usize = 96;

/// Names that some systems do not take as file names.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "index"];

/// An id as a file name: small letters, digits and `-` stay, everything else is its code point in hexadecimal after `_`.
#[must_use]
pub fn file_name(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        match letter {
            'a'..='z' | '0'..='9' | '-' => name.push(letter),
            other => name.push_str(&format!("_{:x}_", u32::from(other))),
        }
    }
    let device = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1);
    if name.is_empty() || RESERVED.contains(&name.as_str()) || device("com") || device("lpt") {
        name.insert_str(0, "_-");
    }
    if name.len() > NAME_BYTES_MAX {
        let sum = crc32fast::hash(name.as_bytes());
        name.truncate(NAME_BYTES_MAX - 16);
        name.push_str(&format!("_-{sum:08x}-{:x}", id.len()));
    }
    name
}

/// The page of a thing of a kind.
#[must_use]
pub fn page(kind: &str, id: &str) -> String {
    let folder = match kind {
        "clause" => "clauses",
        "department" => "departments",
        "industry" => "industries",
        _ => "scenarios",
    };
    format!("{folder}/{}.html", file_name(id))
}

/// A page of several: the first has the plain name.
#[must_use]
pub fn numbered(name: &str, number: usize) -> String {
    if number <= 1 { format!("{name}.html") } else { format!("{name}-{number}.html") }
}

/// What leads from a page to the folder of its language.
#[must_use]
pub fn root(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_file_names_are_encoded() {
        assert_eq!(file_name("ai-industry"), "ai-industry");
        assert_eq!(file_name("a/../b"), "a_2f__2e__2e__2f_b");
        assert_ne!(file_name("A"), file_name("a"));
        assert_eq!(file_name("con"), "_-con");
        assert_eq!(file_name("com1"), "_-com1");
        assert_eq!(file_name(""), "_-");
        assert_eq!(file_name("区"), "_533a_");
        let long = file_name(&"科".repeat(200));
        assert!(long.len() <= NAME_BYTES_MAX && long != file_name(&"科".repeat(201)));
    }
}
