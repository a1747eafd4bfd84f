//! Bad lists, folds, calendars, counters and tables of what follows an award.

use super::super::super::emit::scale_operand;
use super::super::super::op::Op;
use super::super::super::program::{CaseInfo, Given, KeyInfo, PeriodInfo, Place, Program, SlotType};
use super::super::super::records::{CertificateInfo, CounterInfo, JointCapInfo, SeriesInfo, SeriesSlot};
use super::super::super::samples::*;
use super::super::super::settlement::{
    AllocationInfo, BudgetInfo, ClawbackInfo, DueInfo, GroupInfo, GroupRuleInfo, InstalmentInfo, MemberOf, OrderByInfo,
    OrderInfo, PaymentInfo, PortionInfo, QuotaInfo, RemainderInfo, RetroactiveInfo, ShareInfo, StepInfo, TieInfo,
};
use super::super::*;
use crate::limits::{
    CALENDAR_DAYS_MAX, COST_MAX, GROUP_MEMBERS_MAX, INSTALMENTS_MAX, LIST_RECORDS_MAX, SERIES_YEARS_MAX,
};
use crate::model::{
    Arm, Award, CalendarId, CapKey, CapPeriod, CapScope, ClauseId, ColumnId, CompareOp, Expr, ExprKind, FactId, Fold,
    FoldKind, ListId, Times, Type,
};

fn boxed(kind: ExprKind, ty: Type) -> Box<Expr> {
    Box::new(expr(kind, ty))
}

/// A sum of prices above 100, once the condition of each new kind holds.
fn rich() -> Program {
    let mut model = with_records(20_000);
    let price = || expr(ExprKind::Column(ColumnId(0)), Type::money());
    let fold = |kind, filter, value| ExprKind::Fold(Box::new(Fold { list: ListId(0), kind, filter, value }));
    let above = compare(CompareOp::Above, price(), yuan("100"));
    model.clauses[0].award = Award::Computed(expr(fold(FoldKind::Sum, Some(above), Some(price())), Type::money()));
    let times = Times {
        clause: ClauseId(0),
        counts: CapScope::Clause,
        key: CapKey::Everyone,
        period: CapPeriod::Lifetime,
        years: false,
        ledger: Some(FactId(LEDGER)),
    };
    let date = || boxed(ExprKind::OnDate, Type::Date);
    let days = boxed(ExprKind::Times(Box::new(times)), plain(0));
    let later = expr(ExprKind::AddWorkingDays { date: date(), days, calendar: CalendarId(0) }, Type::Date);
    let arms = vec![Arm { when: condition(fact(GOOD_CREDIT, Type::Bool)), value: later }];
    let choice = expr(ExprKind::Choose { arms, otherwise: None }, Type::Date);
    let kind = fold(FoldKind::Any, Some(expr(ExprKind::Column(ColumnId(2)), Type::Bool)), None);
    model.clauses[0].conditions = vec![
        condition(compare(CompareOp::AtLeast, choice, fact(FIRST_DATE, Type::Date))),
        condition(expr(kind, Type::Bool)),
        condition(expr(ExprKind::UsedUp(ClauseId(1)), Type::Bool)),
    ];
    let mut program = lowered(model);
    program.tables.series.push(SeriesInfo { name: "收入".into(), alias: String::new(), subject: 0 });
    program.tables.slots[RENT as usize].year = Some(SeriesSlot { series: 0, year: -1, relative: true });
    hash::seal(&mut program);
    program
}

fn broken(change: impl FnOnce(&mut Program)) -> Vec<Rule> {
    let mut program = rich();
    change(&mut program);
    hash::seal(&mut program);
    verify(program).err().unwrap_or_default().iter().map(|flaw| flaw.rule).collect()
}

#[track_caller]
fn breaks(rule: Rule, change: impl FnOnce(&mut Program)) {
    let rules = broken(change);
    assert!(rules.contains(&rule), "{rule:?} is not among {rules:?}");
}

#[track_caller]
fn holds(change: impl FnOnce(&mut Program)) {
    assert_eq!(broken(change), []);
}

fn at(program: &Program, name: &str) -> usize {
    program.code.iter().position(|op| op.info().name == name).unwrap()
}

