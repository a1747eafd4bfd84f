//! The oracle on models built by hand, for each sentence of the semantics that a slip could turn around.

mod records;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;
use crate::decision::Failure;
use crate::model::{
    self, Cap, CapKey, CapPeriod, CapScope, Clause, CompareOp, Condition, Expr, ExprKind, Fact, FactSource, Lift,
    Policy, Responsible, Rounding, RoundingMode, Subject, Type, Unit, Value, Window,
};
use crate::source::{FileId, Span};

const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };
const ENTITY: FactId = FactId(0);
const BASE: FactId = FactId(1);
const SET: FactId = FactId(2);
const CERTIFIED: FactId = FactId(3);
const LIFTED: FactId = FactId(4);
const ON: i32 = 20_000;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or(Decimal::MIN)
}

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, span: SPAN }
}

fn yuan(text: &str) -> Expr {
    expr(ExprKind::Constant(Value::Number(decimal(text))), Type::money())
}

fn fact(id: FactId, ty: Type) -> Expr {
    expr(ExprKind::Fact(id), ty)
}

fn base_times(rate: &str) -> Expr {
    let kind = model::NumberKind::Rate;
    let rate =
        expr(ExprKind::Constant(Value::Number(decimal(rate))), Type::Number { kind, unit: Unit::none(), scale: 6 });
    expr(ExprKind::Multiply(Box::new(fact(BASE, Type::money())), Box::new(rate)), Type::money())
}

fn cap(amount: &str, period: CapPeriod) -> Cap {
    let key = CapKey::Subjects(vec![SubjectId(0)]);
    Cap {
        text: amount.to_owned(),
        amount: yuan(amount),
        key,
        period,
        counts: CapScope::Clause,
        soft: false,
        span: SPAN,
    }
}

fn clause(award: model::Award, caps: Vec<Cap>) -> Clause {
    Clause {
        id: "a".to_owned(),
        address: "一".to_owned(),
        title: "甲".to_owned(),
        subjects: Vec::new(),
        industry: None,
        conditions: Vec::new(),
        exclusions: Vec::new(),
        award,
        rounding: Some(Rounding { scale: 2, mode: RoundingMode::HalfUp }),
        caps,
        floor: None,
        departments: Responsible::default(),
        in_force: Window::default(),
        lift: None,
        payment: None,
        shares: Vec::new(),
        clawbacks: Vec::new(),
        retroactive: None,
        quotes: Vec::new(),
        note: None,
        refers_to: None,
        span: SPAN,
    }
}

fn certified() -> Condition {
    Condition { label: "认定".to_owned(), labelled: true, expr: fact(CERTIFIED, Type::Bool) }
}

fn policy(clauses: Vec<Clause>) -> Model {
    let bound = decimal("1000000000000000");
    let declared = |name: &str, ty, source| Fact {
        name: name.to_owned(),
        alias: String::new(),
        subject: SubjectId(0),
        ty,
        source,
        range: (-bound, bound),
        made: false,
        credit_code: false,
        yearly: false,
        year: None,
        certificate: None,
        note: String::new(),
        span: SPAN,
    };
    let responsible = FactSource::Discretion(model::Authority::Responsible);
    Model {
        policy: Policy {
            number: String::new(),
            title: String::new(),
            alias: String::new(),
            issuers: Vec::new(),
            published: None,
            in_force: Window::default(),
            rounding: None,
            month_end: None,
            note: None,
            quotes: Vec::new(),
            span: SPAN,
        },
        departments: Vec::new(),
        classes: Vec::new(),
        members: Vec::new(),
        subjects: vec![Subject {
            name: "市场主体".to_owned(),
            alias: String::new(),
            owner: None,
            identifier: ENTITY,
            span: SPAN,
        }],
        facts: vec![
            declared("代码", Type::Text, FactSource::Applicant),
            declared("投入", Type::money(), FactSource::Applicant),
            declared("核定", Type::money(), responsible),
            declared("认定", Type::Bool, FactSource::Applicant),
            declared("突破", Type::Bool, FactSource::Applicant),
        ],
        lists: Vec::new(),
        columns: Vec::new(),
        series: Vec::new(),
        calendars: Vec::new(),
        definitions: Vec::new(),
        scope: Vec::new(),
        scope_exclusions: Vec::new(),
        scope_quotes: Vec::new(),
        clauses,
        settlement: crate::model::SettlementRules::default(),
        cases: Vec::new(),
        non_normative: Vec::new(),
        original: None,
    }
}

fn facts(given: &[(FactId, &str)]) -> Application {
    let read = |(id, text): &(FactId, &str)| {
        let given = match *text {
            "未知" => Given::Unknown,
            "不适用" => Given::NotApplicable,
            "是" | "否" => Given::Value(Value::Bool(*text == "是")),
            text if *id == ENTITY => Given::Value(Value::Text(text.to_owned())),
            text => Given::Value(Value::Number(decimal(text))),
        };
        (*id, given)
    };
    Application { facts: given.iter().map(read).collect(), lists: BTreeMap::new() }
}

