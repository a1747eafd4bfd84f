//! Any text is read as facts and as a ledger; what is read without error is decided.

use std::sync::OnceLock;

use guiju::bytecode::Verified;
use guiju::diagnostics::{Lang, has_errors, render};
use guiju::input::Reader;
use guiju::source::Sources;
use guiju::vm::{Vm, ledger};

use super::parse::placed;
use crate::corpus;

/// Reads the text against each policy of the corpus.
pub fn fuzz(data: &[u8]) -> bool {
    static PROGRAMS: OnceLock<Vec<Verified>> = OnceLock::new();
    let text = String::from_utf8_lossy(data);
    let programs = PROGRAMS.get_or_init(corpus::programs);
    // The first few are the repository's own policies, to which the seeds belong.
    programs.iter().take(4).filter(|program| read(program, &text)).count() > 0
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
    let on = facts.on.unwrap_or(20_269);
    let used = ledger::used(tables, if has_errors(&more) { &[] } else { &awards }, &case, on);
    case.set_used(used);
    let _ = machine.trace(&case, on).decide();
    true
}
