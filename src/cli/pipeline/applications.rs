//! In: a program and the texts of facts and ledgers. Out: applications, their decisions with reasons, and what one adds to a batch.
//! Invariant: every application is put to the machine in one way.

use guiju::bytecode::Verified;
use guiju::bytecode::program::Award;
use guiju::diagnostics::{Code, Diagnostic, Lang, has_errors};
use guiju::explain::{self, Explanation};
use guiju::input::{self, Facts};
use guiju::settle::{self, Batch};
use guiju::source::{FileId, Sources, Span};
use guiju::vm::{self, Case, Vm};

use super::{Attempt, EditionDays};

/// One application: what is given, and earlier awards.
pub struct Application {
    /// What is given.
    pub facts: Facts,
    /// Earlier awards; `None` where no ledger was given.
    pub ledger: Option<Vec<Award>>,
    /// The day of the decision.
    pub on: i32,
    /// What is odd about the texts, and these.
    pub warnings: (Sources, Vec<Diagnostic>),
}

/// Reads an application from the texts of its facts and ledger. The day is `on`, else the one the facts name, else `today`.
/// The ledger is held against the caps as they are since the first day of the edition.
pub fn application(
    (edition, program): &(EditionDays, Verified),
    facts: &(String, Vec<u8>),
    ledger: Option<&(String, Vec<u8>)>,
    on: Option<i32>,
    today: i32,
) -> Attempt<Application> {
    let tables = &program.program().tables;
    let reader = input::Reader::new(tables);
    let mut sources = Sources::new();
    let mut found = Vec::new();
    let day = input::Day { fixed: on, otherwise: Some(today) };
    let facts = data(&mut sources, &mut found, facts).map(|(file, text)| reader.facts_on(file, &text, day));
    let facts = facts.map(|(facts, more)| {
        found.extend(more);
        facts
    });
    let on = on.or(facts.as_ref().and_then(|facts| facts.on)).unwrap_or(today);
    let read = ledger.and_then(|ledger| data(&mut sources, &mut found, ledger));
    let ledger = read.map(|(file, text)| reader.placed_ledger(file, &text, Some(on)));
    let ledger = ledger.map(|(awards, more)| {
        let since = awards.iter().filter(|(award, _)| edition.from.is_none_or(|from| from <= award.date));
        let since: Vec<_> = since.filter(|(award, _)| award.date <= on).cloned().collect();
        let caps = settle::Rules::new(program.program()).cap_amounts;
        let mut against = input::contradictions::contradictions(tables, &caps, &since, None);
        // An award that is refused already is not refused twice.
        against.retain(|finding| more.iter().all(|known| known.primary.span != finding.primary.span));
        found.extend(more);
        found.extend(against);
        awards.into_iter().map(|(award, _)| award).collect()
    });
    if has_errors(&found) {
        return Attempt { sources, result: Err(found) };
    }
    let result = match facts {
        Some(facts) => Ok(Application { facts, ledger, on, warnings: (sources.clone(), found) }),
        None => Err(found),
    };
    Attempt { sources, result }
}

/// The text of a data file; bytes that are not UTF-8 are reported.
pub fn data(sources: &mut Sources, found: &mut Vec<Diagnostic>, file: &(String, Vec<u8>)) -> Option<(FileId, String)> {
    let (name, bytes) = file;
    let name = if name == "-" { "stdin" } else { name };
    match guiju::load::text(sources, name, bytes.clone()) {
        Ok(id) => Some((id, sources.get(id).map(|source| source.text().to_owned()).unwrap_or_default())),
        Err(bad) => {
            found.push(*bad);
            None
        }
    }
}

/// An application as the machine takes it: what is given, and what earlier awards come to on a day.
fn case(vm: &Vm<'_>, facts: &Facts, ledger: Option<&[Award]>, on: i32) -> Case {
    let tables = &vm.program().tables;
    let mut case = vm.case();
    for (slot, given) in &facts.given {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &facts.lists {
        case.set_list(tables, *slot, records);
    }
    vm::ledger::apply(tables, ledger, &mut case, on);
    case
}

/// The decision on an application with its reasons; only facts that can change the answer are asked for.
pub fn decide(program: &Verified, application: &Application, lang: Lang) -> Explanation {
    let vm = Vm::new(program);
    let case = case(&vm, &application.facts, application.ledger.as_deref(), application.on);
    let decision = vm::decide_refined(&vm, &case, application.on);
    explain::explain_decision(
        &vm.machine().trace(&case, application.on),
        &decision,
        application.ledger.as_deref().unwrap_or_default(),
        lang,
    )
}

/// What the applicant must put right before anything of it is paid: choices not made, milestones out of order.
pub fn faults(explanation: &Explanation, name: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let span = Span::new(sources.add(name, ""), 0, 0);
    let conflicts = explanation.conflicts.iter().map(|conflict| {
        let ids = conflict.clauses.join("、");
        Diagnostic::new(Code::ChooseOneConflict, span, conflict.text.clone(), conflict.text.clone())
            .help(format!("只申请其中一项，或者写明选择：{ids}"), format!("claim one of them, or say which: {ids}"))
    });
    let mut found: Vec<Diagnostic> = conflicts.collect();
    for clause in &explanation.clauses {
        for paying in &clause.paid.instalments {
            if let settle::payments::Due::OutOfOrder(earlier) = &paying.instalment.due {
                let (id, label) = (&clause.id, &paying.instalment.label);
                found.push(Diagnostic::new(
                    Code::MilestoneOutOfOrder,
                    span,
                    format!("条款 {id} 的“{label}”已经到了，前面的“{earlier}”还没有到，所以“{label}”不付"),
                    format!("`{label}` of {id} is reached before `{earlier}`, so it is not paid"),
                ));
            }
        }
    }
    (sources, found)
}

/// Assesses applications of a batch.
pub struct Assessor<'a> {
    vm: Vm<'a>,
    ledger: Option<&'a [Award]>,
    asks: std::cell::OnceCell<settle::assess::Asks>,
}

impl<'a> Assessor<'a> {
    /// With the ledger as it stood before the batch.
    pub fn new(program: &'a Verified, ledger: Option<&'a [Award]>) -> Assessor<'a> {
        Assessor { vm: Vm::new(program), ledger, asks: std::cell::OnceCell::new() }
    }

    /// Assesses an application and puts it into a batch; or says what is not known of it yet.
    /// `clauses` are those applied for, where they are said.
    pub fn push(
        &self,
        batch: &mut Batch,
        id: &str,
        date: i32,
        (facts, clauses): (&Facts, Option<&[u32]>),
    ) -> Result<(), Box<settle::assess::Problem>> {
        let case = case(&self.vm, facts, self.ledger, date);
        let decision = vm::decide_refined(&self.vm, &case, date);
        let mut machine = self.vm.machine();
        let trace = machine.trace(&case, date);
        let asks = self.asks.get_or_init(|| settle::assess::asks(&trace));
        settle::assess::push(batch, id, (clauses, asks), (&trace, &decision))
    }
}
