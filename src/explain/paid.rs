//! In: what settlement made of a clause. Out: its lines in the text for people.

use super::human::Page;
use super::{ClauseExplanation, Due, text};
use crate::calendar;
use crate::diagnostics::Lang;
use crate::settle::payments::{self, Clawback};

fn day(day: i32) -> String {
    calendar::iso(i64::from(day))
}

impl Page {
    /// Reductions, instalments, shares, claw-back, earlier months: a line each.
    pub(super) fn settlement(&self, clause: &ClauseExplanation) -> Vec<String> {
        let mut lines = Vec::new();
        let money = |amount: i128| text::money(amount, 2, &clause.currency, self.lang);
        if let Some(assessed) = clause.assessed.filter(|_| !clause.reductions.is_empty()) {
            let assessed = text::amount(&assessed, &clause.currency, self.lang);
            lines.push(format!("{}{assessed}", self.say("评定：", "assessed: ")));
        }
        lines.extend(clause.reductions.iter().map(|reduction| reduction.text.clone()));
        if let Some(label) = &clause.paid.at_once {
            lines.push(format!("{}{label}", self.say("一次拨付：", "paid at once: ")));
        } else {
            for paying in &clause.paid.instalments {
                let of = &paying.instalment;
                let needs = if paying.needs.is_empty() {
                    String::new()
                } else {
                    format!("{}{}", self.say("，缺 ", ", needs "), paying.needs.join(self.say("、", ", ")))
                };
                let (amount, when) = (money(of.amount), self.when(&of.due));
                lines.push(match self.lang {
                    Lang::Zh => format!("拨付 {}：{amount}，{when}{needs}", of.label),
                    Lang::En => format!("payment {}: {amount}, {when}{needs}", of.label),
                });
            }
        }
        if !clause.paid.shares.is_empty() {
            let shares: Vec<String> =
                clause.paid.shares.iter().map(|(payer, amount)| format!("{payer} {}", money(*amount))).collect();
            lines.push(format!("{}{}", self.say("分担：", "borne by: "), shares.join(self.say("、", ", "))));
        }
        lines.extend(clause.paid.clawbacks.iter().map(|clawback| self.clawback(clawback, &clause.currency)));
        if let Some(of) = &clause.paid.retroactive {
            let months: Vec<String> = of.months.iter().filter_map(|at| day(*at).get(..7).map(str::to_owned)).collect();
            let (monthly, amount, months) = (money(of.monthly), money(of.amount()), months.join(self.say("、", ", ")));
            lines.push(match self.lang {
                Lang::Zh => format!("补差：{amount}（{months}，每月 {monthly}）"),
                Lang::En => format!("difference for earlier months: {amount} ({months}, {monthly} a month)"),
            });
        }
        lines
    }

    fn when(&self, due: &payments::Due) -> String {
        match (due, self.lang) {
            (payments::Due::Now, Lang::Zh) => "应付".to_owned(),
            (payments::Due::Now, Lang::En) => "due now".to_owned(),
            (payments::Due::Pending(label, _), Lang::Zh) => format!("待 {label}"),
            (payments::Due::Pending(label, _), Lang::En) => format!("awaits {label}"),
            (payments::Due::OutOfOrder(label), Lang::Zh) => format!("不付：前面的 {label} 还没有到"),
            (payments::Due::OutOfOrder(label), Lang::En) => format!("not paid: {label} comes first"),
            (payments::Due::On(at), Lang::Zh) => format!("{} 付", day(*at)),
            (payments::Due::On(at), Lang::En) => format!("due on {}", day(*at)),
            (payments::Due::Stopped(at), Lang::Zh) => format!("{} 政策已经期满，停止兑付", day(*at)),
            (payments::Due::Stopped(at), Lang::En) => format!("stopped: the policy has expired on {}", day(*at)),
        }
    }

    fn clawback(&self, of: &Clawback, currency: &str) -> String {
        let until = of.until.map_or_else(String::new, |until| match self.lang {
            Lang::Zh => format!("{} 以前", day(until)),
            Lang::En => format!(" until {}", day(until)),
        });
        let amount = text::money(of.amount(), 2, currency, self.lang);
        match (of.happened, self.lang) {
            (Some(true), Lang::Zh) if of.awards.is_empty() => {
                format!(
                    "追回：{}，返还 {}；这一条没有要还的，给过的已经在截止日以外，或者别的一条要还的更多",
                    of.label, of.what
                )
            }
            (Some(true), Lang::En) if of.awards.is_empty() => {
                let left = "nothing by this one: what was given is outside its term, or another asks for more";
                format!("claw-back: {}; {} is paid back; {left}", of.label, of.what)
            }
            (Some(true), Lang::Zh) => format!("追回：{}，应返还 {}：{amount}", of.label, of.what),
            (Some(true), Lang::En) => format!("claw-back: {}; {} is paid back: {amount}", of.label, of.what),
            (_, Lang::Zh) => format!("追回：{until}{} 的，返还 {}", of.label, of.what),
            (_, Lang::En) => format!("claw-back{until}: {} is paid back if {}", of.what, of.label),
        }
    }

    /// An instalment of an earlier award.
    pub(super) fn due(&self, due: &Due) -> String {
        let of = &due.instalment;
        let (amount, when, awarded) =
            (text::money(of.amount, 2, &due.currency, self.lang), self.when(&of.due), day(due.awarded));
        match self.lang {
            Lang::Zh => format!("到期兑付：{}（{awarded} 给的）{} {amount}，{when}", due.clause, of.label),
            Lang::En => format!("falls due: {} (awarded {awarded}) {} {amount}, {when}", due.clause, of.label),
        }
    }
}
