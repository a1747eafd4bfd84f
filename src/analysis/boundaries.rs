//! In: a checked policy. Out: a case at every threshold of every clause, one unit below and one above, and on the first and last day in
//! force and the day after, with what the reference interpreter decides: ready to be pasted into the policy.
//! Invariant: everything else of the clause is met, so that the threshold decides; each case passes as it stands.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::atoms::{Atom, Atoms};
use super::case_text;
use super::pick::ordinary;
use super::pool::{Pool, all_days, mentioned};
use super::question::{Answer, Goal, Question, Witness, requirements, solve};
use super::settled::settled;
use super::{records, years};
use crate::calendar;
use crate::decision::{Amount, ClauseDecision, Failure};
use crate::diagnostics::{Lang, Text};
use crate::model::case::{Given, Record};
use crate::model::{
    Authority, Award, Checked, Clause, ClauseId, Expr, ExprKind, FactId, FactSource, Model, NumberKind, Type, Unit,
};
use crate::oracle::{self, Application};

/// A case at a threshold.
#[derive(Debug, Clone)]
pub struct Boundary {
    title: Text,
    clause: ClauseId,
    facts: BTreeMap<FactId, Given>,
    lists: BTreeMap<FactId, Vec<Record>>,
    on: i32,
    decision: ClauseDecision,
}

/// All cases, in the order of the clauses.
#[must_use]
pub fn boundaries(policy: &Checked) -> Vec<Boundary> {
    let model = policy.model();
    let facts: Vec<Expr> = model
        .facts
        .iter()
        .zip(0_u32..)
        .map(|(fact, id)| Expr { kind: ExprKind::Fact(FactId(id)), ty: fact.ty.clone(), span: fact.span })
        .collect();
    let mut maker = Maker { policy, model, out: Vec::new(), windows: BTreeSet::new() };
    for (id, clause) in (0..).map(ClauseId).zip(&model.clauses) {
        maker.clause(id, clause, &facts);
    }
    maker.out
}

/// The cases as they are written in a policy.
#[must_use]
pub fn text(policy: &Checked, cases: &[Boundary], lang: Lang) -> String {
    let cases: Vec<String> = cases.iter().map(|case| case.text(policy.model(), lang)).collect();
    cases.join("\n")
}

struct Maker<'a> {
    policy: &'a Checked,
    model: &'a Model,
    out: Vec<Boundary>,
    windows: BTreeSet<(Option<i32>, Option<i32>)>,
}

