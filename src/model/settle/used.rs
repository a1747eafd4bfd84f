//! In: built clauses and rules of settlement. Out: the expressions, facts and figures in them, for checks of the document as a whole.

use rust_decimal::Decimal;

use super::super::ClauseId;
use super::super::FactId;
use super::super::clause::Clause;
use super::super::expression::{Expr, ExprKind};
use super::super::settlement::{Allocation, Due, GroupMember, GroupRule, OrderBy, OrderKey, Portion, SettlementRules};

impl Clause {
    /// The expressions that matter once the award is decided: milestones, what is paid at once, events of clawbacks, old amounts.
    #[must_use]
    pub fn afterwards(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        if let Some(payment) = &self.payment {
            found.extend(payment.parts.iter().filter_map(|part| match &part.due {
                Due::Milestone(condition) => Some(&condition.expr),
                Due::AtAward | Due::Year(_) => None,
            }));
            found.extend(payment.at_once.iter().map(|condition| &condition.expr));
        }
        found.extend(self.clawbacks.iter().map(|clawback| &clawback.when.expr));
        found.extend(self.retroactive.iter().map(|difference| &difference.old));
        found
    }

    /// Amounts and rates (`true`) that its instalments, shares and clawbacks state.
    #[must_use]
    pub fn afterwards_figures(&self) -> Vec<(Decimal, bool)> {
        let mut found = Vec::new();
        for part in self.payment.iter().flat_map(|payment| &payment.parts) {
            found.push(match part.part {
                Portion::Share(share) => (share, true),
                Portion::Amount(amount) => (amount, false),
            });
        }
        found.extend(self.shares.iter().map(|share| (share.weight, true)));
        found.extend(self.clawbacks.iter().map(|clawback| (clawback.share, true)));
        found
    }
}

impl SettlementRules {
    /// The facts that groups, quotas and budgets name.
    #[must_use]
    pub fn facts(&self) -> Vec<FactId> {
        let mut found = Vec::new();
        for group in &self.groups {
            found.extend(group.members.iter().filter_map(|member| match member {
                GroupMember::External(fact) => Some(*fact),
                GroupMember::Clause(_) => None,
            }));
            if let GroupRule::ChooseOne { choice } = group.rule {
                found.extend(choice);
            }
        }
        let ranked = self.budgets.iter().filter_map(|budget| match &budget.strategy {
            Allocation::Ranked(keys) => Some(keys),
            Allocation::FirstCome | Allocation::ProRata => None,
        });
        let keys = self.quotas.iter().map(|quota| &quota.order).chain(ranked).flatten();
        found.extend(keys.filter_map(|key: &OrderKey| match key.by {
            OrderBy::Fact(fact) => Some(fact),
            OrderBy::Date | OrderBy::Amount => None,
        }));
        found
    }

    /// The amounts of budgets for a clause.
    pub fn budgets_of(&self, clause: ClauseId) -> impl Iterator<Item = Decimal> + '_ {
        let own = move |scope: &[ClauseId]| scope.is_empty() || scope.contains(&clause);
        self.budgets.iter().filter(move |budget| own(&budget.scope)).map(|budget| budget.amount)
    }
}

impl Expr {
    /// Makes what counts the earlier awards of one clause count those of another.
    pub fn count_for(&mut self, from: ClauseId, to: ClauseId) {
        use ExprKind as K;
        match &mut self.kind {
            K::Times(times) if times.clause == from => times.clause = to,
            K::Times(_) | K::Constant(_) | K::Fact(_) | K::Definition(_) | K::OnDate | K::Column(_) | K::UsedUp(_) => {}
            K::Not(inner) | K::YearOf(inner) => inner.count_for(from, to),
            K::Within { value, .. } | K::Round { value, .. } => value.count_for(from, to),
            K::All(parts) | K::Any(parts) => parts.iter_mut().for_each(|part| part.expr.count_for(from, to)),
            K::Least(parts) | K::Greatest(parts) => parts.iter_mut().for_each(|part| part.count_for(from, to)),
            K::Compare { left, right, .. } | K::Divide { left, right, .. } => {
                left.count_for(from, to);
                right.count_for(from, to);
            }
            K::Add(left, right) | K::Subtract(left, right) | K::Multiply(left, right) => {
                left.count_for(from, to);
                right.count_for(from, to);
            }
            K::AddMonths { date, months: count, .. }
            | K::AddDays { date, days: count }
            | K::AddWorkingDays { date, days: count, .. } => {
                date.count_for(from, to);
                count.count_for(from, to);
            }
            K::YearsBetween { from: first, to: last } => {
                first.count_for(from, to);
                last.count_for(from, to);
            }
            K::Choose { arms, otherwise } => {
                for arm in arms {
                    arm.when.expr.count_for(from, to);
                    arm.value.count_for(from, to);
                }
                otherwise.iter_mut().for_each(|rest| rest.count_for(from, to));
            }
            K::Fold(fold) => fold.filter.iter_mut().chain(&mut fold.value).for_each(|part| part.count_for(from, to)),
        }
    }
}