macro_rules! with {
    ($program:expr, $name:literal, $variant:ident { $($field:ident: $value:expr),* }) => {{
        let at = at($program, $name);
        match &mut $program.code[at] {
            Op::$variant { $($field,)* .. } => { $(*$field = $value;)* }
            _ => unreachable!(),
        }
    }};
}

#[test]
fn what_the_compiler_emits_is_sound() {
    holds(|_| {});
}

#[test]
fn list_malformed() {
    breaks(Rule::ListMalformed, |program| program.tables.lists[0].slot = RENT);
    breaks(Rule::ListMalformed, |program| program.tables.slots[NAME as usize].ty = SlotType::List { list: 0 });
    breaks(Rule::ListMalformed, |program| program.tables.lists[0].columns.1 = 5);
    breaks(Rule::ListMalformed, |program| program.tables.columns[1].list = 7);
    breaks(Rule::ListMalformed, |program| program.tables.columns[0].low = Some(i128::MAX));
    breaks(Rule::ListMalformed, |program| program.tables.columns[3].ty = SlotType::Member { class: 9 });
    breaks(Rule::ListMalformed, |program| program.tables.columns[1].ty = SlotType::List { list: 0 });
    breaks(Rule::ListMalformed, |program| program.tables.lists[0].max = 0);
    breaks(Rule::ListMalformed, |program| program.tables.lists[0].max = LIST_RECORDS_MAX + 1);
    holds(|program| program.tables.lists[0].max = LIST_RECORDS_MAX);
}

#[test]
fn years_and_certificates() {
    breaks(Rule::SlotMalformed, |program| {
        program.tables.slots[NAME as usize].year = Some(SeriesSlot { series: 0, year: 0, relative: true });
    });
    breaks(Rule::SlotMalformed, |program| {
        program.tables.slots[RENT as usize].year = Some(SeriesSlot { series: 0, year: 0, relative: false });
    });
    let certificate = |until| Some(CertificateInfo { level: Some(INDUSTRY), from: None, until });
    breaks(Rule::SlotMalformed, |program| program.tables.slots[1].certificate = certificate(Some(RENT)));
    holds(|program| program.tables.slots[1].certificate = certificate(Some(FIRST_DATE)));
    let years = |program: &mut Program, count: usize| {
        let slot = program.tables.slots[RENT as usize].clone();
        program.tables.slots.extend(vec![slot; count - 1]);
    };
    holds(|program| years(program, SERIES_YEARS_MAX));
    breaks(Rule::TooMany, |program| years(program, SERIES_YEARS_MAX + 1));
}

#[test]
fn calendar_malformed() {
    breaks(Rule::CalendarMalformed, |program| program.tables.calendars[0].last = 0);
    breaks(Rule::CalendarMalformed, |program| program.tables.calendars[0].off.swap(0, 1));
    breaks(Rule::CalendarMalformed, |program| program.tables.calendars[0].working.push(0));
    let days = |program: &mut Program, count: i64| {
        let calendar = &mut program.tables.calendars[0];
        calendar.last = i32::try_from(i64::from(calendar.first) + count - 1).unwrap();
    };
    holds(|program| days(program, CALENDAR_DAYS_MAX));
    breaks(Rule::CalendarMalformed, |program| days(program, CALENDAR_DAYS_MAX + 1));
}

#[test]
fn counter_malformed() {
    breaks(Rule::CounterMalformed, |program| program.tables.counters[0].counts = vec![1, 0]);
    breaks(Rule::CounterMalformed, |program| program.tables.counters[0].counts.clear());
    breaks(Rule::CounterMalformed, |program| program.tables.counters[0].counts = vec![9]);
    breaks(Rule::CounterMalformed, |program| program.tables.counters[0].subjects = vec![9]);
    breaks(Rule::CounterMalformed, |program| program.tables.counters[0].ledger = Some(GOOD_CREDIT));
    breaks(Rule::CounterMalformed, |program| program.tables.ledger_slot = Some(RENT));
    holds(|program| {
        let counter = CounterInfo { ledger: None, ..program.tables.counters[0].clone() };
        program.tables.counters.push(counter);
    });
}

