//! In: what binds after the clauses are decided: groups, quotas, budgets, payment, shares, claw-back. Out: the same in words.

use super::build::Making;
use super::clause::{InstalmentDoc, PaymentDoc};
use super::clause_build::period_kind;
use super::figures::Figures;
use super::given::lead;
use super::names::joined;
use super::words::{both, day, money, months, percent, period};
use super::{GroupDoc, LimitDoc, Words};
use crate::explain::text;
use crate::model::settlement::{
    Allocation, Clawback, Due, Group, GroupMember, GroupRule, Instalment, OrderBy, OrderKey, Payment, Portion,
    Remainder, Retroactive, Share, Step, Tie,
};
use crate::model::{Clause, ClauseId};

/// How an award is paid, borne and paid back.
pub(super) struct Settled {
    pub(super) payment: Option<PaymentDoc>,
    pub(super) shares: Vec<Words>,
    pub(super) clawbacks: Vec<Words>,
    pub(super) retroactive: Option<Words>,
}

impl Making<'_> {
    /// How the award of a clause is paid, borne and paid back.
    pub(super) fn settled(&self, clause: &Clause) -> Settled {
        Settled {
            payment: clause.payment.as_ref().map(|payment| self.payment(payment, &clause.id)),
            shares: self.shares(&clause.shares),
            clawbacks: clause.clawbacks.iter().map(|clawback| self.clawback(clawback)).collect(),
            retroactive: clause.retroactive.as_ref().map(|it| self.retroactive(it)),
        }
    }

    fn payment(&self, payment: &Payment, clause: &str) -> PaymentDoc {
        let one = |part: &Instalment| InstalmentDoc {
            label: part.label.clone(),
            part: match part.part {
                Portion::Share(share) => percent(share),
                Portion::Amount(amount) => money(amount, &self.currency(clause)),
            },
            due: match &part.due {
                Due::AtAward => Words::new("核定时", "with the award"),
                Due::Milestone(condition) => {
                    let when = self.names.expr(&condition.expr);
                    both!("{}时", "when {}", when)
                }
                Due::Year(1) => Words::new("核定当年", "in the first year"),
                Due::Year(year) => Words::new(format!("第 {year} 年"), format!("in year {year}")),
            },
        };
        PaymentDoc {
            instalments: payment.parts.iter().map(one).collect(),
            at_once: payment.at_once.as_ref().map(|condition| self.names.tree(condition)),
        }
    }

    fn shares(&self, shares: &[Share]) -> Vec<Words> {
        let weights: Vec<String> = shares.iter().map(|share| share.weight.normalize().to_string()).collect();
        let whole = weights.join(":");
        let one = |share: &Share| {
            let weight = share.weight.normalize();
            Words::new(
                format!("{}承担 {weight}（共 {whole}）", share.payer),
                format!("{} bears {weight} of {whole}", share.payer),
            )
        };
        shares.iter().map(one).collect()
    }

    fn clawback(&self, clawback: &Clawback) -> Words {
        let when = self.names.expr(&clawback.when.expr);
        let share = percent(clawback.share);
        let what = if clawback.what.is_empty() { "已得的支持" } else { &clawback.what };
        match clawback.within {
            Some(count) => {
                let within = months(count);
                Words::new(
                    format!("{}内{}的，追回{what}（{}）", within.zh, when.zh, share.zh),
                    format!("{} is paid back where, within {}, {}", share.en, within.en, when.en),
                )
            }
            None => Words::new(
                format!("{}的，追回{what}（{}）", when.zh, share.zh),
                format!("{} is paid back where {}", share.en, when.en),
            ),
        }
    }

    fn retroactive(&self, of: &Retroactive) -> Words {
        let (from, until, old) = (day(of.from), day(of.until), self.names.expr(&of.old));
        Words::new(
            format!("{from} 至 {until} 按新旧标准补差，旧标准每月{}", old.zh),
            format!("the difference to the old monthly {} is paid for {from} to {until}", old.en),
        )
    }

    /// Groups of clauses.
    pub(super) fn groups(&self) -> Vec<GroupDoc> {
        let all = self.model.settlement.groups.iter().enumerate();
        all.map(|(at, group)| self.group(at, group)).collect()
    }

    fn group(&self, at: usize, group: &Group) -> GroupDoc {
        let (rule, said) = match &group.rule {
            GroupRule::Highest => ("highest", Words::new("只取最高的一项", "only the greatest counts")),
            GroupRule::ChooseOne { .. } => ("choose_one", Words::new("只能选一项", "only one may be claimed")),
            GroupRule::Priority => ("priority", Words::new("按次序取第一项", "the first that applies counts")),
            GroupRule::Stack => ("stack", Words::new("可以同时享受", "all count together")),
        };
        let (key, over) = (self.names.key(&group.key), period(group.period));
        let quotes = self.original.quotes(&group.quotes);
        let mut figures = Figures::new(self, &quotes);
        group.caps.iter().for_each(|cap| figures.expr(&cap.amount));
        let clauses = group.members.iter().filter_map(|member| match member {
            GroupMember::Clause(id) => Some(self.names.clause_id(*id)),
            GroupMember::External(_) => None,
        });
        let external = group.members.iter().filter_map(|member| match member {
            GroupMember::External(id) => Some(self.names.fact_id(*id)),
            GroupMember::Clause(_) => None,
        });
        GroupDoc {
            id: self.names.group_id(at),
            name: self.names.group(at),
            rule: rule.to_owned(),
            words: both!("{}（{}{}）", "{} ({} {})", said, key, over),
            clauses: clauses.collect(),
            external: external.collect(),
            ceilings: group.caps.iter().map(|cap| self.cap(cap, "")).collect(),
            figures: figures.found,
            quotes,
            note: group.note.clone(),
        }
    }

    /// Quotas.
    pub(super) fn quotas(&self) -> Vec<LimitDoc> {
        let one = |quota: &crate::model::settlement::Quota| {
            let (over, subject) = (period(quota.period), self.names.subject(quota.per));
            let order = self.order(&quota.order);
            let ties = match quota.ties {
                Tie::ByApplication => Words::new("并列按申请先后", "equals by time of application"),
                Tie::All => Words::new("并列都予支持", "equals all included"),
                Tie::None => Words::new("并列都不支持", "equals all left out"),
            };
            let count = quota.count;
            let mut figures = Figures::new(self, &self.near(&quota.scope));
            figures.count(count);
            LimitDoc {
                text: quota.text.clone(),
                words: Words::new(
                    format!("{}{count}个{}；{}；{}", over.zh, subject.zh, order.zh, ties.zh),
                    format!("{count} {} {}; {}; {}", subject.en, over.en, order.en, ties.en),
                ),
                value: count.to_string(),
                period: period_kind(quota.period).0,
                clauses: quota.scope.iter().map(|id| self.names.clause_id(*id)).collect(),
                departments: self.leads(&quota.scope),
                figures: figures.found,
            }
        };
        self.model.settlement.quotas.iter().map(one).collect()
    }

    /// Budgets.
    pub(super) fn budgets(&self) -> Vec<LimitDoc> {
        let one = |budget: &crate::model::settlement::Budget| {
            let currency = self.default_currency();
            let amount = money(budget.amount, &currency);
            let over = period(budget.period);
            let strategy = match &budget.strategy {
                Allocation::FirstCome => Words::new("先到先得", "first come, first served"),
                Allocation::ProRata => Words::new("同比例压缩", "all scaled down alike"),
                Allocation::Ranked(keys) => self.order(keys),
            };
            let rest = match budget.remainder {
                Remainder::Keep => Words::new("余数留存", "the remainder is kept"),
                Remainder::First => Words::new("余数归最先", "the remainder goes to the first"),
                Remainder::Last => Words::new("余数归最后", "the remainder goes to the last"),
                Remainder::Largest => Words::new("余数归最大", "the remainder goes to the largest"),
            };
            let words = match budget.strategy {
                Allocation::ProRata => both!("{}{}；{}；{}", "{1} {0}; {2}; {3}", over, amount, strategy, rest),
                _ => both!("{}{}；{}", "{1} {0}; {2}", over, amount, strategy),
            };
            let mut figures = Figures::new(self, &self.near(&budget.scope));
            figures.money(budget.amount, &currency);
            LimitDoc {
                text: budget.text.clone(),
                words,
                value: text::digits(budget.amount),
                period: period_kind(budget.period).0,
                clauses: budget.scope.iter().map(|id| self.names.clause_id(*id)).collect(),
                departments: self.leads(&budget.scope),
                figures: figures.found,
            }
        };
        self.model.settlement.budgets.iter().map(one).collect()
    }

    fn order(&self, keys: &[OrderKey]) -> Words {
        if keys.is_empty() {
            return Words::new("按申请先后", "by time of application");
        }
        let one = |key: &OrderKey| {
            let by = match key.by {
                OrderBy::Date => Words::new("申请日期", "day of application"),
                OrderBy::Amount => Words::new("金额", "amount"),
                OrderBy::Fact(id) => self.names.fact(id),
            };
            match key.descending {
                true => both!("{}从高到低", "{}, highest first", by),
                false => both!("{}从低到高", "{}, lowest first", by),
            }
        };
        let keys = joined(keys.iter().map(one));
        both!("按{}", "by {}", keys)
    }

    fn near(&self, scope: &[ClauseId]) -> Vec<super::QuoteDoc> {
        let clauses = scope.iter().filter_map(|id| self.model.clauses.get(id.index()));
        let own: Vec<super::QuoteDoc> = clauses.flat_map(|clause| self.original.quotes(&clause.quotes)).collect();
        match scope.is_empty() {
            true => self.original.quotes(&self.model.policy.quotes),
            false => own,
        }
    }

    fn leads(&self, scope: &[ClauseId]) -> Vec<String> {
        let clauses = scope.iter().filter_map(|id| self.model.clauses.get(id.index()));
        let mut leads: Vec<String> =
            clauses.filter_map(lead).map(|department| self.names.department_id(department)).collect();
        let mut seen = std::collections::BTreeSet::new();
        leads.retain(|id| seen.insert(id.clone()));
        leads
    }

    /// The steps of settlement, in order.
    pub(super) fn steps(&self) -> Vec<Words> {
        let one = |step: &Step| match step {
            Step::Groups => Words::new("组合", "groups"),
            Step::Caps => Words::new("条款的上限", "ceilings of clauses"),
            Step::JointCaps => Words::new("组合的上限", "joint ceilings"),
            Step::Quotas => Words::new("名额", "quotas"),
            Step::Budgets => Words::new("预算", "budgets"),
        };
        self.model.settlement.steps.iter().map(one).collect()
    }
}
