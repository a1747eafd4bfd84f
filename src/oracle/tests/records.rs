//! Choices, folds over lists, counters, years and working days, each at its edges.

use super::*;
use crate::calendar;
use crate::model::case::Record;
use crate::model::{
    Arm, Calendar, CalendarId, Column, ColumnId, Definition, DefinitionId, Fold, FoldKind, List, ListId, MemberId,
    NumberKind, Times,
};
use crate::oracle::value::{Case, Known, Value as Of};

const LEDGER: FactId = FactId(5);
const DAY: FactId = FactId(6);
const LEVEL: FactId = FactId(7);
const THINGS: FactId = FactId(8);
const PRICE: ColumnId = ColumnId(0);
const OK: ColumnId = ColumnId(1);

fn model() -> Model {
    let mut model = policy(vec![rent()]);
    let mut add = |name: &str, ty| {
        let mut fact = model.facts[0].clone();
        (fact.name, fact.ty) = (name.to_owned(), ty);
        model.facts.push(fact);
    };
    add("台账", Type::Bool);
    add("引进日期", Type::Date);
    add("级别", Type::Member(model::ClassId(0)));
    add("设备", Type::List(ListId(0)));
    let column = |name: &str, ty| Column {
        list: ListId(0),
        name: name.to_owned(),
        alias: String::new(),
        ty,
        range: (Decimal::ZERO, decimal("1000000000000000")),
        credit_code: false,
        note: String::new(),
        span: SPAN,
    };
    model.columns = vec![column("价格", Type::money()), column("合格", Type::Bool)];
    model.lists = vec![List {
        name: "设备".to_owned(),
        alias: String::new(),
        subject: SubjectId(0),
        fact: THINGS,
        max: 7,
        columns: 0..2,
        span: SPAN,
    }];
    model.calendars = vec![state_council()];
    model
}

fn at(text: &str) -> i32 {
    let parts: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    calendar::day(i64::from(parts[0]), parts[1], parts[2]).unwrap_or(i32::MIN)
}

/// The days off of 2025 and 2026 that the tests pass through.
fn state_council() -> Calendar {
    let span = |from: &str, until: &str| at(from)..=at(until);
    let off = [span("2025-10-01", "2025-10-08"), span("2026-01-01", "2026-01-03"), span("2026-05-01", "2026-05-05")];
    Calendar {
        name: "国务院日历".to_owned(),
        alias: String::new(),
        first: at("2025-01-01"),
        last: at("2026-12-31"),
        off: off.into_iter().flatten().collect(),
        working: ["2025-09-28", "2025-10-11", "2026-01-04", "2026-05-09"].map(at).to_vec(),
        span: SPAN,
    }
}

fn given(facts: &[(FactId, Given)], lists: Option<&[(&str, &str)]>) -> Application {
    let cell = |text: &str| match text {
        "未知" => Given::Unknown,
        "不适用" => Given::NotApplicable,
        "是" | "否" => Given::Value(Value::Bool(text == "是")),
        text => Given::Value(Value::Number(decimal(text))),
    };
    let record = |(price, ok): &(&str, &str)| -> Record { vec![(PRICE, cell(price)), (OK, cell(ok))] };
    let lists = lists.map(|records| (THINGS, records.iter().map(record).collect()));
    Application { facts: facts.iter().cloned().collect(), lists: lists.into_iter().collect() }
}

fn show(known: &Known) -> String {
    let needs: Vec<u32> = known.needs.iter().map(|fact| fact.0).collect();
    let end = |end: interval::End| match end {
        interval::End::Least => "-∞".to_owned(),
        interval::End::Most => "∞".to_owned(),
        interval::End::At(number) => number.to_decimal().to_string(),
    };
    let range = |range: interval::Interval| match (end(range.low), end(range.high)) {
        (low, high) if low == high => low,
        (low, high) => format!("{low}..{high}"),
    };
    let value = match &known.value {
        Of::NotApplicable => "不适用".to_owned(),
        Of::Range(of) => range(*of),
        Of::Maybe(of) => format!("{}?", range(*of)),
        Of::Text(text) => text.clone(),
        Of::Member(member) => format!("#{}", member.0),
        Of::Any => "any".to_owned(),
    };
    if needs.is_empty() { value } else { format!("{value} {needs:?}") }
}