impl<'a> Maker<'a> {
    fn clause(&mut self, id: ClauseId, clause: &'a Clause, facts: &'a [Expr]) {
        let on = first_day(self.model, clause);
        let all: Vec<(&'a Expr, bool)> = requirements(self.model, clause).collect();
        let labels = labels(self.model, clause);
        for (at, (expr, _)) in all.iter().enumerate() {
            let mut atoms = Atoms::new(self.model);
            atoms.condition(expr, labels.get(at).map_or("", String::as_str), &[]);
            let others: Vec<Goal<'a>> = all
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, (expr, wanted))| Goal::Holds(expr, *wanted))
                .chain(clause.industry.iter().map(|gate| Goal::Among(gate.fact, &gate.members, true)))
                .collect();
            atoms.found.iter().for_each(|atom| self.atom(id, clause, atom, &others, on));
        }
        let mut atoms = Atoms::new(self.model);
        atoms.award(clause, facts);
        atoms.found.iter().for_each(|atom| self.atom(id, clause, atom, &[Goal::Meets(id)], on));
        self.days(id, clause);
    }

    /// At the threshold, one unit below, one above.
    fn atom(&mut self, id: ClauseId, clause: &Clause, atom: &Atom<'a>, others: &[Goal<'a>], on: i32) {
        let (below, above) = if atom.left.ty == Type::Date {
            (Text::new("前一天", "the day before"), Text::new("后一天", "the day after"))
        } else {
            (Text::new("低一个单位", "one unit below"), Text::new("高一个单位", "one unit above"))
        };
        let places = [(Decimal::ZERO, Text::new("恰好", "at the bound")), (-atom.step, below), (atom.step, above)];
        for (apart, place) in places {
            let Some(witness) = self.witness(clause, atom, others, apart, on) else { continue };
            let (name, label) = (&clause.id, &atom.label);
            let title = Text::new(format!("{name}：{label}，{}", place.zh), format!("{name}: {label}, {}", place.en));
            self.case(title, id, witness.facts, witness.lists, witness.on);
        }
    }

    fn witness(
        &self,
        clause: &Clause,
        atom: &Atom<'a>,
        others: &[Goal<'a>],
        apart: Decimal,
        on: i32,
    ) -> Option<Witness> {
        let at = Goal::Apart(atom.left, atom.right, apart);
        let context = atom.context.iter().map(|(expr, wanted)| Goal::Holds(expr, *wanted));
        let deciding: Vec<Goal<'a>> = [at.clone()].into_iter().chain(context).chain(others.iter().cloned()).collect();
        let plain: Vec<Goal<'a>> = [at].into_iter().chain(others.iter().cloned()).collect();
        // On the first day where that is possible, and deciding where that is; a product with one factor at an ordinary value.
        let factor = self.factor(atom);
        for (goals, day) in [(&deciding, Some(on)), (&deciding, None), (&plain, Some(on)), (&plain, None)] {
            for pinned in factor.iter().cloned().chain([BTreeMap::new()]) {
                let question =
                    Question { goals: goals.clone(), pinned, day, window: clause.in_force, given_only: false };
                if let Answer::Witness(witness) = solve(self.model, &question) {
                    return Some(witness);
                }
            }
        }
        None
    }

    /// An ordinary value of a factor, where facts are multiplied with each other: of a rate rather than of anything else.
    fn factor(&self, atom: &Atom<'_>) -> Option<BTreeMap<FactId, Given>> {
        let mut factors = BTreeSet::new();
        products(self.model, atom.left, &mut factors);
        products(self.model, atom.right, &mut factors);
        let is_rate = |fact: &&FactId| {
            let ty = self.model.facts.get(fact.index()).map(|fact| &fact.ty);
            matches!(ty, Some(Type::Number { kind: NumberKind::Rate, .. }))
        };
        let fact = *factors.iter().find(is_rate).or(factors.first())?;
        let mut pool = Pool::new(self.model, all_days(), true);
        Some(BTreeMap::from([(fact, ordinary(&mut pool, fact)?)]))
    }

    /// The first and last day in force, and the day after.
    fn days(&mut self, id: ClauseId, clause: &Clause) {
        if !self.windows.insert((clause.in_force.first, clause.in_force.last)) {
            return;
        }
        let last = clause.in_force.last;
        let days = [
            (clause.in_force.first, 0, Text::new("有效期第一天", "first day in force")),
            (last, 0, Text::new("有效期最后一天", "last day in force")),
            (last, 1, Text::new("有效期满的次日", "the day after the last")),
        ];
        for (day, later, place) in days {
            let Some(day) = day else { continue };
            let question = Question { goals: vec![Goal::Meets(id)], day: Some(day), ..Question::default() };
            let Answer::Witness(mut witness) = solve(self.model, &question) else { continue };
            if later > 0 {
                // 上年 may be another year by then.
                let is_of_year =
                    |fact: &FactId| self.model.facts.get(fact.index()).is_some_and(|fact| fact.year.is_some());
                witness.facts.retain(|fact, _| !is_of_year(fact));
            }
            let name = &clause.id;
            let title = Text::new(format!("{name}：{}", place.zh), format!("{name}: {}", place.en));
            self.case(title, id, witness.facts, witness.lists, day.saturating_add(later));
        }
    }

    /// A case with what is decided, after settlement; facts that it still needs get an ordinary value. Where it stays open there is none.
    fn case(
        &mut self,
        title: Text,
        clause: ClauseId,
        facts: BTreeMap<FactId, Given>,
        lists: BTreeMap<FactId, Vec<Record>>,
        on: i32,
    ) {
        let mut application = Application { facts, lists };
        application.facts.retain(|fact, _| !self.is_credit_code(*fact));
        if !years::agree(self.model, &mut application.facts, on) {
            return;
        }
        let Some(decision) = self.decided(clause, &mut application, on) else { return };
        let Application { facts, lists } = application;
        let same =
            |other: &Boundary| other.clause == clause && other.facts == facts && other.lists == lists && other.on == on;
        let nameable = facts.keys().all(|fact| case_text::is_nameable(self.model, *fact))
            && lists.keys().all(|fact| case_text::is_list_nameable(self.model, *fact));
        if nameable && !self.out.iter().any(same) {
            self.out.push(Boundary { title, clause, facts, lists, on, decision });
        }
    }

    fn decided(&self, clause: ClauseId, application: &mut Application, on: i32) -> Option<ClauseDecision> {
        for _ in 0..=self.model.facts.len() {
            let decided = oracle::decide(self.policy, application, &[], on).clauses;
            let wanted: Vec<FactId> = match decided.get(clause.index())? {
                ClauseDecision::Undetermined { needs } => {
                    let open: Vec<FactId> = needs.iter().map(|id| FactId(*id)).collect();
                    let given: Vec<FactId> = open.iter().copied().filter(|fact| !self.is_discretion(*fact)).collect();
                    if given.is_empty() { open } else { given }
                }
                _ => match settled(self.model, application, on, &decided, clause) {
                    Ok(decision) => return Some(decision),
                    Err(wanted) => wanted.into_iter().collect(),
                },
            };
            if !self.give(application, &wanted, on) {
                return None;
            }
        }
        None
    }

    /// Gives facts and lists an ordinary value; whether any was given.
    fn give(&self, application: &mut Application, wanted: &[FactId], on: i32) -> bool {
        let mut any = false;
        for fact in wanted.iter().copied().filter(|fact| !self.is_credit_code(*fact)) {
            if application.facts.contains_key(&fact) || application.lists.contains_key(&fact) {
                continue;
            }
            let mut pool = Pool::new(self.model, all_days(), true);
            if let Some(given) = ordinary(&mut pool, fact) {
                application.facts.insert(fact, given);
                years::agree(self.model, &mut application.facts, on);
                any = true;
            } else if let Some(plain) = records::plain(self.model, fact, on) {
                application.lists.insert(fact, plain);
                any = true;
            }
        }
        any
    }

    fn is_credit_code(&self, fact: FactId) -> bool {
        self.model.facts.get(fact.index()).is_none_or(|fact| fact.credit_code)
    }

    fn is_discretion(&self, fact: FactId) -> bool {
        let fact = self.model.facts.get(fact.index());
        fact.is_some_and(|fact| matches!(fact.source, FactSource::Discretion(_)))
    }
}

