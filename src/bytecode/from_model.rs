//! In: a checked policy and its sources. Out: a [`Program`] that verifies, or diagnostics. Invariant: the shape of the code depends on
//! the policy alone; what two clauses share is computed once, before all clauses.

mod settlement;

use crate::diagnostics::{self, Code, Diagnostic};
use crate::model::{Award, CapScope, Checked, Clause, Model, Type};
use crate::source::{Sources, Span};

use super::cases::cases;
use super::emit::{ClauseSpans, Emitter, Starts, Written};
use super::expressions::Expressions;
use super::hash;
use super::nodes::{Dag, NodeId};
use super::plan::{self, Plan, Requirement};
use super::program::{AwardInfo, CapInfo, ClauseInfo, Place, Program, RequirementInfo, Tables};
use super::tables::{counted, key, period, place, quote, tables};
use super::verify::{self, Flaw, Rule};
use crate::limits::COUNTS_MAX;
use settlement::Afterwards;

/// Compiles a checked policy. Whatever it returns verifies; what cannot be proved to fit is reported at its place.
pub fn lower(policy: &Checked, sources: &Sources) -> Result<Program, Vec<Diagnostic>> {
    let model = policy.model();
    let mut expressions = Expressions::new(model);
    let scope = plan::scope(model, sources, &mut expressions);
    let plans: Vec<Plan> = model.clauses.iter().map(|clause| plan::plan(clause, sources, &mut expressions)).collect();
    let after: Vec<Afterwards> =
        model.clauses.iter().map(|clause| settlement::afterwards(clause, &mut expressions)).collect();
    let Expressions { dag, texts, sets, counters, prologue, diagnostics: mut found, .. } = expressions;
    counts_fit(model, &mut found);
    let mut tables = tables(model, sources);
    tables.texts = texts.into_values();
    tables.sets = sets.into_values();
    tables.counters = counters.into_values();
    tables.ledger_slot = tables.counters.iter().find_map(|counter| counter.ledger);
    tables.settlement = settlement::settlement(model, sources, &mut found);
    tables.cases = cases(model, sources, &mut found);
    if diagnostics::has_errors(&found) {
        return Err(found);
    }
    let roots = Roots { scope: &scope, plans: &plans, prologue: &prologue, after: &after };
    let (program, spans) = assemble(model, sources, &dag, roots, tables);
    found.extend(verify::flaws(&program).iter().map(|flaw| explained(flaw, &spans, model)));
    if diagnostics::has_errors(&found) {
        diagnostics::sort(&mut found);
        return Err(found);
    }
    Ok(program)
}

/// What code is made for.
#[derive(Debug, Clone, Copy)]
struct Roots<'a> {
    scope: &'a [Requirement],
    plans: &'a [Plan],
    /// What tables outside the clauses' code name; see [`Expressions::in_prologue`].
    prologue: &'a [NodeId],
    /// What each clause asked of the prologue.
    after: &'a [Afterwards],
}

fn assemble(model: &Model, sources: &Sources, dag: &Dag, roots: Roots<'_>, mut tables: Tables) -> (Program, Vec<Span>) {
    let Roots { scope, plans, after, .. } = roots;
    let mut emitter = Emitter::new(dag);
    for id in shared(dag, roots) {
        emitter.value(id);
    }
    tables.prologue_end = u32::try_from(emitter.code.len()).unwrap_or(u32::MAX);
    for (at, ((clause, plan), asked)) in model.clauses.iter().zip(plans).zip(after).enumerate() {
        let starts =
            Starts { clause: index(at), requirement: index(tables.requirements.len()), cap: index(tables.caps.len()) };
        let caps: Vec<Span> = clause.caps.iter().map(|cap| cap.span).collect();
        let spans = ClauseSpans { clause: clause.span, caps: &caps };
        let written = emitter.clause(plan, scope, &spans, starts);
        let requirements = scope.iter().chain(&plan.requirements).zip(&written.requirements);
        tables.requirements.extend(requirements.map(|(requirement, register)| RequirementInfo {
            clause: starts.clause,
            kind: requirement.kind,
            label: requirement.label.clone(),
            text: requirement.text.clone(),
            register: *register,
            place: place(sources, requirement.span),
        }));
        tables.caps.extend(caps_of(model, clause, &written, starts.clause, sources));
        let requirements = (starts.requirement, index(tables.requirements.len()));
        let caps = (starts.cap, index(tables.caps.len()));
        let (code, place) = (written.code, place(sources, clause.span));
        let mut info = ClauseInfo { requirements, caps, code, gate: plan.gate, ..clause_info(model, clause, place) };
        settlement::fill(&mut info, clause, asked, |node| emitter.value(node), sources);
        tables.clauses.push(info);
    }
    let Emitter { constants, code, spans, registers, .. } = emitter;
    tables.constants = constants.into_values();
    tables.registers = registers;
    let places = spans.iter().map(|span| place(sources, *span)).collect();
    let mut program = Program { tables, code, places };
    hash::seal(&mut program);
    (program, spans)
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The nodes that the scope, a table or two clauses need, operands first.
fn shared(dag: &Dag, Roots { scope, plans, prologue, .. }: Roots<'_>) -> Vec<NodeId> {
    #[derive(Clone, Copy, PartialEq)]
    enum Use {
        None,
        Clause(usize),
        Shared,
    }
    let mut uses = vec![Use::None; dag.len()];
    // INVARIANT: the operands of a shared node are shared, so that a walk may stop at one.
    let mut mark = |root: NodeId, by: Use| {
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let now = match (uses[id.index()], by) {
                (Use::None, by) => by,
                (Use::Clause(one), Use::Clause(other)) if one == other => continue,
                (Use::Shared, _) => continue,
                (Use::Clause(_), _) => Use::Shared,
            };
            uses[id.index()] = now;
            dag.node(id).operands(|operand| open.push(operand));
        }
    };
    for root in scope.iter().map(|requirement| requirement.node).chain(prologue.iter().copied()) {
        mark(root, Use::Shared);
    }
    for (at, plan) in plans.iter().enumerate() {
        for root in plan.roots() {
            mark(root, Use::Clause(at));
        }
    }
    dag.ids().filter(|id| uses[id.index()] == Use::Shared && !dag.of_record(*id)).collect()
}