#[test]
fn fold_malformed() {
    breaks(Rule::FoldMalformed, |program| {
        let length = u32::try_from(program.code.len()).unwrap();
        with!(program, "fold", Fold { end: length });
    });
    breaks(Rule::FoldMalformed, |program| with!(program, "fold", Fold { end: 0 }));
    breaks(Rule::FoldMalformed, |program| {
        let header = at(program, "fold");
        let Op::Fold { end: last, .. } = program.code[header] else { unreachable!() };
        with!(program, "fold", Fold { end: last + 1 });
    });
    breaks(Rule::FoldMalformed, |program| {
        let outer = program.code[at(program, "fold")];
        let Op::Fold { list, end, filter, .. } = outer else { unreachable!() };
        let dst = program.code[at(program, "column")].target().unwrap();
        let inner = at(program, "column");
        program.code[inner] = Op::Fold { dst, list, kind: 4, most: 0, filter, value: filter, end };
    });
    breaks(Rule::FoldMalformed, |program| with!(program, "fold", Fold { kind: 5, value: 0 }));
    breaks(Rule::BadNumberOperand, |program| with!(program, "fold", Fold { kind: 8 }));
    breaks(Rule::BadNumberOperand, |program| with!(program, "fold", Fold { most: 1 }));
    breaks(Rule::OperandOutOfRange, |program| with!(program, "fold", Fold { list: 9 }));
}

#[test]
fn column_outside_fold() {
    breaks(Rule::ColumnOutsideFold, |program| {
        let dst = program.code[at(program, "on-date")].target().unwrap();
        let place = at(program, "on-date");
        program.code[place] = Op::Column { dst, column: 1 };
    });
    breaks(Rule::OperandOutOfRange, |program| with!(program, "column", Column { column: 99 }));
}

#[test]
fn register_of_a_record() {
    breaks(Rule::RegisterOfARecord, |program| {
        let column = program.code[at(program, "column")].target().unwrap();
        let header = at(program, "fold");
        let after = header + program.code[header..].iter().position(|op| matches!(op, Op::Require { .. })).unwrap();
        if let Op::Require { a, .. } = &mut program.code[after] {
            *a = column;
        }
    });
}

#[test]
fn operands_of_new_instructions() {
    breaks(Rule::OperandOutOfRange, |program| with!(program, "times", Times { counter: 9 }));
    breaks(Rule::OperandOutOfRange, |program| with!(program, "add-working-days", AddWorkingDays { calendar: 9 }));
    breaks(Rule::TypeMismatch, |program| {
        let times = program.code[at(program, "times")].target().unwrap();
        with!(program, "select", Select { a: times });
    });
    breaks(Rule::TypeMismatch, |program| {
        let place = at(program, "select");
        let Op::Select { dst, when, a, b } = program.code[place] else { unreachable!() };
        program.code[place] = Op::Pick { dst, when, a, b };
    });
    breaks(Rule::BadNumberOperand, |program| with!(program, "not-applicable", NotApplicable { kind: 4 }));
    breaks(Rule::BadNumberOperand, |program| with!(program, "not-applicable", NotApplicable { of: 1 }));
    breaks(Rule::ScaleTooLarge, |program| {
        with!(program, "not-applicable", NotApplicable { kind: 0, of: scale_operand(-1) });
    });
    breaks(Rule::CapRegister, |program| program.tables.caps[1].register = program.tables.caps[0].register);
}

#[test]
fn sums_and_costs_grow_with_the_list() {
    breaks(Rule::Overflow, |program| {
        program.tables.columns[0].high = Some(10i128.pow(17));
        program.tables.columns[0].low = Some(0);
        let SlotType::Number { scale, .. } = &mut program.tables.columns[0].ty else { unreachable!() };
        *scale = 2;
        let value = program.tables.constants.iter().position(|value| *value == 10_000).unwrap();
        program.tables.constants[value] = 10i128.pow(37);
        let place = program.code.iter().rposition(|op| matches!(op, Op::Fold { .. })).unwrap();
        let constant = program
            .code
            .iter()
            .position(|op| matches!(op, Op::Number { value: at, .. } if *at as usize == value))
            .unwrap();
        let number = program.code[constant].target().unwrap();
        if let Op::Fold { value, .. } = &mut program.code[place] {
            *value = number;
        }
        program.tables.lists[0].max = 100;
    });
    let program = rich();
    let fold = |max: u64| {
        let mut program = rich();
        program.tables.lists[0].max = u32::try_from(max).unwrap();
        cost_of(&program)
    };
    let body = fold(2) - fold(1);
    assert!(body > 0 && fold(1) == program.code.len() as u64 + body);
    assert!(fold(4) < COST_MAX);
}