fn value(expr: &Expr, application: &Application, ledger: &[Award]) -> String {
    show(&Case::new(&model(), application, ledger, ON).value(expr))
}

fn with_facts(expr: &Expr, facts: &[(FactId, Given)]) -> String {
    value(expr, &given(facts, None), &[])
}

fn number(value: &str) -> Given {
    Given::Value(Value::Number(decimal(value)))
}

fn yes(value: bool) -> Given {
    Given::Value(Value::Bool(value))
}

fn condition(expr: Expr) -> Condition {
    Condition { label: String::new(), labelled: false, expr }
}

fn at_least(left: Expr, right: Expr) -> Expr {
    let kind = ExprKind::Compare { op: CompareOp::AtLeast, left: Box::new(left), right: Box::new(right) };
    expr(kind, Type::Bool)
}

fn choose(arms: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    let ty = arms[0].1.ty.clone();
    let arms = arms.into_iter().map(|(when, value)| Arm { when: condition(when), value }).collect();
    expr(ExprKind::Choose { arms, otherwise: otherwise.map(Box::new) }, ty)
}

fn plain(kind: ExprKind) -> Expr {
    expr(kind, Type::Number { kind: NumberKind::Integer, unit: Unit::none(), scale: 0 })
}

fn integer(value: &str) -> Expr {
    plain(ExprKind::Constant(Value::Number(decimal(value))))
}

fn base() -> Expr {
    fact(BASE, Type::money())
}

#[test]
fn the_first_line_that_holds() {
    // 10 and up: 2; 5 and up: 1; else nothing.
    let tiers = |otherwise| {
        let line = |from: &str, value: &str| (at_least(base(), yuan(from)), yuan(value));
        choose(vec![line("10", "2"), line("5", "1")], otherwise)
    };
    let of = |text: &str| with_facts(&tiers(None), &[(BASE, number(text))]);
    assert_eq!([of("10"), of("9.99"), of("5"), of("4.99")], ["2", "1", "1", "不适用"]);
    assert_eq!(with_facts(&tiers(Some(yuan("0"))), &[(BASE, number("4.99"))]), "0");
    assert_eq!(with_facts(&tiers(None), &[]), "1..2? [1]");
    assert_eq!(with_facts(&tiers(Some(yuan("0"))), &[]), "0..2 [1]");
    // 不适用: no line holds.
    assert_eq!(with_facts(&tiers(Some(yuan("7"))), &[(BASE, Given::NotApplicable)]), "7");
}

#[test]
fn an_open_line_does_not_matter_where_all_give_the_same() {
    let open = || fact(CERTIFIED, Type::Bool);
    let same = choose(vec![(open(), yuan("3"))], Some(yuan("3")));
    assert_eq!(with_facts(&same, &[]), "3");
    let bools = choose(vec![(open(), expr(ExprKind::Constant(Value::Bool(true)), Type::Bool))], None);
    assert_eq!(with_facts(&bools, &[(CERTIFIED, yes(false))]), "0");
    assert_eq!(with_facts(&bools, &[]), "0..1 [3]");
    let member = |id| expr(ExprKind::Constant(Value::Member(MemberId(id))), Type::Member(model::ClassId(0)));
    let classes = choose(vec![(open(), member(1))], Some(member(2)));
    assert_eq!(with_facts(&classes, &[]), "any [3]");
    assert_eq!(with_facts(&choose(vec![(open(), member(1))], Some(member(1))), &[]), "#1");
    assert_eq!(with_facts(&choose(vec![(open(), member(1))], None), &[]), "any [3]");
}

#[test]
fn only_open_lines_are_waited_for() {
    // x ≤ P: 100; x ≤ 2000: 200; x ≤ 4000: 300, with P unknown but at most 2000 (D9).
    let mut model = model();
    model.facts[SET.index()].range = (Decimal::ZERO, decimal("2000"));
    let line = |to: Expr, value: &str| (at_least(to, base()), yuan(value));
    let grid =
        choose(vec![line(fact(SET, Type::money()), "100"), line(yuan("2000"), "200"), line(yuan("4000"), "300")], None);
    let of = |text: &str| {
        let application = given(&[(BASE, number(text))], None);
        show(&Case::new(&model, &application, &[], ON).value(&grid))
    };
    assert_eq!([of("1000"), of("3000"), of("5000")], ["100..200 [2]", "300", "不适用"]);
}

