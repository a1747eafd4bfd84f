//! Random models out of bytes: expressions of every type and kind, two clauses with caps, a lift, definitions.

use crate::bytecode::samples::{
    FIRST_DATE, LEDGER, NAME, SHARE, all, any as one_of, clause, compare, condition, decimal, expr, fact, plain, rate,
    with_records, yuan,
};
use crate::calendar;
use crate::model::types::{ClassId, MemberId};
use crate::model::{
    Arm, Award, CalendarId, Cap, CapKey, CapPeriod, CapScope, ClauseId, ColumnId, CompareOp, Definition, DefinitionId,
    Expr, ExprKind, FactId, Fold, FoldKind, Form, Lift, ListId, Model, MonthEnd, Rounding, RoundingMode, SubjectId,
    Times, Type, Value,
};

/// Choices out of bytes, so that a failure shrinks to few of them.
pub struct Choices<'a>(pub std::slice::Iter<'a, u8>);

impl Choices<'_> {
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % bound.max(1)
    }
}

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

/// The day of the decision.
pub fn on() -> i32 {
    calendar::day(2025, 10, 10).unwrap()
}

/// Expressions of each type, of so many levels; columns where `row`.
struct Grammar<'a, 'b> {
    from: &'a mut Choices<'b>,
    definitions: usize,
    /// Whether what is used up may be asked.
    caps: bool,
}

impl Grammar<'_, '_> {
    fn truth(&mut self, depth: usize, row: bool) -> Expr {
        let bool_type = |kind| expr(kind, Type::Bool);
        if depth == 0 {
            return match self.from.below(if row { 4 } else { 3 }) {
                0 => fact(1, Type::Bool),
                1 => fact(7, Type::Bool),
                2 => bool_type(ExprKind::Constant(Value::Bool(true))),
                _ => bool_type(ExprKind::Column(ColumnId(2))),
            };
        }
        let below = depth - 1;
        let ops = [CompareOp::AtLeast, CompareOp::Above, CompareOp::AtMost, CompareOp::Equal, CompareOp::NotEqual];
        let op = ops[self.from.below(ops.len())];
        match self.from.below(11) {
            0 => bool_type(ExprKind::Not(boxed(self.truth(below, row)))),
            1 => all(vec![self.truth(below, row), self.truth(below, row)]),
            2 => one_of(vec![self.truth(below, row), self.truth(below, row)]),
            3 | 4 => compare(op, self.money(below, row), self.money(below, row)),
            5 => compare(op, self.date(below, row), self.date(below, row)),
            6 => compare(CompareOp::Equal, self.member(below, row), self.member(below, row)),
            7 => {
                let value = boxed(self.member(below, row));
                bool_type(ExprKind::Within { value, members: vec![MemberId(self.from.below(4) as u32)] })
            }
            8 => self.choose(below, row, Type::Bool),
            9 if !row => {
                let kind = if self.from.below(2) == 0 { FoldKind::Any } else { FoldKind::All };
                self.fold(kind, below, Type::Bool)
            }
            10 if self.caps => bool_type(ExprKind::UsedUp(ClauseId(self.from.below(2) as u32))),
            _ => compare(CompareOp::Equal, self.text(below, row), self.text(below, row)),
        }
    }

    fn any(&mut self, depth: usize, row: bool, ty: &Type) -> Expr {
        match ty {
            Type::Bool => self.truth(depth, row),
            Type::Date => self.date(depth, row),
            Type::Member(_) => self.member(depth, row),
            Type::Text => self.text(depth, row),
            Type::Number { .. } | Type::List(_) | Type::Error => self.money(depth, row),
        }
    }

    fn choose(&mut self, depth: usize, row: bool, ty: Type) -> Expr {
        let arms = (0..=self.from.below(2))
            .map(|_| Arm { when: condition(self.truth(depth, row)), value: self.any(depth, row, &ty) })
            .collect();
        let otherwise = (self.from.below(2) == 0).then(|| boxed(self.any(depth, row, &ty)));
        expr(ExprKind::Choose { arms, otherwise }, ty)
    }

    fn fold(&mut self, kind: FoldKind, depth: usize, ty: Type) -> Expr {
        let tested = matches!(kind, FoldKind::Any | FoldKind::All);
        let filter = (tested || self.from.below(2) == 0).then(|| self.truth(depth, true));
        let value = (!tested && kind != FoldKind::Count).then(|| match (kind, self.from.below(3)) {
            (FoldKind::Distinct, 0) => self.member(depth, true),
            (FoldKind::Distinct, 1) => self.text(depth, true),
            _ if ty == Type::Date => self.date(depth, true),
            _ => self.money(depth, true),
        });
        expr(ExprKind::Fold(Box::new(Fold { list: ListId(0), kind, filter, value })), ty)
    }