/// The outcome of the only clause, in short.
fn outcome(clause: Clause, given: &[(FactId, &str)], ledger: &[Award]) -> String {
    let decision = decide_model(&policy(vec![clause]), &facts(given), ledger, ON);
    match decision.clauses.first() {
        None => "nothing".to_owned(),
        Some(ClauseDecision::NotInForce) => "not in force".to_owned(),
        Some(ClauseDecision::Ineligible { failed }) => format!("no {failed:?}"),
        Some(ClauseDecision::Undetermined { needs }) => format!("open {needs:?}"),
        Some(ClauseDecision::Eligible { amount, binding_cap, needs }) => {
            let high = amount.high.map_or("∞".to_owned(), |high| high.to_string());
            let binding = binding_cap.map_or("-".to_owned(), |cap| cap.to_string());
            format!("{}..{high} cap {binding} needs {needs:?}", amount.low)
        }
    }
}

fn earlier(amount: &str, days_before: i32, to: &str, once: bool) -> Award {
    let subjects = BTreeMap::from([(SubjectId(0), to.to_owned())]);
    Award { clause: ClauseId(0), date: ON - days_before, amount: decimal(amount), once, subjects }
}

fn rent() -> Clause {
    clause(model::Award::Computed(base_times("0.5")), vec![cap("50000", CapPeriod::Year)])
}

#[test]
fn a_rate_is_cut_by_its_cap() {
    assert_eq!(outcome(rent(), &[(BASE, "80000")], &[]), "40000..40000 cap - needs []");
    assert_eq!(outcome(rent(), &[(BASE, "100000")], &[]), "50000..50000 cap - needs []");
    assert_eq!(outcome(rent(), &[(BASE, "120000")], &[]), "50000..50000 cap 0 needs []");
    assert_eq!(outcome(rent(), &[(BASE, "0.01")], &[]), "0.01..0.01 cap - needs []");
    assert_eq!(outcome(rent(), &[(BASE, "不适用")], &[]), "no [AmountNotApplicable]");
    assert_eq!(outcome(rent(), &[], &[]), "open [1]");
}

#[test]
fn the_ledger_counts_by_holder_and_period() {
    let paid = [earlier("30000", 1, "甲", false)];
    assert_eq!(outcome(rent(), &[(BASE, "80000"), (ENTITY, "甲")], &paid), "20000..20000 cap 0 needs []");
    assert_eq!(outcome(rent(), &[(BASE, "80000"), (ENTITY, "乙")], &paid), "40000..40000 cap - needs []");
    assert_eq!(outcome(rent(), &[(BASE, "80000")], &paid), "open [0]");
    assert_eq!(outcome(rent(), &[(BASE, "80000"), (ENTITY, "不适用")], &paid), "40000..40000 cap - needs []");
    let last_year = [earlier("30000", 366, "甲", false)];
    assert_eq!(outcome(rent(), &[(BASE, "80000")], &last_year), "40000..40000 cap - needs []");
    let later = [earlier("30000", -1, "甲", false)];
    assert_eq!(outcome(rent(), &[(BASE, "80000"), (ENTITY, "甲")], &later), "40000..40000 cap - needs []");
}

#[test]
fn periods() {
    let given = [(BASE, "80000"), (ENTITY, "甲")];
    let with = |period, days, once| {
        let clause = clause(model::Award::Computed(base_times("0.5")), vec![cap("50000", period)]);
        outcome(clause, &given, &[earlier("20000", days, "甲", once)])
    };
    assert_eq!(with(CapPeriod::Lifetime, 5_000, false), "30000..30000 cap 0 needs []");
    assert_eq!(with(CapPeriod::Once, 5_000, false), "0..0 cap 0 needs []");
    assert_eq!(with(CapPeriod::Each, 0, false), "40000..40000 cap - needs []");
    assert_eq!(with(CapPeriod::OnceOrYear, 5_000, false), "40000..40000 cap - needs []");
    assert_eq!(with(CapPeriod::OnceOrYear, 5_000, true), "0..0 cap 0 needs []");
    // 2024-10-04 less 36 months is 2021-10-04, which does not count.
    assert_eq!(with(CapPeriod::Months(36), 1_096, false), "40000..40000 cap - needs []");
    assert_eq!(with(CapPeriod::Months(36), 1_095, false), "30000..30000 cap 0 needs []");
}

#[test]
fn a_ceiling_is_no_amount() {
    let award = || model::Award::Discretion { fact: SET, low: None, high: Some(base_times("0.3")) };
    let with = |given: &[(FactId, &str)]| outcome(clause(award(), vec![cap("50000000", CapPeriod::Year)]), given, &[]);
    assert_eq!(with(&[(BASE, "10000000")]), "0..3000000 cap - needs [2]");
    assert_eq!(with(&[(BASE, "200000000")]), "0..50000000 cap 0 needs [2]");
    assert_eq!(with(&[(BASE, "10000000"), (SET, "2500000")]), "2500000..2500000 cap - needs []");
    assert_eq!(with(&[(BASE, "10000000"), (SET, "4000000")]), "no [AboveCeiling]");
    assert_eq!(with(&[(BASE, "10000000"), (SET, "不适用")]), "no [AmountNotApplicable]");
    assert_eq!(with(&[(SET, "4000000")]), "open [1]");
    assert_eq!(with(&[(BASE, "0")]), "0..0 cap - needs []");
}