#[test]
fn what_may_not_apply_is_settled_by_nothing() {
    let times = |a: Expr, b: Expr| expr(ExprKind::Multiply(Box::new(a), Box::new(b)), Type::money());
    assert_eq!(with_facts(&times(yuan("0"), base()), &[]), "0? [1]");
    assert_eq!(with_facts(&times(yuan("0"), base()), &[(BASE, number("8"))]), "0");
    let least = expr(ExprKind::Least(vec![yuan("1"), base()]), Type::money());
    assert_eq!(with_facts(&least, &[]), "-∞..1? [1]");
    let rounding = Rounding { scale: 2, mode: RoundingMode::HalfUp };
    let quotient =
        expr(ExprKind::Divide { left: Box::new(yuan("1")), right: Box::new(base()), rounding }, Type::money());
    assert_eq!(with_facts(&quotient, &[]), "-∞..∞? [1]");
    assert_eq!(with_facts(&quotient, &[(BASE, number("0"))]), "不适用");
    // A figure that is never below 0 may still not apply; where it fails anyway it fails.
    let mut model = model();
    model.facts[BASE.index()].range = (Decimal::ZERO, decimal("5"));
    let nothing = given(&[], None);
    let case = Case::new(&model, &nothing, &[], ON);
    assert_eq!(show(&case.value(&at_least(base(), yuan("0")))), "0..1 [1]");
    assert_eq!(show(&case.value(&at_least(base(), yuan("6")))), "0");
}

#[test]
fn an_award_that_may_not_apply_is_undetermined() {
    let grant = choose(vec![(fact(CERTIFIED, Type::Bool), yuan("100"))], None);
    let clause = clause(model::Award::Computed(grant), Vec::new());
    assert_eq!(outcome(clause.clone(), &[], &[]), "open [3]");
    assert_eq!(outcome(clause.clone(), &[(CERTIFIED, "是")], &[]), "100..100 cap - needs []");
    assert_eq!(outcome(clause, &[(CERTIFIED, "否")], &[]), "no [AmountNotApplicable]");
    // At a department's discretion it is a range, as where the amount itself is.
    let set = clause_of(expr(ExprKind::Least(vec![yuan("100"), fact(SET, Type::money())]), Type::money()));
    assert_eq!(outcome(set, &[], &[]), "0..100 cap - needs [2]");
}

fn clause_of(award: Expr) -> Clause {
    clause(model::Award::Computed(award), Vec::new())
}

fn fold(kind: FoldKind, filter: Option<Expr>) -> Expr {
    let valued = !matches!(kind, FoldKind::Count | FoldKind::Any | FoldKind::All);
    let price = expr(ExprKind::Column(PRICE), Type::money());
    let fold = Fold { list: ListId(0), kind, filter, value: valued.then_some(price) };
    expr(ExprKind::Fold(Box::new(fold)), Type::money())
}

fn passes() -> Option<Expr> {
    Some(expr(ExprKind::Column(OK), Type::Bool))
}

fn folded(kind: FoldKind, records: &[(&str, &str)]) -> String {
    value(&fold(kind, passes()), &given(&[], Some(records)), &[])
}

#[test]
fn a_sum_of_what_passes() {
    // C5: pieces of 50,000 and up must total 3 million.
    let dear = || Some(at_least(expr(ExprKind::Column(PRICE), Type::money()), yuan("50000")));
    let enough = at_least(fold(FoldKind::Sum, dear()), yuan("3000000"));
    let of = |prices: &[&str]| {
        let records: Vec<(&str, &str)> = prices.iter().map(|price| (*price, "是")).collect();
        value(&enough, &given(&[], Some(&records)), &[])
    };
    assert_eq!(of(&["2900000", "49999", "100000"]), "1");
    assert_eq!(of(&["2900000", "49999", "60000"]), "0");
    assert_eq!(of(&["2900000", "100000", "未知"]), "1");
    assert_eq!(of(&["2900000", "未知"]), "0..1 [8]");
    assert_eq!(of(&[]), "0");
}