impl Boundary {
    fn text(&self, model: &Model, lang: Lang) -> String {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let title = self.title.get(lang);
        let mut text = match lang {
            Lang::Zh => format!("案例 「{title}」\n"),
            Lang::En => format!("case \"{title}\"\n"),
        };
        let mut line = |label: &str, value: &str| {
            text.push_str(&format!("  {label}{}{value}\n", say("：", ": ")));
        };
        if Some(self.on) != model.policy.in_force.first.or(model.policy.published) {
            line(say("日期", "on"), &calendar::iso(i64::from(self.on)));
        }
        let ledger = |fact: &FactId| model.facts.get(fact.index()).is_some_and(|fact| fact.made && fact.name == "台账");
        let facts =
            self.facts.iter().filter(|(fact, _)| !ledger(fact) && !case_text::is_of_unnamed_year(model, **fact));
        let mut facts: Vec<String> =
            facts.map(|(fact, given)| case_text::assumption(model, *fact, given, lang)).collect();
        facts.extend(case_text::figures(model, &self.facts, self.on, lang));
        if !facts.is_empty() {
            line(say("假设", "assume"), &facts.join(say("；", "; ")));
        }
        for (fact, records) in &self.lists {
            text.push_str(&case_text::list(model, *fact, records, lang));
        }
        let mut line = |label: &str, value: &str| {
            text.push_str(&format!("  {label}{}{value}\n", say("：", ": ")));
        };
        if self.facts.keys().any(ledger) {
            line(say("台账", "ledger"), say("无", "none"));
        }
        line(say("期望", "expect"), &self.expected(model, lang));
        text
    }

