//! In: what is to hold. Out: the branches of a case distinction in which it may: for each variable a range, and rows between variables.
//! Invariant: every application for which all of it holds lies in one of the branches; so if none is left, there is none.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::linear::{Eliminated, Linear, Row, Var, eliminate};
use super::pool::{FAR, Pool, Source};
use super::terms::Reading;
use super::ways::{negative, opposite, positive, rows};
use crate::limits::SOLVE_BRANCHES_MAX;
use crate::model::case::Given;
use crate::model::{CompareOp, Expr, ExprKind, FactId, MemberId, Type, Value};

/// Something that is to hold.
#[derive(Debug, Clone)]
pub enum Step<'a> {
    /// A condition, or its negation.
    Holds(&'a Expr, bool),
    /// A fact is one of these class values or below, or is not.
    Within(&'a Expr, &'a [MemberId], bool),
    /// As above, of the fact of an industry gate.
    Gate(FactId, &'a [MemberId], bool),
    /// The first number is above the second by this much.
    Apart(&'a Expr, &'a Expr, Linear),
    /// A bound of a sum.
    Bound(Row),
    /// A variable is given, or is 不适用.
    Given(Var, bool),
}

/// A choice between ways in which something can hold.
pub type Choice<'a> = Vec<Vec<Step<'a>>>;

/// What is known of a variable.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Least and most, where it is given.
    pub low: i128,
    /// See `low`.
    pub high: i128,
    /// The values it may have, where they are not all between `low` and `high`.
    pub allowed: Option<Rc<Vec<i128>>>,
    /// Whether it is given; `None`: it need not be.
    pub given: Option<bool>,
    /// Whether anything was asked of it.
    pub touched: bool,
}

impl Slot {
    /// Drops what is no longer allowed from the ends; false where nothing is left.
    fn settle(&mut self) -> bool {
        if let Some(allowed) = &self.allowed {
            let mut inside = allowed.iter().filter(|value| self.low <= **value && **value <= self.high);
            let Some(first) = inside.next() else { return false };
            let last = inside.next_back().unwrap_or(first);
            (self.low, self.high) = (*first, *last);
        }
        self.low <= self.high
    }
}

/// One branch of a case distinction.
#[derive(Debug, Clone, Default)]
pub struct Branch<'a> {
    /// By variable.
    pub slots: BTreeMap<Var, Slot>,
    /// Between variables.
    pub rows: Vec<Row>,
    later: Vec<Rc<Choice<'a>>>,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// `leaf` accepted a branch.
    Yes,
    /// No branch was left.
    No,
    /// A branch was left that `leaf` did not accept, or the budget ran out.
    Open,
}

/// A search through all branches.
pub struct Search<'p, 'a> {
    /// Variables.
    pub pool: &'p mut Pool<'a>,
    branches: usize,
    out_of_budget: bool,
}

impl<'p, 'a> Search<'p, 'a> {
    /// A search with a full budget.
    pub fn new(pool: &'p mut Pool<'a>) -> Search<'p, 'a> {
        Search { pool, branches: 0, out_of_budget: false }
    }

    /// Whether the budget ran out.
    pub fn is_out_of_budget(&self) -> bool {
        self.out_of_budget
    }

    /// Looks for a branch that `leaf` accepts.
    pub fn run(
        &mut self,
        branch: Branch<'a>,
        steps: Vec<Step<'a>>,
        leaf: &mut dyn FnMut(&mut Pool<'a>, &Branch<'a>) -> bool,
    ) -> Found {
        self.branches += 1;
        if self.branches > SOLVE_BRANCHES_MAX {
            self.out_of_budget = true;
            return Found::Open;
        }
        let mut branch = branch;
        let mut todo = steps;
        while let Some(step) = todo.pop() {
            if !self.step(&mut branch, step, &mut todo) {
                return Found::No;
            }
        }
        if !branch.agrees(self.pool) {
            return Found::No;
        }
        // The choice with the fewest ways first: it decides most.
        let next =
            (0..branch.later.len()).min_by_key(|at| branch.later.get(*at).map_or(usize::MAX, |choice| choice.len()));
        let Some(next) = next else {
            return if leaf(self.pool, &branch) { Found::Yes } else { Found::Open };
        };
        let choice = branch.later.swap_remove(next);
        let mut result = Found::No;
        for way in choice.iter() {
            match self.run(branch.clone(), way.clone(), leaf) {
                Found::Yes => return Found::Yes,
                Found::Open => result = Found::Open,
                Found::No => {}
            }
            if self.out_of_budget {
                return Found::Open;
            }
        }
        result
    }