#[test]
fn folds_of_known_records() {
    let records = [("3", "是"), ("5", "否"), ("4", "是"), ("4", "是"), ("不适用", "是"), ("9", "不适用")];
    let of = |kind| folded(kind, &records);
    assert_eq!(of(FoldKind::Sum), "11");
    assert_eq!(of(FoldKind::Count), "4");
    assert_eq!([of(FoldKind::Greatest), of(FoldKind::Least)], ["4", "3"]);
    assert_eq!([of(FoldKind::Any), of(FoldKind::All)], ["1", "0"]);
    assert_eq!([of(FoldKind::SumOfGreatest(2)), of(FoldKind::SumOfGreatest(9))], ["8", "11"]);
    assert_eq!(of(FoldKind::Distinct), "2");
}

#[test]
fn folds_of_nothing() {
    let of = |kind| folded(kind, &[]);
    assert_eq!([of(FoldKind::Sum), of(FoldKind::Count), of(FoldKind::Distinct)], ["0", "0", "0"]);
    assert_eq!([of(FoldKind::Greatest), of(FoldKind::Least)], ["不适用", "不适用"]);
    assert_eq!([of(FoldKind::Any), of(FoldKind::All), of(FoldKind::SumOfGreatest(3))], ["0", "1", "0"]);
    // A list that does not apply is empty.
    let none = given(&[(THINGS, Given::NotApplicable)], None);
    assert_eq!(value(&fold(FoldKind::All, passes()), &none, &[]), "1");
}

#[test]
fn folds_of_records_that_may_count() {
    let records = [("3", "是"), ("5", "未知"), ("2", "未知")];
    let of = |kind| folded(kind, &records);
    assert_eq!(of(FoldKind::Sum), "3..10 [8]");
    assert_eq!(of(FoldKind::Count), "1..3 [8]");
    assert_eq!([of(FoldKind::Greatest), of(FoldKind::Least)], ["3..5 [8]", "2..3 [8]"]);
    assert_eq!([of(FoldKind::Any), of(FoldKind::All)], ["1", "0..1 [8]"]);
    assert_eq!(of(FoldKind::SumOfGreatest(1)), "3..5 [8]");
    assert_eq!(of(FoldKind::Distinct), "1..3 [8]");
    let only_open = |kind| folded(kind, &[("5", "未知"), ("2", "未知")]);
    assert_eq!([only_open(FoldKind::Greatest), only_open(FoldKind::Least)], ["2..5? [8]", "2..5? [8]"]);
    // An unknown price may also not apply, so it is not sure to count.
    assert_eq!(folded(FoldKind::Sum, &[("未知", "是"), ("1", "是")]), "1..∞ [8]");
    assert_eq!(folded(FoldKind::Count, &[("未知", "是"), ("1", "是")]), "2");
    // What does not pass is not waited for, and one that cannot pass the greatest changes nothing.
    assert_eq!(folded(FoldKind::Sum, &[("未知", "否"), ("1", "是")]), "1");
    assert_eq!(folded(FoldKind::Greatest, &[("3", "是"), ("2", "未知")]), "3");
}

#[test]
fn below_zero_more_records_may_mean_less() {
    let mut model = model();
    model.columns[0].range = (-decimal("1000000000000000"), decimal("1000000000000000"));
    let of = |kind, records: &[(&str, &str)]| {
        let application = given(&[], Some(records));
        show(&Case::new(&model, &application, &[], ON).value(&fold(kind, passes())))
    };
    assert_eq!(of(FoldKind::SumOfGreatest(1), &[("-5", "是"), ("3", "未知")]), "-5..3 [8]");
    assert_eq!(of(FoldKind::SumOfGreatest(2), &[("-5", "是"), ("-3", "未知")]), "-8..-5 [8]");
    assert_eq!(of(FoldKind::Sum, &[("-5", "未知"), ("3", "是")]), "-2..3 [8]");
    let unknown = given(&[], None);
    assert_eq!(show(&Case::new(&model, &unknown, &[], ON).value(&fold(FoldKind::Sum, passes()))), "-∞..∞ [8]");
}