#[test]
fn case_lists() {
    let case = |records: Vec<Vec<Given>>| CaseInfo {
        title: "案例".into(),
        on: None,
        facts: Vec::new(),
        lists: vec![(LIST, records)],
        ledger: None,
        expectations: Vec::new(),
        place: Place::default(),
    };
    holds(|program| program.tables.cases.push(case(vec![vec![Given::Unknown; 6]; 4])));
    breaks(Rule::CaseMalformed, |program| program.tables.cases.push(case(vec![vec![Given::Unknown; 6]; 5])));
    breaks(Rule::CaseMalformed, |program| program.tables.cases.push(case(vec![vec![Given::Unknown; 5]])));
    breaks(Rule::CaseMalformed, |program| program.tables.cases.push(case(vec![vec![Given::Text("甲".into()); 6]])));
    breaks(Rule::CaseMalformed, |program| {
        let mut of_no_list = case(Vec::new());
        of_no_list.lists[0].0 = RENT;
        program.tables.cases.push(of_no_list);
    });
}

fn group() -> GroupInfo {
    GroupInfo {
        name: "组".into(),
        alias: String::new(),
        rule: GroupRuleInfo::ChooseOne(Some(NAME)),
        members: vec![MemberOf::Clause(0), MemberOf::External(RENT)],
        key: KeyInfo::Everyone,
        period: PeriodInfo::Each,
        caps: vec![JointCapInfo {
            text: String::new(),
            amount: 100,
            key: KeyInfo::Subjects(vec![0]),
            period: PeriodInfo::Year,
            place: Place::default(),
        }],
        quotes: Vec::new(),
        note: None,
        place: Place::default(),
    }
}

#[test]
fn groups_malformed() {
    let changed = |change: fn(&mut GroupInfo)| {
        let mut group = group();
        change(&mut group);
        move |program: &mut Program| program.tables.settlement.groups.push(group)
    };
    holds(changed(|_| {}));
    breaks(Rule::SettlementMalformed, changed(|group| group.members.push(MemberOf::Clause(9))));
    breaks(Rule::SettlementMalformed, changed(|group| group.members.push(MemberOf::External(NAME))));
    breaks(Rule::SettlementMalformed, changed(|group| group.rule = GroupRuleInfo::ChooseOne(Some(RENT))));
    breaks(Rule::SettlementMalformed, changed(|group| group.key = KeyInfo::Subjects(Vec::new())));
    breaks(Rule::SettlementMalformed, changed(|group| group.caps[0].amount = -1));
    breaks(Rule::SettlementMalformed, changed(|group| group.place.file = 9));
    holds(changed(|group| group.members = vec![MemberOf::Clause(0); GROUP_MEMBERS_MAX]));
    breaks(Rule::TooMany, changed(|group| group.members = vec![MemberOf::Clause(0); GROUP_MEMBERS_MAX + 1]));
}

#[test]
fn quotas_budgets_and_steps_malformed() {
    let key = |slot| OrderInfo { by: OrderByInfo::Slot(slot), descending: true };
    let quota = |order| QuotaInfo {
        scope: vec![0, 1],
        count: 3,
        per: 0,
        period: PeriodInfo::Year,
        order,
        ties: TieInfo::All,
        text: String::new(),
        place: Place::default(),
    };
    holds(|program| program.tables.settlement.quotas.push(quota(vec![key(RENT)])));
    breaks(Rule::SettlementMalformed, |program| program.tables.settlement.quotas.push(quota(vec![key(NAME)])));
    breaks(Rule::SettlementMalformed, |program| {
        program.tables.settlement.quotas.push(QuotaInfo { scope: vec![1, 0], ..quota(Vec::new()) });
    });
    breaks(Rule::SettlementMalformed, |program| {
        program.tables.settlement.quotas.push(QuotaInfo { per: 9, ..quota(Vec::new()) });
    });
    let budget = |amount, scale| BudgetInfo {
        scope: Vec::new(),
        amount,
        period: PeriodInfo::Year,
        strategy: AllocationInfo::Ranked(vec![key(FIRST_DATE)]),
        partial: true,
        scale,
        remainder: RemainderInfo::Keep,
        text: String::new(),
        place: Place::default(),
    };
    holds(|program| program.tables.settlement.budgets.push(budget(100, -4)));
    breaks(Rule::SettlementMalformed, |program| program.tables.settlement.budgets.push(budget(-1, 0)));
    breaks(Rule::SettlementMalformed, |program| program.tables.settlement.budgets.push(budget(1, 3)));
    breaks(Rule::SettlementMalformed, |program| program.tables.settlement.steps.push(StepInfo::Caps));
}

