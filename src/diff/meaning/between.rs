//! In: two editions. Out: what binds between clauses and differs: groups, quotas, budgets, the order of settlement, payment after expiry;
//! each with a batch of assessed applications that the two settle differently, where one was found.
//! Invariant: rules are compared in the joint model, so that a renamed clause or a moved line is no difference.

use rust_decimal::Decimal;

use super::ask::Task;
use super::batches::{Sides, candidates, paid_differently, settled_differently};
use super::joint::{Joint, Side, shared};
use super::judge::Judge;
use super::run::Between;
use super::terms::terms;
use super::{Aspect, Change, Edition, How, Leaning, Pair, Witness};
use super::{lean, words};
use crate::diagnostics::Text;
use crate::model::settlement::{Allocation, Due, GroupMember, GroupRule, OrderBy, OrderKey, Remainder, Step, Tie};
use crate::model::{CapKey, CapPeriod, Clause, ClauseId, Expr, FactId, Rounding, SubjectId};

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// A joint clause.
    Clause(ClauseId),
    /// A joint fact.
    External(FactId),
}

/// What is compared in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The day.
    Date,
    /// The amount.
    Amount,
    /// A joint fact.
    Fact(FactId),
}

/// A rule in the joint model.
#[derive(Debug, Clone)]
pub enum Rule {
    /// 组合.
    Group {
        name: String,
        how: &'static str,
        choice: Option<FactId>,
        members: Vec<Member>,
        key: CapKey,
        period: CapPeriod,
        caps: Vec<(Expr, CapKey, CapPeriod, String)>,
    },
    /// 名额.
    Quota {
        scope: Vec<ClauseId>,
        count: u32,
        per: SubjectId,
        period: CapPeriod,
        order: Vec<(Key, bool)>,
        ties: Tie,
        text: String,
    },
    /// 预算.
    Budget {
        scope: Vec<ClauseId>,
        amount: Decimal,
        period: CapPeriod,
        order: Option<Vec<(Key, bool)>>,
        pro_rata: bool,
        partial: bool,
        rounding: Rounding,
        remainder: Remainder,
        text: String,
    },
    /// 结算次序.
    Steps(Vec<Step>),
    /// 期满.
    Tail(Option<bool>),
}

impl Rule {
    /// What it is about.
    pub fn aspect(&self) -> Aspect {
        match self {
            Rule::Group { .. } => Aspect::Group,
            Rule::Quota { .. } => Aspect::Quota,
            Rule::Budget { .. } => Aspect::Budget,
            Rule::Steps(_) | Rule::Tail(_) => Aspect::Settlement,
        }
    }

    /// Its clauses; empty: all.
    pub fn scope(&self) -> Vec<ClauseId> {
        match self {
            Rule::Group { members, .. } => {
                let clause = |member: &Member| match member {
                    Member::Clause(id) => Some(*id),
                    Member::External(_) => None,
                };
                members.iter().filter_map(clause).collect()
            }
            Rule::Quota { scope, .. } | Rule::Budget { scope, .. } => scope.clone(),
            Rule::Steps(_) | Rule::Tail(_) => Vec::new(),
        }
    }

    /// Whether two rules say the same.
    pub fn alike(&self, other: &Rule) -> bool {
        match (self, other) {
            (
                Rule::Group { how: a, choice: b, members: c, key: d, period: e, caps: f, .. },
                Rule::Group { how: p, choice: q, members: r, key: s, period: t, caps: u, .. },
            ) => {
                // Where all are kept, or the greatest, the order of members only tells apart what is equal.
                let caps =
                    f.len() == u.len() && f.iter().zip(u).all(|(f, u)| f.0.same(&u.0) && f.1 == u.1 && f.2 == u.2);
                (a, b, c, d, e) == (p, q, r, s, t) && caps
            }
            (
                Rule::Quota { scope: a, count: b, per: c, period: d, order: e, ties: f, .. },
                Rule::Quota { scope: p, count: q, per: r, period: s, order: t, ties: u, .. },
            ) => (a, b, c, d, e, f) == (p, q, r, s, t, u),
            (
                Rule::Budget {
                    scope: a,
                    amount: b,
                    period: c,
                    order: d,
                    pro_rata: e,
                    partial: f,
                    rounding: g,
                    remainder: h,
                    ..
                },
                Rule::Budget {
                    scope: p,
                    amount: q,
                    period: r,
                    order: s,
                    pro_rata: t,
                    partial: u,
                    rounding: v,
                    remainder: w,
                    ..
                },
            ) => {
                let shared = !*e || (g, h) == (v, w);
                (a, b, c, d, e, f) == (p, q, r, s, t, u) && shared
            }
            (Rule::Steps(a), Rule::Steps(b)) => a == b,
            (Rule::Tail(a), Rule::Tail(b)) => a == b,
            _ => false,
        }
    }

