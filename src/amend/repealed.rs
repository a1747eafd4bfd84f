//! In: amendments with the text that they change. Out: what they repeal ([`Repealed`]), and extensions that come too late.
//! Invariant: what is said here changes no text.

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::Item;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword};

use super::operate::{Line, date};
use super::words::Words;

/// What an amendment repeals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repealed {
    /// The id of the clause; `None` for the whole policy.
    pub clause: Option<String>,
    /// The first day on which it no longer holds.
    pub day: i32,
    /// The number of the amendment, where it has one.
    pub number: Option<String>,
    /// Its title, where it has one.
    pub title: Option<String>,
}

/// What a line repeals; nothing where it is another line, or its target is not there.
pub fn repealed(line: &Line<'_>, amendment: &Item) -> Option<Repealed> {
    if line.field.keyword != Some(FieldKeyword::Repeal) {
        return None;
    }
    let letters = line.trees.letters(line.whole());
    let item = line.trees.target(&mut Words { rest: &letters }, line.whole()).ok()?.item;
    let text = |name: &Option<crate::syntax::ast::Spanned>| name.as_ref().map(|name| name.text.clone());
    let clause = match item.keyword {
        ItemKeyword::Policy => None,
        ItemKeyword::Clause => Some(text(&item.header.alias)?),
        _ => return None,
    };
    let (number, title) = (text(&amendment.header.lead), text(&amendment.header.title));
    Some(Repealed { clause, day: line.day, number, title })
}

/// A warning where a line extends what has ended before the amendment comes into force.
pub fn too_late(line: &Line<'_>) -> Option<Diagnostic> {
    if line.field.keyword != Some(FieldKeyword::Extend) {
        return None;
    }
    let (field, last) = line.extended().ok()?;
    let ended = date(&last)?;
    if ended.checked_add(1)? >= line.day {
        return None;
    }
    let (ended, day) = (calendar::iso(ended.into()), calendar::iso(line.day.into()));
    let found = Diagnostic::new(
        Code::ExtendedAfterExpiry,
        line.whole(),
        format!("有效期到 {ended} 已经届满，修订 {day} 才施行，其间没有效力"),
        format!("the validity ended on {ended}, the amendment begins on {day}: nothing holds in between"),
    );
    let found = found.also(line.trees.sources.origin(field), "原来的有效期", "the validity as it was");
    Some(found.help(
        "要接上，施行日写到届满以前；已经失效的，另行发布新的政策",
        "let the amendment begin before the end, or make a new policy",
    ))
}