    /// Yuan times a number without a unit.
    fn each(&mut self, count: ExprKind, each: &str) -> Expr {
        expr(ExprKind::Multiply(boxed(expr(count, plain(0))), boxed(yuan(each))), Type::money())
    }

    fn money(&mut self, depth: usize, row: bool) -> Expr {
        let of = |kind| expr(kind, Type::money());
        if depth == 0 {
            return match self.from.below(if row { 6 } else { 4 }) {
                0 => fact(3, Type::money()),
                1 => fact(4, Type::money()),
                2 => yuan(["0", "100", "-7.5"][self.from.below(3)]),
                3 if self.definitions > 0 => {
                    of(ExprKind::Definition(DefinitionId(self.from.below(self.definitions) as u32)))
                }
                3 => yuan("1"),
                4 => of(ExprKind::Column(ColumnId(0))),
                _ => of(ExprKind::Column(ColumnId(4))),
            };
        }
        let below = depth - 1;
        let rounding = Rounding { scale: [2, 0, -1][self.from.below(3)], mode: RoundingMode::HalfUp };
        match self.from.below(15) {
            0 => of(ExprKind::Add(boxed(self.money(below, row)), boxed(self.money(below, row)))),
            1 => of(ExprKind::Subtract(boxed(self.money(below, row)), boxed(self.money(below, row)))),
            2 => {
                let product = ExprKind::Multiply(boxed(self.money(below, row)), boxed(fact(SHARE, rate(2))));
                of(ExprKind::Round { value: boxed(of(product)), rounding })
            }
            3 => of(ExprKind::Divide {
                left: boxed(self.money(below, row)),
                right: boxed(self.money(below, row)),
                rounding,
            }),
            4 => of(ExprKind::Least(vec![self.money(below, row), self.money(below, row)])),
            5 => of(ExprKind::Greatest(vec![self.money(below, row), self.money(below, row)])),
            6 | 7 => self.choose(below, row, Type::money()),
            8 if !row => self.fold(FoldKind::Sum, below, Type::money()),
            9 if !row => self.extreme(below, Type::money()),
            10 if !row => {
                let kind = [FoldKind::Count, FoldKind::Distinct][self.from.below(2)];
                let count = self.fold(kind, below, plain(0));
                self.each(count.kind, "10")
            }
            11 if !row => {
                let most = 1 + self.from.below(3) as u32;
                self.fold(FoldKind::SumOfGreatest(most), below, Type::money())
            }
            12 => {
                let (from, to) = (boxed(self.date(below, row)), boxed(self.date(below, row)));
                self.each(ExprKind::YearsBetween { from, to }, "50")
            }
            13 => {
                let date = boxed(self.date(below, row));
                self.each(ExprKind::YearOf(date), "0.01")
            }
            _ => {
                let periods = [CapPeriod::Lifetime, CapPeriod::Year, CapPeriod::Months(12)];
                let keys = [CapKey::Everyone, CapKey::Subjects(vec![SubjectId(0)])];
                let times = Times {
                    clause: ClauseId(self.from.below(2) as u32),
                    counts: [CapScope::Clause, CapScope::Policy][self.from.below(2)].clone(),
                    key: keys[self.from.below(2)].clone(),
                    period: periods[self.from.below(3)],
                    years: self.from.below(2) == 0,
                    ledger: (self.from.below(2) == 0).then_some(FactId(LEDGER)),
                };
                self.each(ExprKind::Times(Box::new(times)), "20")
            }
        }
    }