    /// Whether two rules that differ are the earlier and the later form of one.
    fn succeeds(&self, old: &Rule) -> bool {
        match (self, old) {
            (Rule::Group { name: a, members: b, .. }, Rule::Group { name: p, members: q, .. }) => a == p || b == q,
            (Rule::Quota { scope: a, .. }, Rule::Quota { scope: p, .. })
            | (Rule::Budget { scope: a, .. }, Rule::Budget { scope: p, .. }) => a == p,
            (Rule::Steps(_), Rule::Steps(_)) | (Rule::Tail(_), Rule::Tail(_)) => true,
            _ => false,
        }
    }

    fn words(&self, joint: &Joint<'_>) -> Text {
        match self {
            Rule::Group { name, how, members, key, period, caps, .. } => {
                let member = |member: &Member| match member {
                    Member::Clause(id) => joint.title(*id).zh,
                    Member::External(id) => crate::analysis::case_text::name(&joint.model, *id),
                };
                let members: Vec<String> = members.iter().map(member).collect();
                let caps: Vec<&str> = caps.iter().map(|(.., text)| text.as_str()).collect();
                let bound =
                    if caps.is_empty() { String::new() } else { format!("，合计上限 {}", caps.join("；")) };
                let (key, period) = (words::key(joint, key), words::period(*period));
                Text::new(
                    format!("「{name}」{how}：{}，{}{}{bound}", members.join("、"), key, period.zh),
                    format!("`{name}` {how}: {}, {} {}{bound}", members.join(", "), key, period.en),
                )
            }
            Rule::Quota { text, scope, .. } | Rule::Budget { text, scope, .. } => {
                let of: Vec<String> = scope.iter().take(SCOPE_SHOWN_MAX).map(|id| joint.title(*id).zh).collect();
                let more = if scope.len() > SCOPE_SHOWN_MAX { "等" } else { "" };
                let of = if of.is_empty() { String::new() } else { format!("{}{more}，", of.join("、")) };
                Text::new(format!("{of}{text}"), format!("{of}{text}"))
            }
            Rule::Steps(steps) => words::steps(steps),
            Rule::Tail(Some(true)) => Text::new("期满之后继续兑付", "paid on after expiry"),
            Rule::Tail(Some(false)) => Text::new("期满停止兑付", "no payment after expiry"),
            Rule::Tail(None) => Text::new("没有写期满之后是否兑付", "payment after expiry is not said"),
        }
    }
}

/// What differs between clauses. `pairs` are those given to [`super::compare`].
#[must_use]
pub fn between(old: Edition<'_>, new: Edition<'_>, pairs: &[Pair]) -> Vec<Between> {
    if old.policy.settlement == new.policy.settlement && same_clauses(old, new) {
        return Vec::new();
    }
    let mut joint = Joint::new(old.policy.model(), new.policy.model(), pairs);
    let [mut one, mut two] = [Side::Old, Side::New].map(|side| rules(&mut joint, side));
    two.retain(|rule| match one.iter().position(|other| rule.alike(other)) {
        Some(at) => {
            one.remove(at);
            false
        }
        None => true,
    });
    if one.is_empty() && two.is_empty() {
        return Vec::new();
    }
    let is_tail = |rule: &Rule| matches!(rule, Rule::Tail(_));
    let paid = if one.iter().any(is_tail) { paid_later(&mut joint, pairs) } else { Vec::new() };
    let judge = Judge::new(old, new);
    let sides = Sides { joint: &joint, judge: &judge, programs: [old.program.program(), new.program.program()] };
    let mut all = Vec::new();
    let mut found = |before: Option<Rule>, after: Option<Rule>| {
        let rule = after.as_ref().or(before.as_ref());
        let Some(rule) = rule else { return };
        let witness = witness(&sides, [before.as_ref(), after.as_ref()], &paid);
        let scope = rule.scope();
        let about = |pair: &Pair| {
            let one = pair.0.map(|id| joint.clause(Side::Old, id));
            let two = pair.1.map(|id| joint.clause(Side::New, id));
            one.or(two).is_some_and(|id| scope.contains(&id))
        };
        let places = pairs.iter().enumerate().filter(|(_, pair)| about(pair)).map(|(at, _)| at);
        let said = |rule: &Option<Rule>| rule.as_ref().map_or_else(words::none, |rule| rule.words(&joint));
        // Without instalments in later years it changes nothing.
        let idle = is_tail(rule) && paid.is_empty();
        let how = if witness.is_some() || idle { How::Proved } else { How::TextOnly };
        let shared = |id: ClauseId| [Side::Old, Side::New].iter().all(|side| joint.own_clause(*side, id).is_some());
        let leaning = if idle { Leaning::Neither } else { lean::rule(before.as_ref(), after.as_ref(), &shared) };
        let name = match rule {
            Rule::Group { name, .. } => name.clone(),
            _ => String::new(),
        };
        let change = Change { what: rule.aspect(), old: said(&before), new: said(&after), how, leaning, witness };
        all.push(Between { change, pairs: places.collect(), name });
    };
    for rule in one {
        let after = two.iter().position(|other| other.succeeds(&rule)).map(|at| two.remove(at));
        found(Some(rule), after);
    }
    for rule in two {
        found(None, Some(rule));
    }
    all
}