fn clause_info(model: &Model, clause: &Clause, place: Place) -> ClauseInfo {
    let fact_type = |fact: crate::model::FactId| model.facts.get(fact.index()).map(|fact| &fact.ty);
    let (award, ty) = match &clause.award {
        Award::Computed(expr) => (AwardInfo::Computed, Some(&expr.ty)),
        Award::Discretion { fact, .. } => (AwardInfo::Discretion(fact.0), fact_type(*fact)),
        Award::Open { fact } => (AwardInfo::Open(fact.0), fact_type(*fact)),
    };
    let currency = match ty {
        Some(Type::Number { unit, .. }) => unit.currency().unwrap_or("CNY"),
        Some(Type::Bool | Type::Date | Type::Text | Type::Member(_) | Type::List(_) | Type::Error) | None => "CNY",
    };
    ClauseInfo {
        id: clause.id.clone(),
        address: clause.address.clone(),
        title: clause.title.clone(),
        subjects: clause.subjects.iter().map(|id| id.0).collect(),
        gate: None,
        award,
        currency: currency.to_owned(),
        departments: clause.departments.departments.iter().map(|id| id.0).collect(),
        lead: index(clause.departments.lead),
        open: clause.departments.open,
        in_force: (clause.in_force.first, clause.in_force.last),
        lift: clause.lift.as_ref().map(|lift| (lift.fact.0, lift.approver.0)),
        payment: None,
        shares: Vec::new(),
        clawbacks: Vec::new(),
        retroactive: None,
        quotes: clause.quotes.iter().map(quote).collect(),
        note: clause.note.clone(),
        refers_to: clause.refers_to.map(|id| id.0),
        requirements: (0, 0),
        caps: (0, 0),
        code: (0, 0),
        meaning_hash: [0; 32],
        content_hash: [0; 32],
        place,
    }
}

fn caps_of<'a>(
    model: &'a Model,
    clause: &'a Clause,
    written: &'a Written,
    id: u32,
    sources: &'a Sources,
) -> impl Iterator<Item = CapInfo> + 'a {
    clause.caps.iter().zip(&written.caps).map(move |(cap, register)| CapInfo {
        clause: id,
        text: cap.text.clone(),
        key: key(&cap.key),
        period: period(cap.period),
        counts: counted(model, id, &cap.counts),
        register: *register,
        soft: cap.soft,
        place: place(sources, cap.span),
    })
}

/// Caps name every clause that counts toward them; a long policy with many joint caps would make that list quadratic.
fn counts_fit(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut total = 0usize;
    for cap in model.clauses.iter().flat_map(|clause| &clause.caps) {
        total = total.saturating_add(match &cap.counts {
            CapScope::Clause => 1,
            CapScope::Clauses(clauses) => clauses.len(),
            CapScope::Policy => model.clauses.len(),
        });
        if total > COUNTS_MAX {
            found.push(
                Diagnostic::new(
                    Code::LimitReached,
                    cap.span,
                    format!("各上限合计的条款数超过 {COUNTS_MAX}"),
                    format!("the clauses that count toward all caps are more than {COUNTS_MAX}"),
                )
                .help("减少几条合计的上限", "declare fewer joint caps"),
            );
            return;
        }
    }
}

/// What a flaw of the code says about the policy.
fn explained(flaw: &Flaw, spans: &[Span], model: &Model) -> Diagnostic {
    let span = flaw.pc.and_then(|pc| spans.get(pc as usize)).copied().unwrap_or(model.policy.span);
    let (zh, en) = (flaw.message.zh.clone(), flaw.message.en.clone());
    match flaw.rule {
        Rule::Overflow | Rule::ScaleTooLarge | Rule::TotalOverflow => Diagnostic::new(Code::OutOfRange, span, zh, en)
            .help(
                "给用到的事实声明取值范围，或者先舍入再相乘",
                "declare the range of the facts it uses, or round before multiplying",
            ),
        Rule::TooCostly => Diagnostic::new(Code::TooCostly, span, zh, en),
        Rule::TooMany => Diagnostic::new(Code::LimitReached, span, zh, en),
        _ => Diagnostic::new(Code::VerifyFailed, span, zh, en)
            .help("这是编译器的缺陷，请报告", "this is a defect of the compiler, please report it"),
    }
}

#[cfg(test)]
mod tests;
