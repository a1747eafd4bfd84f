//! Hand-built models for the tests of this folder: a policy of two clauses, and short spellings of expressions.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::program::Program;
use crate::model::types::{ClassId, MemberId};
use crate::model::{
    Authority, Award, Calendar, Cap, CapKey, CapPeriod, CapScope, Checked, Class, Clause, Column, CompareOp, Condition,
    Department, DepartmentId, Expr, ExprKind, Fact, FactId, FactSource, IndustryGate, List, ListId, Member, Model,
    NumberKind, Policy, Responsible, Rounding, RoundingMode, Subject, SubjectId, Type, Unit, Value, Window,
};
use crate::source::{FileId, Sources, Span};

pub const SPAN: Span = Span { file: FileId(0), start: 0, end: 6 };

pub fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

pub fn rate(scale: u8) -> Type {
    Type::Number { kind: NumberKind::Rate, unit: Unit::none(), scale }
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, span: SPAN }
}

pub fn yuan(text: &str) -> Expr {
    expr(ExprKind::Constant(Value::Number(decimal(text))), Type::money())
}

pub fn number(text: &str) -> Expr {
    expr(ExprKind::Constant(Value::Number(decimal(text))), rate(4))
}

pub fn fact(id: u32, ty: Type) -> Expr {
    expr(ExprKind::Fact(FactId(id)), ty)
}

pub fn times(a: Expr, b: Expr) -> Expr {
    let ty = Type::Number { kind: NumberKind::Money, unit: Unit::base("CNY"), scale: a.ty.scale() + b.ty.scale() };
    expr(ExprKind::Multiply(Box::new(a), Box::new(b)), ty)
}

pub fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, Type::Bool)
}

pub fn all(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::All(parts.into_iter().map(condition).collect()), Type::Bool)
}

pub fn any(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::Any(parts.into_iter().map(condition).collect()), Type::Bool)
}

pub fn condition(expr: Expr) -> Condition {
    Condition { label: "条件".to_owned(), labelled: false, expr }
}

pub const IDENTIFIER: u32 = 0;
pub const GOOD_CREDIT: u32 = 1;
pub const INDUSTRY: u32 = 2;
pub const SCALE: u32 = 3;
pub const RENT: u32 = 4;
pub const RATE: u32 = 5;
pub const SET_AMOUNT: u32 = 6;
pub const LIFTED: u32 = 7;

fn facts() -> Vec<Fact> {
    let fact = |name: &str, ty: Type, source: FactSource| Fact {
        name: name.to_owned(),
        alias: String::new(),
        subject: SubjectId(0),
        ty,
        source,
        range: (decimal("-1000000000000000"), decimal("1000000000000000")),
        made: false,
        credit_code: false,
        yearly: false,
        year: None,
        certificate: None,
        note: String::new(),
        span: SPAN,
    };
    let applicant = FactSource::Applicant;
    vec![
        fact("市场主体标识", Type::Text, applicant),
        fact("信用记录良好", Type::Bool, FactSource::Determination(Authority::Department(DepartmentId(0)))),
        fact("产业", Type::Member(ClassId(0)), applicant),
        fact("业务规模", Type::money(), applicant),
        fact("租金", Type::money(), applicant),
        fact("补贴比例", rate(4), applicant),
        fact("核定金额", Type::money(), FactSource::Discretion(Authority::Responsible)),
        fact("突破", Type::Bool, FactSource::Discretion(Authority::Department(DepartmentId(1)))),
    ]
}

fn members() -> Vec<Member> {
    let member = |name: &str, parent: Option<u32>, end: u32| Member {
        class: ClassId(0),
        name: name.to_owned(),
        alias: String::new(),
        parent: parent.map(MemberId),
        end: MemberId(end),
        quotes: Vec::new(),
        span: SPAN,
    };
    vec![
        member("互联网", None, 3),
        member("互联网＋", Some(0), 2),
        member("人工智能", Some(0), 3),
        member("金融", None, 4),
    ]
}

pub fn cap(amount: Expr, period: CapPeriod) -> Cap {
    Cap {
        text: "1000万元，每市场主体".to_owned(),
        amount,
        key: CapKey::Subjects(vec![SubjectId(0)]),
        period,
        counts: CapScope::Clause,
        soft: false,
        span: SPAN,
    }
}