fn same_clauses(old: Edition<'_>, new: Edition<'_>) -> bool {
    let (one, two) = (&old.policy.clauses, &new.policy.clauses);
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.id == two.id)
}

/// The rules of a side.
fn rules(joint: &mut Joint<'_>, side: Side) -> Vec<Rule> {
    let own = &joint.own[side.index()].settlement;
    let scope = |joint: &Joint<'_>, scope: &[ClauseId]| {
        let mut all: Vec<ClauseId> = scope.iter().map(|id| joint.clause(side, *id)).collect();
        all.sort_unstable();
        all
    };
    let keys = |joint: &Joint<'_>, order: &[OrderKey]| -> Vec<(Key, bool)> {
        let key = |key: &OrderKey| {
            let by = match key.by {
                OrderBy::Date => Key::Date,
                OrderBy::Amount => Key::Amount,
                OrderBy::Fact(id) => Key::Fact(joint.fact(side, id)),
            };
            (by, key.descending)
        };
        order.iter().map(key).collect()
    };
    let mut all = Vec::new();
    for group in &own.groups {
        let (how, choice) = match &group.rule {
            GroupRule::Highest => ("就高不重复", None),
            GroupRule::ChooseOne { choice } => ("择一", choice.map(|fact| joint.fact(side, fact))),
            GroupRule::Priority => ("优先", None),
            GroupRule::Stack => ("叠加", None),
        };
        let members = group.members.iter().map(|member| match member {
            GroupMember::Clause(id) => Member::Clause(joint.clause(side, *id)),
            GroupMember::External(id) => Member::External(joint.fact(side, *id)),
        });
        let (members, key) = (members.collect(), joint.key(side, &group.key));
        let caps = (group.caps.iter())
            .map(|cap| (joint.expr(side, &cap.amount), joint.key(side, &cap.key), cap.period, cap.text.clone()))
            .collect();
        all.push(Rule::Group { name: group.name.clone(), how, choice, members, key, period: group.period, caps });
    }
    for quota in &own.quotas {
        all.push(Rule::Quota {
            scope: scope(joint, &quota.scope),
            count: quota.count,
            per: joint.subject(side, quota.per),
            period: quota.period,
            order: keys(joint, &quota.order),
            ties: quota.ties,
            text: quota.text.clone(),
        });
    }
    for budget in &own.budgets {
        all.push(Rule::Budget {
            scope: scope(joint, &budget.scope),
            amount: budget.amount,
            period: budget.period,
            order: match &budget.strategy {
                Allocation::Ranked(order) => Some(keys(joint, order)),
                Allocation::FirstCome | Allocation::ProRata => None,
            },
            pro_rata: budget.strategy == Allocation::ProRata,
            partial: budget.partial,
            rounding: budget.rounding,
            remainder: budget.remainder,
            text: budget.text.clone(),
        });
    }
    all.push(Rule::Steps(own.steps.clone()));
    all.push(Rule::Tail(own.tail));
    all
}

/// A batch that the two settle differently.
fn witness(sides: &Sides<'_, '_>, rules: [Option<&Rule>; 2], paid: &[Task]) -> Option<Witness> {
    if let [Some(Rule::Tail(_)), _] | [_, Some(Rule::Tail(_))] = rules {
        return paid.iter().find_map(|task| paid_differently(sides, task));
    }
    candidates(sides.joint, rules).into_iter().find_map(|batch| settled_differently(sides, &batch))
}

/// Clauses of both editions that are paid in later years.
fn paid_later(joint: &mut Joint<'_>, pairs: &[Pair]) -> Vec<Task> {
    let [old, new] = joint.own;
    let later = |clause: &Clause| {
        let parts = clause.payment.iter().flat_map(|payment| &payment.parts);
        parts.into_iter().any(|part| matches!(part.due, Due::Year(_)))
    };
    let mut all = Vec::new();
    for (one, two) in pairs.iter().filter_map(|pair| Some((pair.0?, pair.1?))) {
        let (Some(a), Some(b)) = (old.clauses.get(one.index()), new.clauses.get(two.index())) else { continue };
        if all.len() >= PAID_MAX || !later(a) || !later(b) {
            continue;
        }
        let (x, y) = (terms(joint, Side::Old, one), terms(joint, Side::New, two));
        if let (Some(x), Some(y)) = (x, y) {
            let windows = [a.in_force, b.in_force];
            let shared = shared(windows[0], windows[1]);
            all.push(Task { clauses: [one.0, two.0], terms: [x, y], shared, windows, counted_alike: false });
        }
    }
    all
}

/// Most clauses of a quota or budget that are named.
const SCOPE_SHOWN_MAX: usize = 3;
/// Most clauses that are looked at for payment after expiry.
const PAID_MAX: usize = 4;