    fn date(&mut self, depth: usize, row: bool) -> Expr {
        let of = |kind| expr(kind, Type::Date);
        if depth == 0 {
            return match self.from.below(if row { 5 } else { 4 }) {
                0 => fact(FIRST_DATE, Type::Date),
                1 => fact(FIRST_DATE + 1, Type::Date),
                2 => of(ExprKind::OnDate),
                3 => of(ExprKind::Constant(Value::Date(on() - 9))),
                _ => of(ExprKind::Column(ColumnId(1))),
            };
        }
        let below = depth - 1;
        let whole = |text: &str| expr(ExprKind::Constant(Value::Number(decimal(text))), plain(0));
        match self.from.below(5) {
            0 => {
                let months = boxed(whole(["-12", "1", "36"][self.from.below(3)]));
                of(ExprKind::AddMonths { date: boxed(self.date(below, row)), months, month_end: MonthEnd::LastDay })
            }
            1 => of(ExprKind::AddDays { date: boxed(self.date(below, row)), days: boxed(whole("3")) }),
            2 => {
                let days = boxed(whole(["0", "1", "12", "90"][self.from.below(4)]));
                let (date, calendar) = (boxed(self.date(below, row)), CalendarId(0));
                of(ExprKind::AddWorkingDays { date, days, calendar })
            }
            3 if !row => self.extreme(below, Type::Date),
            _ => self.choose(below, row, Type::Date),
        }
    }

    fn extreme(&mut self, depth: usize, ty: Type) -> Expr {
        let kind = [FoldKind::Greatest, FoldKind::Least][self.from.below(2)];
        self.fold(kind, depth, ty)
    }

    fn member(&mut self, depth: usize, row: bool) -> Expr {
        let ty = Type::Member(ClassId(0));
        if depth == 0 {
            return match self.from.below(if row { 3 } else { 2 }) {
                0 => fact(2, ty),
                1 => expr(ExprKind::Constant(Value::Member(MemberId(self.from.below(4) as u32))), ty),
                _ => expr(ExprKind::Column(ColumnId(3)), ty),
            };
        }
        self.choose(depth - 1, row, ty)
    }

    fn text(&mut self, depth: usize, row: bool) -> Expr {
        if depth == 0 {
            return match self.from.below(if row { 3 } else { 2 }) {
                0 => fact(NAME, Type::Text),
                1 => expr(ExprKind::Constant(Value::Text("甲".to_owned())), Type::Text),
                _ => expr(ExprKind::Column(ColumnId(5)), Type::Text),
            };
        }
        self.choose(depth - 1, row, Type::Text)
    }

    fn cap(&mut self) -> Cap {
        let periods = [CapPeriod::Year, CapPeriod::Lifetime, CapPeriod::Each, CapPeriod::Once];
        let caps = std::mem::replace(&mut self.caps, false);
        let amount = self.money(1, false);
        self.caps = caps;
        Cap {
            period: periods[self.from.below(4)],
            key: [CapKey::Subjects(vec![SubjectId(0)]), CapKey::Everyone][self.from.below(2)].clone(),
            soft: self.from.below(3) == 0,
            ..crate::bytecode::samples::cap(amount, CapPeriod::Year)
        }
    }
}

pub fn random_model(bytes: &[u8]) -> Model {
    let mut from = Choices(bytes.iter());
    let mut model = with_records(on());
    let mut grammar = Grammar { from: &mut from, definitions: 0, caps: false };
    // Earlier definitions may refer to later ones, but the caps of what is used up refer to neither.
    let definitions: Vec<Expr> = (0..2).map(|_| grammar.money(2, false)).collect();
    let span = model.policy.span;
    model.definitions = (definitions.into_iter())
        .map(|value| Definition {
            name: "定义".to_owned(),
            alias: String::new(),
            value,
            form: Form::Expression,
            quotes: Vec::new(),
            note: None,
            span,
        })
        .collect();
    grammar.definitions = 2;
    let caps: Vec<Vec<Cap>> = (0..2).map(|_| (0..grammar.from.below(3)).map(|_| grammar.cap()).collect()).collect();
    grammar.caps = true;
    let mut computed = clause("a", Award::Computed(grammar.money(3, false)));
    let bound = |grammar: &mut Grammar<'_, '_>| (grammar.from.below(2) == 0).then(|| grammar.money(2, false));
    let (low, high) = (bound(&mut grammar), bound(&mut grammar));
    let mut set = clause("b", Award::Discretion { fact: FactId(6), low, high });
    computed.conditions = (0..grammar.from.below(3)).map(|_| condition(grammar.truth(3, false))).collect();
    set.conditions = (0..grammar.from.below(2)).map(|_| condition(grammar.truth(3, false))).collect();
    if grammar.from.below(3) == 0 {
        let up_to = (grammar.from.below(2) == 0).then(|| yuan("500"));
        let lift = Lift { fact: FactId(7), approver: crate::model::DepartmentId(1), up_to, span };
        computed.lift = Some(lift);
    }
    let mut caps = caps.into_iter();
    computed.caps = caps.next().unwrap();
    set.caps = caps.next().unwrap();
    model.clauses = vec![computed, set];
    model
}