#[test]
fn folds_of_a_list_that_is_not_given() {
    let of = |kind| value(&fold(kind, passes()), &given(&[(THINGS, Given::Unknown)], None), &[]);
    assert_eq!([of(FoldKind::Sum), of(FoldKind::SumOfGreatest(2))], ["0..∞ [8]", "0..∞ [8]"]);
    assert_eq!([of(FoldKind::Count), of(FoldKind::Distinct)], ["0..7 [8]", "0..7 [8]"]);
    assert_eq!([of(FoldKind::Any), of(FoldKind::All)], ["0..1 [8]", "0..1 [8]"]);
    assert_eq!([of(FoldKind::Greatest), of(FoldKind::Least)], ["-∞..∞? [8]", "-∞..∞? [8]"]);
    let enough = at_least(fold(FoldKind::Sum, None), yuan("0"));
    assert_eq!(value(&enough, &given(&[], None), &[]), "1");
}

fn times(period: CapPeriod, years: bool, ledger: Option<FactId>) -> Expr {
    let key = CapKey::Subjects(vec![SubjectId(0)]);
    plain(ExprKind::Times(Box::new(Times {
        clause: ClauseId(0),
        counts: CapScope::Clause,
        key,
        period,
        years,
        ledger,
    })))
}

#[test]
fn times_are_counted_in_the_ledger() {
    let me = (ENTITY, Given::Value(Value::Text("甲".to_owned())));
    let paid = [
        earlier("1", 1, "甲", false),
        earlier("1", 400, "甲", false),
        earlier("1", 401, "甲", false),
        earlier("1", 1, "乙", false),
        earlier("1", -1, "甲", false),
    ];
    let of = |expr: &Expr| value(expr, &given(std::slice::from_ref(&me), None), &paid);
    assert_eq!(of(&times(CapPeriod::Lifetime, false, None)), "3");
    assert_eq!(of(&times(CapPeriod::Year, false, None)), "1");
    assert_eq!(of(&times(CapPeriod::Each, false, None)), "0");
    assert_eq!(of(&times(CapPeriod::Months(12), false, None)), "1");
    // Calendar years before this one; ON is in 2024.
    assert_eq!(of(&times(CapPeriod::Lifetime, true, None)), "1");
    assert_eq!(value(&times(CapPeriod::Lifetime, false, None), &given(&[], None), &paid), "0..4 [0]");
    assert_eq!(value(&times(CapPeriod::Lifetime, false, None), &given(&[], None), &[]), "0");
}

#[test]
fn the_first_time_is_open_without_a_ledger() {
    let first = |facts: &[(FactId, Given)], paid: &[Award]| {
        let none = ExprKind::Compare {
            op: CompareOp::Equal,
            left: Box::new(times(CapPeriod::Lifetime, false, Some(LEDGER))),
            right: Box::new(integer("0")),
        };
        value(&expr(none, Type::Bool), &given(facts, None), paid)
    };
    let me = || (ENTITY, Given::Value(Value::Text("甲".to_owned())));
    assert_eq!(first(&[me()], &[]), "0..1 [5]");
    assert_eq!(first(&[me(), (LEDGER, yes(true))], &[]), "1");
    assert_eq!(first(&[me(), (LEDGER, yes(true))], &[earlier("1", 1, "甲", false)]), "0");
    assert_eq!(first(&[me(), (LEDGER, yes(true))], &[earlier("1", 1, "乙", false)]), "1");
    assert_eq!(first(&[(LEDGER, yes(true))], &[earlier("1", 1, "乙", false)]), "0..1 [0]");
}

#[test]
fn a_clause_is_used_up_where_a_cap_has_nothing_left() {
    let used_up = expr(ExprKind::UsedUp(ClauseId(0)), Type::Bool);
    let me = || (ENTITY, Given::Value(Value::Text("甲".to_owned())));
    let of = |paid: &str| value(&used_up, &given(&[me()], None), &[earlier(paid, 1, "甲", false)]);
    assert_eq!([of("49999.99"), of("50000"), of("60000")], ["0", "1", "1"]);
    assert_eq!(value(&used_up, &given(&[me()], None), &[]), "0");
    assert_eq!(value(&used_up, &given(&[], None), &[earlier("1", 1, "甲", false)]), "0..1 [0]");
}

