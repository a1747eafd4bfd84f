//! In: the text that the amendments of a day have made. Out: the same with its clauses in the places that their lines “列在” give them.
//! Invariant: the amendments are taken in the order of their ids, so that their order in the files means nothing; a clause is put in one place.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{File, Item};
use crate::syntax::keywords::ItemKeyword;

use super::operate::{Line, is_placing};
use super::target::Trees;
use super::words::squeezed;
use super::{Making, items};

/// Puts clauses in their places, line by line.
pub(super) fn ordered(made: &mut Making<'_>, mut state: Vec<File>, day: i32) -> Vec<File> {
    let mut amendments: Vec<(String, usize)> =
        made.amendments.iter().filter(|it| it.day == day).map(|it| (it.id.clone(), it.number)).collect();
    amendments.sort();
    // Where each clause was put: the line, and what it says.
    let mut put: BTreeMap<Span, (Span, String)> = BTreeMap::new();
    for (_, number) in amendments {
        let lines = amendment(&state, number).map_or(0, |item| item.fields.len());
        for at in 0..lines {
            let absent = made.hidden(&state, |from| from > day);
            let field = amendment(&state, number).and_then(|item| item.fields.get(at));
            let Some(field) = field.filter(|field| is_placing(field, made.sources)) else { continue };
            let line = Line { trees: Trees { files: &state, sources: made.sources, absent: &absent }, field, day };
            let (place, said) = (line.whole(), squeezed(made.sources.text(line.whole())));
            match line.placed() {
                Ok((clause, edits)) => match put.get(&clause) {
                    Some((_, before)) if *before == said => {}
                    Some((before, _)) => made.found.push(twice(*before, place)),
                    None => {
                        put.insert(clause, (place, said));
                        state = made.edited(&state, &edits);
                    }
                },
                Err(found) => made.found.push(*found),
            }
        }
    }
    state
}

/// The amendment of a number: amendments are never amended, so they keep their order.
fn amendment(state: &[File], number: usize) -> Option<&Item> {
    items(state).map(|(_, item)| item).filter(|item| item.keyword == ItemKeyword::Amendment).nth(number)
}

fn twice(before: Span, line: Span) -> Diagnostic {
    Diagnostic::new(
        Code::AmendmentsConflict,
        line,
        "同一天施行的修订把一个条款列在两个地方",
        "amendments of one day put a clause in two places",
    )
    .also(before, "另一处在这里", "the other is here")
    .help("只留一个", "keep one")
}
