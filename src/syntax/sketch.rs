//! In: a surface tree. Out: what it says without its places, one line an item, field or numbered line, for tests to compare.
//! Invariant: two trees that differ in anything but spans (and `folded`) give two sketches.

use super::ast::{Comment, File, ListItem, Part, Phrase, Separator, Spanned, Trivia};

pub(super) fn sketch(file: &File) -> String {
    let mut out = String::new();
    for item in &file.items {
        trivia(&item.trivia, &mut out);
        out += &format!("{:?}", item.keyword);
        let header = &item.header;
        out += &tagged(" lead", header.lead.as_ref());
        out += &tagged(" title", header.title.as_ref());
        out += &tagged(" id", header.alias.as_ref());
        for modifier in &header.modifiers {
            out += &format!(" with {}", phrase(modifier));
        }
        if let Some(value) = &header.value {
            out += &format!(" : {}", phrase(value));
        }
        out.push('\n');
        list(&header.list, &mut out);
        for field in &item.fields {
            trivia(&field.trivia, &mut out);
            out += &format!("  {}", field.label.text);
            if let Some(keyword) = field.keyword {
                out += &format!(" {keyword:?}");
            }
            out += &tagged(" id", field.alias.as_ref());
            if field.colon.is_some() {
                out += " :";
            }
            out += &format!(" {}\n", phrase(&field.value));
            list(&field.list, &mut out);
        }
    }
    trivia(&Trivia { before: file.trailing.clone(), after: None }, &mut out);
    out
}

fn tagged(tag: &str, text: Option<&Spanned>) -> String {
    text.map(|text| format!("{tag}={:?}", text.text)).unwrap_or_default()
}

fn list(items: &[ListItem], out: &mut String) {
    for item in items {
        trivia(&item.trivia, out);
        *out += &format!("    {} {}", item.level, item.marker.text);
        *out += &tagged(" label", item.label.as_ref());
        *out += &format!(" {}\n", phrase(&item.value));
    }
}

fn trivia(trivia: &Trivia, out: &mut String) {
    let show = |comment: &Comment| format!("#{}{:?}\n", if comment.blank_before { "#" } else { "" }, comment.text);
    trivia.before.iter().for_each(|comment| *out += &show(comment));
    trivia.after.iter().for_each(|comment| *out += &format!(">{}", show(comment)));
}

fn phrase(phrase: &Phrase) -> String {
    let parts: Vec<String> = phrase.parts.iter().map(part).collect();
    format!("[{}]", parts.join(" "))
}

fn part(part: &Part) -> String {
    match part {
        Part::Run(run) => run.text.clone(),
        Part::Quote(text) => format!("Q{:?}", text.text),
        Part::Title(text) => format!("T{:?}", text.text),
        Part::Bracket { inner, .. } => format!("({})", phrase(inner)),
        Part::Separator { kind: Separator::Comma, .. } => ",".to_owned(),
        Part::Separator { kind: Separator::Pause, .. } => "、".to_owned(),
        Part::Separator { kind: Separator::Semicolon, .. } => ";".to_owned(),
        Part::Separator { kind: Separator::Colon, .. } => ":".to_owned(),
    }
}