pub fn clause(id: &str, award: Award) -> Clause {
    Clause {
        id: id.to_owned(),
        address: "四（一）".to_owned(),
        title: "标题".to_owned(),
        subjects: vec![SubjectId(0)],
        industry: None,
        conditions: Vec::new(),
        exclusions: Vec::new(),
        award,
        rounding: Some(Rounding { scale: 2, mode: RoundingMode::HalfUp }),
        caps: Vec::new(),
        floor: None,
        departments: Responsible { departments: vec![DepartmentId(0)], ..Responsible::default() },
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

/// Half the rent up to 50,000 a year, for the internet industry of some size; and an amount at discretion up to 10 million.
pub fn model() -> Model {
    let large = || compare(CompareOp::AtLeast, fact(SCALE, Type::money()), yuan("100000000"));
    let mut rent = clause("rent", Award::Computed(times(fact(RENT, Type::money()), number("0.5"))));
    rent.industry = Some(IndustryGate { fact: FactId(INDUSTRY), members: vec![MemberId(0)], span: SPAN });
    rent.conditions = vec![condition(large())];
    rent.caps = vec![cap(yuan("50000"), CapPeriod::Year)];
    let mut project = clause("project", Award::Discretion { fact: FactId(SET_AMOUNT), low: None, high: None });
    project.conditions = vec![condition(large())];
    project.caps = vec![cap(yuan("10000000"), CapPeriod::Lifetime)];
    Model {
        policy: policy(),
        departments: ["科委", "财政局"].map(department).into(),
        classes: vec![Class {
            name: "产业".to_owned(),
            alias: String::new(),
            ordered: false,
            members: 0..4,
            span: SPAN,
        }],
        members: members(),
        subjects: vec![Subject {
            name: "市场主体".to_owned(),
            alias: "entity".to_owned(),
            owner: None,
            identifier: FactId(IDENTIFIER),
            span: SPAN,
        }],
        facts: facts(),
        lists: Vec::new(),
        columns: Vec::new(),
        series: Vec::new(),
        calendars: Vec::new(),
        definitions: Vec::new(),
        scope: vec![condition(fact(GOOD_CREDIT, Type::Bool))],
        scope_exclusions: Vec::new(),
        scope_quotes: Vec::new(),
        clauses: vec![rent, project],
        settlement: crate::model::SettlementRules::default(),
        cases: Vec::new(),
        non_normative: Vec::new(),
        original: None,
    }
}

fn policy() -> Policy {
    Policy {
        number: "长发改规〔2024〕4号".to_owned(),
        title: "实施意见".to_owned(),
        alias: String::new(),
        issuers: vec![DepartmentId(0)],
        published: None,
        in_force: Window::default(),
        rounding: None,
        month_end: None,
        note: None,
        quotes: Vec::new(),
        span: SPAN,
    }
}

fn department(name: &str) -> Department {
    Department { name: name.to_owned(), full_name: String::new(), alias: String::new(), span: SPAN }
}

pub fn sources() -> Sources {
    let mut sources = Sources::new();
    sources.add("main.policy", "业务规模 不低于 1亿元\n");
    sources
}

pub fn lowered(model: Model) -> Program {
    super::lower(&Checked::for_tests(model), &sources()).unwrap()
}

/// A number without a unit.
pub fn plain(scale: u8) -> Type {
    Type::Number { kind: NumberKind::Number, unit: Unit::none(), scale }
}

/// The list of [`with_records`].
pub const LIST: u32 = 8;
/// The first of its two dates.
pub const FIRST_DATE: u32 = 9;
/// Whether a ledger was given.
pub const LEDGER: u32 = 11;
/// A rate at discretion.
pub const SHARE: u32 = 12;
/// A text.
pub const NAME: u32 = 13;

/// The facts of the sample policy with a list, dates, a ledger flag, a rate at discretion and a name; a calendar around a day.
pub fn with_records(on: i32) -> Model {
    let mut model = model();
    model.scope.clear();
    for fact in &mut model.facts {
        if matches!(fact.ty, Type::Number { .. }) {
            fact.range = (decimal("-1000"), decimal("1000"));
        }
    }
    model.facts[4].range = (decimal("0"), decimal("1000"));
    let new = |name: &str, ty: Type, source: FactSource| Fact {
        name: name.to_owned(),
        ty,
        source,
        range: (decimal("-1"), decimal("2")),
        ..model.facts[0].clone()
    };
    let responsible = model.facts[6].source;
    let more = [
        new("设备", Type::List(ListId(0)), FactSource::Applicant),
        new("成立日期", Type::Date, FactSource::Applicant),
        new("入驻日期", Type::Date, FactSource::Applicant),
        new("台账", Type::Bool, FactSource::Applicant),
        new("核定比例", rate(2), responsible),
        new("名称", Type::Text, FactSource::Applicant),
    ];
    model.facts.extend(more);
    let span = model.policy.span;
    let column = |name: &str, ty: Type, low: &str| Column {
        list: ListId(0),
        name: name.to_owned(),
        alias: String::new(),
        ty,
        range: (decimal(low), decimal("1000")),
        credit_code: false,
        note: String::new(),
        span,
    };
    model.columns = vec![
        column("价格", Type::money(), "0"),
        column("日期", Type::Date, "0"),
        column("合格", Type::Bool, "0"),
        column("类别", Type::Member(ClassId(0)), "0"),
        column("差额", Type::money(), "-1000"),
        column("型号", Type::Text, "0"),
    ];
    model.lists = vec![List {
        name: "设备".to_owned(),
        alias: String::new(),
        subject: SubjectId(0),
        fact: FactId(LIST),
        max: 4,
        columns: 0..6,
        span,
    }];
    model.calendars = vec![Calendar {
        name: "历".to_owned(),
        alias: String::new(),
        first: on - 39,
        last: on + 51,
        off: vec![on - 9, on - 8, on - 7],
        working: vec![on + 1],
        span,
    }];
    model
}
