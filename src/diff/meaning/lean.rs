//! In: two forms of a rule. Out: whom the difference favours ([`Leaning`]). Invariant: [`Leaning::Wider`] and [`Leaning::Narrower`] are said
//! only where nobody can be found on the other side of it; where that is not shown it is [`Leaning::Unclear`].

use super::Leaning;
use super::ask::{Asker, Task};
use super::between::{Member, Rule};
use crate::model::{ClauseId, Expr, ExprKind, Value, Window};

/// The other way about.
fn reversed(leaning: Leaning) -> Leaning {
    match leaning {
        Leaning::Wider => Leaning::Narrower,
        Leaning::Narrower => Leaning::Wider,
        other => other,
    }
}

/// Of two answers: whether the new one never gives less, and never more.
fn of(never_less: bool, never_more: bool) -> Leaning {
    match (never_less, never_more) {
        (true, true) => Leaning::Neither,
        (true, false) => Leaning::Wider,
        (false, true) => Leaning::Narrower,
        (false, false) => Leaning::Unclear,
    }
}

/// Of the days on which something is in force.
#[must_use]
pub fn days(old: Window, new: Window) -> Leaning {
    let within = |inner: Window, outer: Window| {
        outer.first.is_none_or(|first| inner.first.is_some_and(|own| first <= own))
            && outer.last.is_none_or(|last| inner.last.is_some_and(|own| own <= last))
    };
    match of(within(old, new), within(new, old)) {
        // Days that one has and the other has not, both ways.
        Leaning::Unclear => Leaning::Mixed,
        leaning => leaning,
    }
}

/// Of two amounts that somebody may have, for those who meet the requirements of both.
pub fn amounts(asker: &Asker<'_, '_>, task: &Task, old: Option<&Expr>, new: Option<&Expr>) -> Leaning {
    let (Some(old), Some(new)) = (old, new) else { return Leaning::Unclear };
    of(asker.is_never_above(task, old, new), asker.is_never_above(task, new, old))
}

/// Of what is there on one side only, and takes something.
pub fn burden(old: bool, new: bool) -> Leaning {
    match (old, new) {
        (false, true) => Leaning::Narrower,
        (true, false) => Leaning::Wider,
        _ => Leaning::Unclear,
    }
}

/// Of a rule between clauses; `shared` tells a clause of both editions.
pub fn rule(old: Option<&Rule>, new: Option<&Rule>, shared: &dyn Fn(ClauseId) -> bool) -> Leaning {
    match (old, new) {
        (None, Some(new)) => alone(new, shared),
        (Some(old), None) => reversed(alone(old, shared)),
        (Some(old), Some(new)) => match (old, new) {
            (Rule::Group { .. }, Rule::Group { .. }) => groups(old, new, shared),
            (Rule::Quota { .. } | Rule::Budget { .. }, _) => limits(old, new),
            (Rule::Tail(old), Rule::Tail(new)) => {
                let paid = |tail: &Option<bool>| tail.unwrap_or(true);
                of(paid(new) || !paid(old), paid(old) || !paid(new))
            }
            _ => Leaning::Unclear,
        },
        (None, None) => Leaning::Neither,
    }
}

/// A rule that was not there before.
fn alone(rule: &Rule, shared: &dyn Fn(ClauseId) -> bool) -> Leaning {
    match rule {
        Rule::Group { how: "叠加", caps, .. } if caps.is_empty() => Leaning::Neither,
        Rule::Group { members, .. } if members.iter().all(|member| is_shared(member, shared)) => Leaning::Narrower,
        Rule::Quota { .. } | Rule::Budget { .. } => Leaning::Narrower,
        Rule::Group { .. } | Rule::Steps(_) | Rule::Tail(_) => Leaning::Unclear,
    }
}

/// Whether a member can be compared: a clause of both editions, or an amount of another policy.
fn is_shared(member: &Member, shared: &dyn Fn(ClauseId) -> bool) -> bool {
    match member {
        Member::Clause(id) => shared(*id),
        Member::External(_) => true,
    }
}

fn groups(old: &Rule, new: &Rule, shared: &dyn Fn(ClauseId) -> bool) -> Leaning {
    let (
        Rule::Group { how, choice, members, key, period, caps, .. },
        Rule::Group { how: other, choice: chosen, members: are, key: whose, period: long, caps: bounds, .. },
    ) = (old, new)
    else {
        return Leaning::Unclear;
    };
    if (key, period) != (whose, long) {
        return Leaning::Unclear;
    }
    let free = |how: &str, caps: &[_]| how == "叠加" && caps.is_empty();
    if members == are && (free(how, caps) || free(other, bounds)) {
        return of(free(other, bounds), free(how, caps));
    }
    if (how, choice) != (other, chosen) {
        return Leaning::Unclear;
    }
    let alike = caps.len() == bounds.len() && caps.iter().zip(bounds).all(|(a, b)| a.1 == b.1 && a.2 == b.2);
    if members == are && alike {
        let number = |expr: &Expr| match &expr.kind {
            ExprKind::Constant(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let pairs: Option<Vec<_>> =
            caps.iter().zip(bounds).map(|(a, b)| Some((number(&a.0)?, number(&b.0)?))).collect();
        let Some(pairs) = pairs else { return Leaning::Unclear };
        return of(pairs.iter().all(|(a, b)| a <= b), pairs.iter().all(|(a, b)| a >= b));
    }
    // Somebody may have had both until now; an edition that lacks a clause says nothing of it.
    let same = alike && caps.iter().zip(bounds).all(|(a, b)| a.0.same(&b.0));
    let taken = |few: &[Member], many: &[Member]| {
        let rest: Vec<&Member> = many.iter().filter(|member| few.contains(member)).collect();
        let more = many.iter().filter(|member| !few.contains(member));
        rest.into_iter().eq(few) && more.into_iter().all(|member| is_shared(member, shared))
    };
    match same {
        true => of(taken(are, members), taken(members, are)),
        false => Leaning::Unclear,
    }
}

/// A quota or a budget of which only the number differs.
fn limits(old: &Rule, new: &Rule) -> Leaning {
    let at = |rule: &Rule| {
        let mut like = rule.clone();
        let number = match &mut like {
            Rule::Quota { count, .. } => std::mem::take(count).into(),
            Rule::Budget { amount, .. } => std::mem::take(amount),
            Rule::Group { .. } | Rule::Steps(_) | Rule::Tail(_) => return None,
        };
        Some((like, number))
    };
    let (Some((one, few)), Some((two, many))) = (at(old), at(new)) else { return Leaning::Unclear };
    // Where the last one gets nothing, less money may reach a smaller claim behind him.
    let jumps = matches!(old, Rule::Budget { partial: false, pro_rata: false, .. });
    match one.alike(&two) && !jumps {
        true => of(few <= many, many <= few),
        false => Leaning::Unclear,
    }
}