#[test]
fn floors_and_open_awards() {
    let mut floor = clause(model::Award::Open { fact: SET }, Vec::new());
    assert_eq!(outcome(floor.clone(), &[], &[]), "0..∞ cap - needs [2]");
    floor.floor = Some(base_times("0.1"));
    assert_eq!(outcome(floor.clone(), &[(BASE, "2000000")], &[]), "200000..∞ cap - needs [2]");
    assert_eq!(outcome(floor, &[(BASE, "2000000"), (SET, "199999.99")], &[]), "no [BelowFloor]");
}

#[test]
fn a_lift_replaces_the_caps() {
    let mut clause = clause(model::Award::Open { fact: SET }, vec![cap("100", CapPeriod::Each)]);
    let approver = model::DepartmentId(0);
    clause.lift = Some(Lift { fact: LIFTED, approver, up_to: Some(yuan("200")), span: SPAN });
    assert_eq!(outcome(clause.clone(), &[(LIFTED, "未知")], &[]), "0..100 cap 0 needs [2]");
    assert_eq!(outcome(clause.clone(), &[(LIFTED, "是")], &[]), "0..200 cap 0 needs [2]");
    clause.lift = Some(Lift { fact: LIFTED, approver, up_to: None, span: SPAN });
    assert_eq!(outcome(clause, &[(LIFTED, "是")], &[]), "0..∞ cap - needs [2]");
}

#[test]
fn a_failing_requirement_beats_an_open_one() {
    let mut clause = clause(model::Award::Computed(yuan("100")), Vec::new());
    let enough = ExprKind::Compare {
        op: CompareOp::AtLeast,
        left: Box::new(fact(BASE, Type::money())),
        right: Box::new(yuan("10")),
    };
    clause.conditions = vec![certified()];
    clause.exclusions = vec![Condition { label: "甲".to_owned(), labelled: true, expr: expr(enough, Type::Bool) }];
    assert_eq!(outcome(clause.clone(), &[(BASE, "9.99")], &[]), "open [3]");
    assert_eq!(outcome(clause.clone(), &[(BASE, "10")], &[]), format!("no {:?}", [Failure::Requirement(1)]));
    assert_eq!(outcome(clause.clone(), &[], &[]), "open [1, 3]");
    // 不适用: a comparison is false, so the exclusion holds; a certificate that does not apply is not there.
    assert_eq!(outcome(clause.clone(), &[(BASE, "不适用"), (CERTIFIED, "是")], &[]), "100..100 cap - needs []");
    assert_eq!(outcome(clause, &[(CERTIFIED, "不适用")], &[]), format!("no {:?}", [Failure::Requirement(0)]));
}

#[test]
fn alternatives_need_only_what_can_change_them() {
    let any = |parts: Vec<Expr>| {
        let parts = parts.into_iter().map(|expr| Condition { label: String::new(), labelled: false, expr }).collect();
        expr(ExprKind::Any(parts), Type::Bool)
    };
    let mut clause = clause(model::Award::Computed(yuan("100")), Vec::new());
    let both = any(vec![fact(CERTIFIED, Type::Bool), fact(LIFTED, Type::Bool)]);
    clause.conditions = vec![Condition { label: String::new(), labelled: false, expr: both }];
    assert_eq!(outcome(clause.clone(), &[(LIFTED, "是")], &[]), "100..100 cap - needs []");
    assert_eq!(outcome(clause.clone(), &[(LIFTED, "否")], &[]), "open [3]");
    assert_eq!(outcome(clause, &[], &[]), "open [3, 4]");
}

#[test]
fn a_wide_product_is_not_rounded() {
    // 10^15 with two decimals, squared, against the same with one cent less: 34 digits.
    let wide = |text: &str| {
        let (left, right) = (yuan(text), fact(BASE, Type::money()));
        expr(ExprKind::Multiply(Box::new(left), Box::new(right)), Type::money())
    };
    let above = ExprKind::Compare {
        op: CompareOp::Above,
        left: Box::new(wide("999999999999999.99")),
        right: Box::new(wide("999999999999999.98")),
    };
    let mut clause = clause(model::Award::Computed(yuan("1")), Vec::new());
    clause.conditions = vec![Condition { label: String::new(), labelled: false, expr: expr(above, Type::Bool) }];
    assert_eq!(outcome(clause.clone(), &[(BASE, "999999999999999.99")], &[]), "1..1 cap - needs []");
    assert_eq!(outcome(clause, &[(BASE, "0")], &[]), format!("no {:?}", [Failure::Requirement(0)]));
}