fn payment(parts: Vec<InstalmentInfo>) -> PaymentInfo {
    PaymentInfo { parts, at_once: None, scale: 2, remainder: RemainderInfo::Last, place: Place::default() }
}

fn part(share: i128, due: DueInfo) -> InstalmentInfo {
    InstalmentInfo { label: String::new(), part: PortionInfo::Share(share, 2), due }
}

#[test]
fn payments_malformed() {
    let paid = |payment: PaymentInfo| move |program: &mut Program| program.tables.clauses[0].payment = Some(payment);
    holds(paid(payment(vec![part(30, DueInfo::AtAward), part(70, DueInfo::Year(2))])));
    breaks(Rule::SettlementMalformed, paid(payment(vec![part(31, DueInfo::AtAward), part(70, DueInfo::Year(2))])));
    breaks(Rule::SettlementMalformed, paid(payment(vec![part(-1, DueInfo::AtAward)])));
    breaks(Rule::SettlementMalformed, paid(payment(vec![part(1, DueInfo::Year(0))])));
    breaks(Rule::SettlementMalformed, paid(payment(Vec::new())));
    let many = |count| payment(vec![part(1, DueInfo::AtAward); count]);
    holds(paid(many(INSTALMENTS_MAX)));
    breaks(Rule::TooMany, paid(many(INSTALMENTS_MAX + 1)));
    let keep = PaymentInfo { remainder: RemainderInfo::Keep, ..payment(vec![part(100, DueInfo::AtAward)]) };
    breaks(Rule::SettlementMalformed, paid(keep));
    breaks(Rule::SettlementMalformed, |program| {
        program.tables.clauses[0].shares.push(ShareInfo { payer: "市".into(), department: None, weight: 0 });
    });
    breaks(Rule::SettlementMalformed, |program| {
        program.tables.clauses[0].shares.push(ShareInfo { payer: "市".into(), department: Some(9), weight: 1 });
    });
}

#[test]
fn table_register() {
    let zero = |program: &Program| {
        let prologue = program.tables.prologue_end as usize;
        let number = program.code[..prologue].iter().find(|op| matches!(op, Op::Number { scale: 2, .. }));
        number.and_then(|op| op.target()).unwrap()
    };
    let old = |from: i32, until: i32, old: u32| Some(RetroactiveInfo { from, until, old, place: Place::default() });
    holds(|program| program.tables.clauses[1].retroactive = old(1, 2, zero(program)));
    breaks(Rule::SettlementMalformed, |program| program.tables.clauses[1].retroactive = old(2, 1, zero(program)));
    breaks(Rule::TableRegister, |program| {
        let own = program.code[at(program, "on-date")].target().unwrap();
        program.tables.clauses[1].retroactive = old(1, 2, own);
    });
    let asked_back = |when, share| ClawbackInfo {
        when,
        label: String::new(),
        within: None,
        what: String::new(),
        share,
        place: Place::default(),
    };
    breaks(Rule::TableRegister, |program| {
        let clawback = asked_back(zero(program), 1);
        program.tables.clauses[0].clawbacks.push(clawback);
    });
    breaks(Rule::TableRegister, |program| {
        let part = part(100, DueInfo::Milestone(u32::MAX, String::new()));
        program.tables.clauses[0].payment = Some(payment(vec![part]));
    });
    breaks(Rule::SettlementMalformed, |program| program.tables.clauses[0].clawbacks.push(asked_back(0, 1_000_001)));
}
