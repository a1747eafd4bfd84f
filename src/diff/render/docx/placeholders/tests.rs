//! Placeholders by their braces, and where text is looked for.

use super::*;

fn names(text: &str) -> Vec<String> {
    braced(text).into_iter().map(|(_, name)| name).collect()
}

#[test]
fn names_in_braces() {
    assert_eq!(names("{{对照表}}"), ["对照表"]);
    assert_eq!(names("甲｛｛ 标 题 ｝｝乙{{现行}}"), ["标题", "现行"]);
    assert_eq!(names("{{}} {{ }} {{{{标题}} }} {对照表} }}{{"), ["标题"]);
    assert_eq!(names(&format!("{{{{{}}}}}", "长".repeat(NAME_MAX + 1))), Vec::<String>::new());
}

#[test]
fn only_text_of_word_is_looked_at() {
    let xml =
        |root: &str| format!("<{root}><w:body><w:p><w:r><w:t>{{{{标题}}}}</w:t></w:r></w:p></w:body></w:document>");
    let main = format!("w:document xmlns:w=\"{}\"", super::super::MAIN);
    assert_eq!(find(&xml(&main)).unwrap().spots.len(), 1);
    assert!(find(&xml("w:document")).is_none());
    assert!(find("").is_none());
}