    fn expected(&self, model: &Model, lang: Lang) -> String {
        let Some(clause) = model.clauses.get(self.clause.index()) else { return String::new() };
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let mut text = format!("{} {} ", say("条款", "clause"), clause.id);
        match &self.decision {
            ClauseDecision::NotInForce => text.push_str(say("不在有效期", "not-in-force")),
            ClauseDecision::Undetermined { .. } => text.push_str(say("未定", "undetermined")),
            ClauseDecision::Ineligible { failed } => {
                text.push_str(say("不符合", "ineligible"));
                if let Some(label) = failed.iter().find_map(|failure| named(model, clause, *failure)) {
                    text.push_str(&format!("{}{label}", say("，因 ", ", because ")));
                }
            }
            ClauseDecision::Eligible { amount, needs, .. } => {
                text.push_str(say("可获 ", "eligible "));
                text.push_str(&expected_amount(amount, &currency(model, clause), lang));
                let givers: BTreeSet<&str> =
                    needs.iter().filter_map(|fact| giver(model, clause, FactId(*fact))).collect();
                // An exact amount waits for nobody.
                if !givers.is_empty() && !amount.is_exact() {
                    let givers: Vec<&str> = givers.into_iter().collect();
                    text.push_str(&format!("{}{}", say("，待 ", ", await "), givers.join("、")));
                }
            }
        }
        text
    }
}

fn expected_amount(amount: &Amount, unit: &Unit, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let money = |value| case_text::money(unit, value);
    match amount.high {
        Some(high) if high == amount.low => money(high),
        Some(high) if amount.low.is_zero() => format!("{} {}", say("不超过", "not-exceeding"), money(high)),
        Some(high) => format!("{} {} {}", money(amount.low), say("至", "to"), money(high)),
        None if amount.low.is_zero() => say("一定奖励", "a certain reward").to_owned(),
        None => format!("{} {}", say("不低于", "not-below"), money(amount.low)),
    }
}

fn currency(model: &Model, clause: &Clause) -> Unit {
    let ty = match &clause.award {
        Award::Computed(amount) => Some(&amount.ty),
        Award::Discretion { fact, .. } | Award::Open { fact } => model.facts.get(fact.index()).map(|fact| &fact.ty),
    };
    match ty {
        Some(Type::Number { unit, .. }) => unit.clone(),
        _ => Unit::base("CNY"),
    }
}

fn giver<'m>(model: &'m Model, clause: &Clause, fact: FactId) -> Option<&'m str> {
    let department = match model.facts.get(fact.index())?.source {
        FactSource::Applicant => return None,
        FactSource::Determination(Authority::Department(id)) | FactSource::Discretion(Authority::Department(id)) => id,
        FactSource::Determination(Authority::Responsible) | FactSource::Discretion(Authority::Responsible) => {
            *clause.departments.departments.get(clause.departments.lead)?
        }
    };
    model.departments.get(department.index()).map(|department| department.name.as_str())
}

/// The label of a requirement that failed, where the drafter gave it one.
fn named<'m>(model: &'m Model, clause: &'m Clause, failure: Failure) -> Option<&'m str> {
    let Failure::Requirement(number) = failure else { return None };
    let scope = model.scope.iter().chain(&model.scope_exclusions).map(Some);
    let gate = clause.industry.iter().map(|_| None);
    let own = clause.conditions.iter().chain(&clause.exclusions).map(Some);
    let condition = scope.chain(gate).chain(own).nth(usize::try_from(number).ok()?)??;
    let simple = condition.label.chars().all(char::is_alphanumeric);
    (condition.labelled && simple).then_some(condition.label.as_str())
}

/// What the requirements are called, in the order of [`requirements`].
fn labels(model: &Model, clause: &Clause) -> Vec<String> {
    let scope = model.scope.iter().chain(&model.scope_exclusions);
    scope.chain(&clause.conditions).chain(&clause.exclusions).map(|condition| condition.label.clone()).collect()
}

/// The facts that are multiplied with facts.
fn products(model: &Model, expr: &Expr, facts: &mut BTreeSet<FactId>) {
    match &expr.kind {
        ExprKind::Multiply(left, right) => {
            let (mut one, mut two) = (BTreeSet::new(), BTreeSet::new());
            mentioned(model, left, &mut one);
            mentioned(model, right, &mut two);
            if !one.is_empty() && !two.is_empty() {
                facts.extend(one.into_iter().chain(two));
            }
        }
        ExprKind::Definition(id) => {
            model.definitions.get(id.index()).iter().for_each(|found| products(model, &found.value, facts));
        }
        _ => {}
    }
    expr.parts(|part| products(model, part, facts));
}

fn first_day(model: &Model, clause: &Clause) -> i32 {
    let policy = model.policy.in_force.first.or(model.policy.published);
    clause.in_force.first.into_iter().chain(policy).max().unwrap_or(20_454)
}
