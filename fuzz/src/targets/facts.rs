//! Any text is read as facts, as a ledger and as an application of a batch; what is read without error is decided and settled.

use std::sync::OnceLock;

use guiju::bytecode::Verified;
use guiju::diagnostics::{Lang, has_errors, render};
use guiju::input::Reader;
use guiju::input::applications::{Applications, Body, Line};
use guiju::input::contradictions::contradictions;
use guiju::settle::{self, Batch, Rules};
use guiju::source::Sources;
use guiju::vm::{Vm, ledger};

use super::parse::placed;
use crate::corpus;

/// How many programs of the corpus are the repository's own policies, and most of the others that are read against.
const OWN: usize = 4;
const MORE: usize = 8;

/// Reads the text against each policy of the corpus.
pub fn fuzz(data: &[u8]) -> bool {
    static PROGRAMS: OnceLock<Vec<Verified>> = OnceLock::new();
    let text = String::from_utf8_lossy(data);
    let programs = PROGRAMS.get_or_init(corpus::programs);
    // The first few are the repository's own policies, to which the seeds belong; of the others those with lists, figures by year, groups.
    let more = programs.iter().skip(OWN).filter(|program| {
        let tables = &program.program().tables;
        !tables.lists.is_empty() || !tables.series.is_empty() || !tables.settlement.groups.is_empty()
    });
    let all = programs.iter().take(OWN).chain(more.take(MORE));
    all.filter(|program| read(program, &text) | settles(program, &text)).count() > 0
}

/// Reads the text as an application of a batch, and settles it.
fn settles(program: &Verified, text: &str) -> bool {
    let rules = Rules::new(program.program());
    let mut sources = Sources::new();
    let id = sources.add("applications.jsonl", text);
    let reader = Applications::new(rules.tables, &rules.cap_amounts);
    let (line, found) = reader.read(id, text);
    placed(text, &found);
    let (awards, more) = Reader::new(rules.tables).placed_ledger(id, text, None);
    if !has_errors(&more) {
        placed(text, &contradictions(rules.tables, &rules.cap_amounts, &awards, None));
    }
    let Some(Line { id, date, body: Body::Assessed(assessed) }) = line else { return false };
    let subjects: Vec<(u32, &str)> = assessed.subjects.iter().map(|(kind, text)| (*kind, text.as_ref())).collect();
    let mut batch = Batch::new();
    let names = [format!("{id}-1"), format!("{id}-2")];
    for name in &names {
        let application = settle::Application {
            id: name,
            date,
            subjects: &subjects,
            awards: &assessed.awards,
            facts: &assessed.facts,
            choices: &assessed.choices,
            limits: &assessed.limits,
            before: &[],
        };
        batch.push(&application).expect("no number comes twice");
    }
    let settled = settle::settle(&rules, &batch, &[]);
    assert_eq!(settled.lines.len(), 2 * assessed.awards.len(), "each award is accounted for");
    true
}

fn read(program: &Verified, text: &str) -> bool {
    let tables = &program.program().tables;
    let mut sources = Sources::new();
    let id = sources.add("facts.json", text);
    let reader = Reader::new(tables);
    let (facts, found) = reader.facts(id, text);
    let (awards, more) = reader.ledger(id, text, facts.on);
    placed(text, &found);
    placed(text, &more);
    let _ = (render::short(&found, &sources, Lang::Zh), render::terminal(&more, &sources, Lang::En, false));
    if has_errors(&found) {
        return false;
    }
    let vm = Vm::new(program);
    let (mut machine, mut case) = (vm.machine(), vm.case());
    for (slot, given) in &facts.given {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &facts.lists {
        case.set_list(tables, *slot, records);
    }
    let on = facts.on.unwrap_or(20_269);
    let awards = if has_errors(&more) { Vec::new() } else { awards };
    ledger::apply(tables, Some(&awards), &mut case, on);
    let trace = machine.trace(&case, on);
    let _ = settle::one::one(&trace, &trace.decide(), &awards);
    true
}