fn date(text: &str) -> Expr {
    expr(ExprKind::Constant(Value::Date(at(text))), Type::Date)
}

#[test]
fn whole_years() {
    let years = |from: &str, to: &str| {
        let kind = ExprKind::YearsBetween { from: Box::new(date(from)), to: Box::new(date(to)) };
        with_facts(&plain(kind), &[])
    };
    assert_eq!(years("2020-03-15", "2023-03-14"), "2");
    assert_eq!(years("2020-03-15", "2023-03-15"), "3");
    assert_eq!(years("2020-03-15", "2020-03-15"), "0");
    assert_eq!(years("2023-03-15", "2020-03-15"), "0");
    assert_eq!([years("2020-02-29", "2021-02-27"), years("2020-02-29", "2021-02-28")], ["0", "1"]);
    assert_eq!([years("2020-02-29", "2024-02-28"), years("2020-02-29", "2024-02-29")], ["3", "4"]);
    let open = |from: Expr, to: Expr| {
        with_facts(&plain(ExprKind::YearsBetween { from: Box::new(from), to: Box::new(to) }), &[])
    };
    assert_eq!(open(fact(DAY, Type::Date), date("2020-01-01")), "0..∞? [6]");
    let year = |day: Expr| with_facts(&plain(ExprKind::YearOf(Box::new(day))), &[]);
    assert_eq!([year(date("2024-12-31")), year(date("2025-01-01"))], ["2024", "2025"]);
    assert_eq!(year(fact(DAY, Type::Date)), "-∞..∞? [6]");
}

#[test]
fn working_days_go_by_the_calendar() {
    let add = |from: Expr, days: Expr, facts: &[(FactId, Given)]| {
        let kind = ExprKind::AddWorkingDays { date: Box::new(from), days: Box::new(days), calendar: CalendarId(0) };
        with_facts(&expr(kind, Type::Date), facts)
    };
    let after = |from: &str, days: &str| add(date(from), integer(days), &[]);
    let day = |text: &str| at(text).to_string();
    // E13.
    assert_eq!(after("2025-09-26", "5"), day("2025-10-10"));
    assert_eq!(after("2026-04-30", "5"), day("2026-05-11"));
    assert_eq!(after("2025-09-30", "1"), day("2025-10-09"));
    assert_eq!(after("2025-09-27", "0"), day("2025-09-27"));
    // 2026-12-31 is a Thursday, the last day the calendar knows.
    assert_eq!([after("2026-12-30", "1"), after("2026-12-30", "2")], [day("2026-12-31"), "不适用".to_owned()]);
    assert_eq!([after("2024-12-31", "1"), after("2024-12-30", "1")], [day("2025-01-01"), "不适用".to_owned()]);
    assert_eq!(add(fact(DAY, Type::Date), integer("5"), &[]), "-∞..∞? [6]");
    let later = choose(vec![(fact(CERTIFIED, Type::Bool), date("2025-09-26"))], Some(date("2025-09-30")));
    assert_eq!(add(later, integer("1"), &[]), format!("{}..{}? [3]", day("2025-09-28"), day("2025-10-09")));
}

#[test]
fn definitions_are_evaluated_whatever_their_order() {
    let mut model = model();
    let definition = |value| Definition {
        name: String::new(),
        alias: String::new(),
        value,
        form: model::Form::Expression,
        quotes: Vec::new(),
        note: None,
        span: SPAN,
    };
    model.definitions = vec![definition(expr(ExprKind::UsedUp(ClauseId(0)), Type::Bool)), definition(yuan("0"))];
    model.clauses[0].caps[0].amount = expr(ExprKind::Definition(DefinitionId(1)), Type::money());
    let nothing = given(&[], None);
    let case = Case::new(&model, &nothing, &[], ON);
    assert_eq!(show(&case.value(&expr(ExprKind::Definition(DefinitionId(0)), Type::Bool))), "1");
    let level = expr(ExprKind::Fact(LEVEL), Type::Member(model::ClassId(0)));
    assert_eq!(show(&case.value(&level)), "any [7]");
}
