//! In: a cap or a counter, the ledger, whom the application names. Out: what is left of the cap, how often there was an award:
//! section 3 of the semantics. Invariant: between nothing and the whole cap.

use std::collections::BTreeSet;

use super::clause::cents;
use super::interval::{End, Interval};
use super::number::Number;
use super::value::{Case, Known, Needs, Value};
use super::{Award, Given};
use crate::calendar::{self, MissingDay};
use crate::limits::LEDGER_TIMES_MAX;
use crate::model::{self, Cap, CapKey, CapPeriod, CapScope, ClauseId, FactId, RoundingMode, SubjectId, Times};

/// Whose awards count toward a cap.
enum Holder {
    /// Everybody's.
    Everyone,
    /// Those of one subject.
    Subject(SubjectId, String),
    /// Of one of these, whose identifiers are not known.
    Unknown(Vec<SubjectId>),
    /// Nobody's: none of the cap's subjects applies.
    Nobody,
}

/// `max(0, cap − used)`.
pub fn remaining(case: &Case, clause: ClauseId, cap: &Cap) -> Known {
    let amount = cents(&case.value(&cap.amount), RoundingMode::Down);
    let Some(range) = amount.range() else { return amount };
    let counted: Vec<&Award> =
        case.ledger.iter().filter(|award| in_scope(&cap.counts, clause, award) && award.date <= case.on).collect();
    let holder = holder(case, &cap.key);
    let awards: Vec<&Award> = counted.into_iter().filter(|award| may_hold(&holder, award)).collect();
    let in_period = |award: &&&Award| in_period(case.on, cap.period, award.date);
    let used_up = match cap.period {
        CapPeriod::Once => !awards.is_empty(),
        CapPeriod::OnceOrYear => awards.iter().any(|award| award.once),
        CapPeriod::Year | CapPeriod::Lifetime | CapPeriod::Each | CapPeriod::Months(_) => false,
    };
    if let Holder::Unknown(subjects) = holder {
        if !used_up && awards.iter().filter(in_period).count() == 0 {
            return positive(&amount);
        }
        let used = Interval { low: End::At(Number::ZERO), high: range.high.max(End::At(Number::ZERO)) };
        let needs = identifiers(case, &subjects);
        return positive(&amount.with(&Known { value: Value::Range(used), needs }, Interval::subtract));
    }
    if used_up {
        return amount.map(|_| Interval::ZERO);
    }
    let sum = awards
        .iter()
        .filter(in_period)
        .fold(Interval::ZERO, |sum, award| sum.add(Interval::at(Number::from_decimal(award.amount))));
    positive(&amount.with(&Known::constant(sum), Interval::subtract))
}

/// How many earlier awards there were, or calendar years with one.
pub fn times(case: &Case, times: &Times) -> Known {
    let most = Number::from_decimal(rust_decimal::Decimal::from_i128_with_scale(LEDGER_TIMES_MAX, 0));
    let from_none = |most: Number| Interval { low: End::At(Number::ZERO), high: End::At(most) };
    if let Some(fact) = times.ledger
        && !matches!(case.given(fact), Some(Given::Value(model::Value::Bool(true))))
    {
        return Known { value: Value::Range(from_none(most)), needs: Needs::from([fact]) };
    }
    let holder = holder(case, &times.key);
    let counted = case.ledger.iter().filter(|award| {
        in_scope(&times.counts, times.clause, award)
            && award.date <= case.on
            && in_period(case.on, times.period, award.date)
            && may_hold(&holder, award)
    });
    let year = |day: i32| calendar::year(day.into());
    let count = if times.years {
        counted.map(|award| year(award.date)).filter(|past| *past < year(case.on)).collect::<BTreeSet<i64>>().len()
    } else {
        counted.count()
    };
    let count = Number::integer(i64::try_from(count).unwrap_or(i64::MAX)).min(most);
    match holder {
        Holder::Unknown(subjects) if !count.is_zero() => {
            Known { value: Value::Range(from_none(count)), needs: identifiers(case, &subjects) }
        }
        Holder::Unknown(_) | Holder::Everyone | Holder::Subject(..) | Holder::Nobody => {
            Known::constant(Interval::at(count))
        }
    }
}

fn positive(amount: &Known) -> Known {
    amount.map(|range| range.greatest(Interval::ZERO))
}

fn in_scope(scope: &CapScope, clause: ClauseId, award: &Award) -> bool {
    match scope {
        CapScope::Clause => award.clause == clause,
        CapScope::Clauses(clauses) => clauses.contains(&award.clause),
        CapScope::Policy => true,
    }
}

/// Of awards not later than the day of the decision.
fn in_period(on: i32, period: CapPeriod, date: i32) -> bool {
    match period {
        CapPeriod::Year | CapPeriod::OnceOrYear => calendar::year(date.into()) == calendar::year(on.into()),
        CapPeriod::Lifetime | CapPeriod::Once => true,
        CapPeriod::Each => false,
        CapPeriod::Months(months) => {
            let start = calendar::add_months(on.into(), -i64::from(months), MissingDay::LastDay);
            start.is_none_or(|start| i64::from(date) > start)
        }
    }
}

/// The first of the cap's subjects that the application identifies.
fn holder(case: &Case, key: &CapKey) -> Holder {
    let CapKey::Subjects(subjects) = key else { return Holder::Everyone };
    let named = |subject: &SubjectId| match case.given(identifier(case, *subject)?) {
        Some(Given::Value(model::Value::Text(text))) => Some((*subject, text.clone())),
        Some(Given::Value(_) | Given::Unknown | Given::NotApplicable) | None => None,
    };
    let unknown = |subject: &&SubjectId| identifier(case, **subject).is_some_and(|fact| case.given(fact).is_none());
    match subjects.iter().find_map(named) {
        Some((subject, text)) => Holder::Subject(subject, text),
        None if subjects.iter().any(|subject| unknown(&subject)) => {
            Holder::Unknown(subjects.iter().filter(unknown).copied().collect())
        }
        None => Holder::Nobody,
    }
}

/// Whether an award went to the holder, or could have where the holder is not known.
fn may_hold(holder: &Holder, award: &Award) -> bool {
    match holder {
        Holder::Everyone => true,
        Holder::Subject(subject, text) => award.subjects.get(subject) == Some(text),
        Holder::Unknown(subjects) => subjects.iter().any(|subject| award.subjects.contains_key(subject)),
        Holder::Nobody => false,
    }
}

fn identifiers(case: &Case, subjects: &[SubjectId]) -> Needs {
    subjects.iter().filter_map(|subject| identifier(case, *subject)).collect()
}

fn identifier(case: &Case, subject: SubjectId) -> Option<FactId> {
    case.model.subjects.get(subject.index()).map(|subject| subject.identifier)
}