    /// Takes one step; false where it contradicts what is known.
    fn step(&mut self, branch: &mut Branch<'a>, step: Step<'a>, todo: &mut Vec<Step<'a>>) -> bool {
        match step {
            Step::Holds(expr, wanted) => self.holds(branch, expr, wanted, todo),
            Step::Within(value, members, wanted) => {
                let readings = self.pool.readings(value);
                self.within(branch, &readings, members, wanted, todo)
            }
            Step::Gate(fact, members, wanted) => match self.pool.fact(fact) {
                Some(var) => {
                    (!wanted || branch.given(self.pool, var, true)) && self.restrict(branch, var, members, wanted)
                }
                None => true,
            },
            Step::Apart(left, right, by) => {
                let (left, right) = (self.pool.readings(left), self.pool.readings(right));
                let equal = |one: &Linear, two: &Linear| {
                    let apart = one.minus(two)?.minus(&by)?;
                    Some(vec![vec![apart.at_most_zero()?, apart.times(&Linear::integer(-1))?.at_most_zero()?]])
                };
                branch.choose(positive(&left, &right, &equal), todo)
            }
            Step::Bound(row) => branch.bound(self.pool, row),
            Step::Given(var, given) => branch.given(self.pool, var, given),
        }
    }

    fn holds(&mut self, branch: &mut Branch<'a>, expr: &'a Expr, wanted: bool, todo: &mut Vec<Step<'a>>) -> bool {
        match &expr.kind {
            ExprKind::Constant(Value::Bool(value)) => *value == wanted,
            ExprKind::Fact(id) => match self.pool.fact(*id) {
                Some(var) => {
                    let value = i128::from(wanted);
                    branch.given(self.pool, var, true) && branch.narrow(self.pool, var, value, value)
                }
                None => true,
            },
            ExprKind::Definition(id) => {
                let model = self.pool.model;
                if let Some(definition) = model.definitions.get(id.index()) {
                    todo.push(Step::Holds(&definition.value, wanted));
                }
                true
            }
            ExprKind::Not(inner) => {
                todo.push(Step::Holds(inner, !wanted));
                true
            }
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                let steps = parts.iter().map(|part| Step::Holds(&part.expr, wanted));
                if matches!(expr.kind, ExprKind::All(_)) == wanted {
                    todo.extend(steps);
                    return true;
                }
                branch.choose(steps.map(|step| vec![step]).collect(), todo)
            }
            ExprKind::Compare { op, left, right } => self.compare(branch, *op, left, right, wanted, todo),
            ExprKind::Within { value, members } => {
                todo.push(Step::Within(value, members, wanted));
                true
            }
            ExprKind::Choose { arms, otherwise } => {
                let mut ways: Choice<'a> = Vec::new();
                let mut before: Vec<Step<'a>> = Vec::new();
                for arm in arms {
                    let mut way = before.clone();
                    way.extend([Step::Holds(&arm.when.expr, true), Step::Holds(&arm.value, wanted)]);
                    ways.push(way);
                    before.push(Step::Holds(&arm.when.expr, false));
                }
                before.extend(otherwise.iter().map(|rest| Step::Holds(rest, wanted)));
                ways.push(before);
                branch.choose(ways, todo)
            }
            // A yes/no that is not looked into: the same one has the same value everywhere.
            _ => {
                let var = self.pool.part(expr, 0, (0, 1));
                let value = i128::from(wanted);
                branch.narrow(self.pool, var, value, value)
            }
        }
    }

    fn compare(
        &mut self,
        branch: &mut Branch<'a>,
        op: CompareOp,
        left: &'a Expr,
        right: &'a Expr,
        wanted: bool,
        todo: &mut Vec<Step<'a>>,
    ) -> bool {
        if left.ty == Type::Bool {
            let same = matches!(op, CompareOp::Equal) == wanted;
            let ways = [true, false].map(|value| vec![Step::Holds(left, value), Step::Holds(right, value == same)]);
            return branch.choose(ways.into(), todo);
        }
        let (left, right) = (self.pool.readings(left), self.pool.readings(right));
        if wanted {
            return branch.choose(positive(&left, &right, &|one, two| rows(op, one, two)), todo);
        }
        let ways = negative(self.pool, &left, &right, &|one, two| rows(opposite(op), one, two));
        branch.choose(ways, todo)
    }

    fn within(
        &mut self,
        branch: &mut Branch<'a>,
        readings: &[Reading<'a>],
        members: &[MemberId],
        wanted: bool,
        todo: &mut Vec<Step<'a>>,
    ) -> bool {
        // The common case: a fact.
        if let [Reading { given, value: Some(value), guards, rows, may_lack: false }] = readings
            && guards.is_empty()
            && rows.is_empty()
            && let [var] = given[..]
            && *value == self.pool.linear(var)
        {
            return (!wanted || branch.given(self.pool, var, true)) && self.restrict(branch, var, members, wanted);
        }
        let spans = self.covered(members);
        let inside = |one: &Linear, _: &Linear| {
            let span = |(low, high): &(i128, i128)| {
                let above = Linear::integer(*low).minus(one)?.at_most_zero()?;
                Some(vec![above, one.minus(&Linear::integer(*high))?.at_most_zero()?])
            };
            spans.iter().map(span).collect::<Option<Vec<_>>>()
        };
        let none = [Reading::number(Linear::integer(0))];
        if wanted {
            return branch.choose(positive(readings, &none, &inside), todo);
        }
        let outside = |one: &Linear, _: &Linear| {
            // Below the first, between two, or above the last.
            let mut ways = Vec::new();
            let mut low: Option<i128> = None;
            for (first, last) in spans.iter().copied().map(Some).chain([None]).map(Option::unzip) {
                let mut way = Vec::new();
                if let Some(low) = low {
                    way.push(Linear::integer(low).minus(one)?.at_most_zero()?);
                }
                if let Some(first) = first {
                    way.push(one.minus(&Linear::integer(first - 1))?.at_most_zero()?);
                }
                ways.push(way);
                low = last.map(|last| last + 1);
            }
            Some(ways)
        };
        branch.choose(negative(self.pool, readings, &none, &outside), todo)
    }

    /// The ids that class values cover, as spans in order.
    fn covered(&self, members: &[MemberId]) -> Vec<(i128, i128)> {
        let mut spans: Vec<(i128, i128)> = members
            .iter()
            .map(|id| {
                let end = self.pool.model.members.get(id.0 as usize).map_or(id.0, |member| member.end.0);
                (i128::from(id.0), i128::from(end.max(id.0 + 1)) - 1)
            })
            .collect();
        spans.sort_unstable();
        let mut joined: Vec<(i128, i128)> = Vec::new();
        for (low, high) in spans {
            match joined.last_mut() {
                Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        joined
    }

    fn restrict(&mut self, branch: &mut Branch<'a>, var: Var, members: &[MemberId], wanted: bool) -> bool {
        let spans = self.covered(members);
        let slot = branch.slot(self.pool, var);
        let inside = |value: &i128| spans.iter().any(|(low, high)| low <= value && value <= high);
        let allowed: Vec<i128> = match &slot.allowed {
            Some(allowed) => allowed.iter().copied().filter(|value| inside(value) == wanted).collect(),
            None => (slot.low..=slot.high).filter(|value| inside(value) == wanted).collect(),
        };
        slot.allowed = Some(Rc::new(allowed));
        let (low, high) = (slot.low, slot.high);
        branch.narrow(self.pool, var, low, high)
    }
}

impl<'a> Branch<'a> {
    fn choose(&mut self, mut ways: Choice<'a>, todo: &mut Vec<Step<'a>>) -> bool {
        match ways.len() {
            0 => false,
            1 => {
                todo.extend(ways.pop().unwrap_or_default());
                true
            }
            _ => {
                // Shared by all branches below: tables have thousands of ways.
                self.later.push(Rc::new(ways));
                true
            }
        }
    }

    /// What is known of a variable.
    pub fn slot(&mut self, pool: &Pool<'a>, var: Var) -> &mut Slot {
        self.slots.entry(var).or_insert_with(|| {
            let fresh = pool.vars.get(var);
            let (low, high) = fresh.map_or((-FAR, FAR), |fresh| (fresh.low, fresh.high));
            let given = fresh.is_none_or(|fresh| !fresh.may_lack).then_some(true);
            Slot { low, high, allowed: None, given, touched: false }
        })
    }

    fn given(&mut self, pool: &Pool<'a>, var: Var, given: bool) -> bool {
        let slot = self.slot(pool, var);
        slot.touched = true;
        if slot.given == Some(!given) {
            return false;
        }
        slot.given = Some(given);
        !given || slot.settle()
    }

    /// Bounds a variable where it is given; where nothing is left, it is not given.
    fn narrow(&mut self, pool: &Pool<'a>, var: Var, low: i128, high: i128) -> bool {
        let slot = self.slot(pool, var);
        slot.touched = true;
        (slot.low, slot.high) = (slot.low.max(low), slot.high.min(high));
        if slot.settle() || slot.given == Some(false) {
            return true;
        }
        if slot.given.is_none() {
            slot.given = Some(false);
            return true;
        }
        false
    }

    fn bound(&mut self, pool: &Pool<'a>, row: Row) -> bool {
        match &row.terms[..] {
            [] => row.bound >= 0,
            [(var, factor)] if *factor > 0 => self.narrow(pool, *var, -FAR, row.bound.div_euclid(*factor)),
            [(var, factor)] => {
                let least = row.bound.div_euclid(factor.saturating_neg()).saturating_neg();
                self.narrow(pool, *var, least, FAR)
            }
            terms => {
                for (var, _) in terms {
                    self.slot(pool, *var).touched = true;
                }
                self.rows.push(row);
                true
            }
        }
    }

    fn agrees(&mut self, pool: &Pool<'a>) -> bool {
        self.rows.is_empty() || self.eliminated(pool, &[]).is_some()
    }

    /// Rows and ranges with the variables eliminated, those of `first` last of all, in reverse; `None`: they contradict each other.
    pub fn eliminated(&mut self, pool: &Pool<'a>, first: &[Var]) -> Option<Eliminated> {
        let mut vars: Vec<Var> = self.rows.iter().flat_map(|row| row.terms.iter().map(|(var, _)| *var)).collect();
        vars.sort_unstable();
        vars.dedup();
        let mut rows = self.rows.clone();
        for var in &vars {
            let slot = self.slot(pool, *var).clone();
            if slot.given != Some(true) {
                continue;
            }
            if slot.high < FAR {
                rows.push(Row { terms: vec![(*var, 1)], bound: slot.high });
            }
            if slot.low > -FAR {
                rows.push(Row { terms: vec![(*var, -1)], bound: slot.low.saturating_neg() });
            }
        }
        // Parts before facts: they follow from them.
        let mut order: Vec<Var> = vars.into_iter().filter(|var| !first.contains(var)).collect();
        order.sort_by_key(|var| !matches!(pool.vars.get(*var).map(|var| var.source), Some(Source::Part(_))));
        order.extend(first.iter().rev());
        eliminate(rows, &order)
    }
}

impl<'a> Branch<'a> {
    /// Sets what is given of a fact. 不适用 of a yes/no is 否.
    pub fn pin(&mut self, pool: &Pool<'a>, var: Var, given: &Given, value: Option<i128>) {
        let may_lack = pool.vars.get(var).is_some_and(|var| var.may_lack);
        let slot = self.slot(pool, var);
        slot.touched = true;
        match (given, value) {
            (Given::Value(_), Some(value)) => (slot.low, slot.high, slot.given) = (value, value, Some(true)),
            (Given::NotApplicable, _) if may_lack => slot.given = Some(false),
            (Given::NotApplicable, _) => (slot.low, slot.high) = (0, 0),
            _ => {}
        }
    }
}
