//! In: rules, batch and ledger. Out: what the steps work on: lines in order of application, and [`Settled`] at the end.
//! Invariant: a line's amount changes only through [`Work::cut`], which keeps the account.

use super::batch::{Batch, Names, Row, small};
use super::{Conflict, Reduction, Rule, Rules};
use crate::bytecode::program::{Award, KeyInfo, PeriodInfo};
use crate::calendar;

/// An award of an application under a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Which application, as an index into the batch.
    pub application: u32,
    /// Which clause.
    pub clause: u32,
    /// What was assessed, scaled by 2.
    pub assessed: i128,
    /// What is left of it.
    pub amount: i128,
}

/// What a quota took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// The quota.
    pub quota: u32,
    /// The calendar year; `None`: all time.
    pub year: Option<i32>,
    /// Subjects that the ledger holds.
    pub before: u32,
    /// Subjects of the batch that were taken in.
    pub taken: u32,
    /// Subjects that were refused.
    pub refused: u32,
}

/// What a budget paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetUse {
    /// The budget.
    pub budget: u32,
    /// The calendar year; `None`: all time.
    pub year: Option<i32>,
    /// What the ledger has used.
    pub before: i128,
    /// What was asked of it.
    pub asked: i128,
    /// What it gave.
    pub given: i128,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// Applications, as indices into the batch, by day and number, with their lines.
    pub applications: Vec<(u32, std::ops::Range<u32>)>,
    /// Lines, in order of application and clause.
    pub lines: Vec<Line>,
    /// What was taken away, in order of line and step.
    pub reductions: Vec<Reduction>,
    /// Claims between which the applicant must choose.
    pub conflicts: Vec<Conflict>,
    /// What quotas took in, in order of quota and year.
    pub quotas: Vec<QuotaUse>,
    /// What budgets paid for, in order of budget and year.
    pub budgets: Vec<BudgetUse>,
}

impl Settled {
    /// What was taken away from a line.
    #[must_use]
    pub fn reductions_of(&self, line: u32) -> &[Reduction] {
        let start = self.reductions.partition_point(|reduction| reduction.line < line);
        let end = self.reductions.partition_point(|reduction| reduction.line <= line);
        self.reductions.get(start..end).unwrap_or(&[])
    }

    /// The awards of a line as the ledger holds them, in order; nothing for what came to nothing.
    pub fn awards<'a>(&'a self, batch: &'a Batch) -> impl Iterator<Item = Award> + 'a {
        self.lines.iter().filter(|line| line.amount > 0).map(|line| Award {
            clause: line.clause,
            date: batch.date(line.application),
            amount: line.amount,
            once: false,
            subjects: batch.subjects(line.application).map(|(kind, name)| (kind, name.to_owned())).collect(),
        })
    }
}

/// An award of the ledger, its subjects as numbers.
pub(super) struct Earlier {
    pub clause: u32,
    pub date: i32,
    pub amount: i128,
    pub once: bool,
    subjects: (u32, u32),
}

/// Whom something is counted for: a subject, everybody, or an application by itself that names nobody.
pub(super) type Holder = u64;

/// All applicants together.
const EVERYONE: Holder = Holder::MAX;
/// Marks an application by itself.
const ALONE: Holder = 1 << 40;

/// A holder and a period.
pub(super) type Cell = (Holder, i32);

/// What the steps work on. `rank` is the place of an application by day and number.
pub(super) struct Work<'a> {
    pub rules: &'a Rules<'a>,
    pub batch: &'a Batch,
    /// Rank to index in the batch.
    order: Vec<u32>,
    /// Rank to lines.
    spans: Vec<(u32, u32)>,
    pub lines: Vec<Line>,
    pub ledger: Vec<Earlier>,
    ledger_subjects: Vec<(u32, u32)>,
    reductions: Vec<Reduction>,
    pub conflicts: Vec<Conflict>,
    pub quotas: Vec<QuotaUse>,
    pub budgets: Vec<BudgetUse>,
}

impl<'a> Work<'a> {
    pub fn new(rules: &'a Rules<'a>, batch: &'a Batch, ledger: &[Award]) -> Work<'a> {
        let mut order: Vec<u32> = (0..small(batch.rows.len())).collect();
        let key = |at: &u32| batch.rows.get(*at as usize).map(|row| (row.date, row.id.clone()));
        if order.is_sorted_by_key(key) {
            // The usual file is in order, and a look is cheaper than a sort.
        } else {
            order.sort_unstable_by(|a, b| {
                let of = |at: &u32| batch.rows.get(*at as usize).map(|row| (row.date, &row.id));
                of(a).cmp(&of(b))
            });
        }
        let mut work = Work {
            rules,
            batch,
            spans: Vec::with_capacity(order.len()),
            order,
            lines: Vec::with_capacity(batch.rows.len()),
            ledger: Vec::with_capacity(ledger.len()),
            ledger_subjects: Vec::new(),
            reductions: Vec::new(),
            conflicts: Vec::new(),
            quotas: Vec::new(),
            budgets: Vec::new(),
        };
        for application in &work.order {
            let Some(row) = batch.rows.get(*application as usize) else { continue };
            let start = small(work.lines.len());
            work.lines.extend(batch.awards_of(row).iter().map(|(clause, amount)| Line {
                application: *application,
                clause: *clause,
                assessed: *amount,
                amount: *amount,
            }));
            work.spans.push((start, small(work.lines.len())));
        }
        // Numbers go on from those of the batch, so that the same subject has the same number in both.
        let mut names = if ledger.is_empty() { Names::default() } else { batch.names.clone() };
        for award in ledger {
            let start = small(work.ledger_subjects.len());
            work.ledger_subjects.extend(award.subjects.iter().map(|(kind, text)| (*kind, names.number(*kind, text))));
            let subjects = (start, small(work.ledger_subjects.len()));
            let Award { clause, date, amount, once, .. } = *award;
            work.ledger.push(Earlier { clause, date, amount, once, subjects });
        }
        work
    }

    /// How many applications there are.
    pub fn count(&self) -> u32 {
        small(self.order.len())
    }

    /// The application of a rank.
    pub fn row(&self, rank: u32) -> Option<&'a Row> {
        self.batch.rows.get(*self.order.get(rank as usize)? as usize)
    }

    /// The index in the batch of the application of a rank.
    pub fn application(&self, rank: u32) -> u32 {
        self.order.get(rank as usize).copied().unwrap_or(u32::MAX)
    }

    /// The lines of the application of a rank.
    pub fn span(&self, rank: u32) -> std::ops::Range<u32> {
        self.spans.get(rank as usize).map_or(0..0, |(start, end)| *start..*end)
    }

    /// A line.
    pub fn line(&self, line: u32) -> Option<&Line> {
        self.lines.get(line as usize)
    }

    /// Cuts a line down to `to` at most, on account of a rule; answers what is left.
    pub fn cut(&mut self, line: u32, to: i128, rule: Rule) -> i128 {
        let Some(entry) = self.lines.get_mut(line as usize) else { return 0 };
        let kept = entry.amount.min(to.max(0));
        if kept < entry.amount {
            self.reductions.push(Reduction { line, rule, amount: entry.amount - kept });
            entry.amount = kept;
        }
        kept
    }

    /// What is known of a slot in an application.
    pub fn fact(&self, row: &Row, slot: u32) -> Option<i128> {
        self.batch.facts_of(row).iter().find(|(of, _)| *of == slot).map(|(_, value)| *value)
    }

    /// Whom a rule counts an application for: the first of its kinds that the application names.
    pub fn holder(&self, rank: u32, row: &Row, key: &KeyInfo) -> Holder {
        let KeyInfo::Subjects(kinds) = key else { return EVERYONE };
        let subjects = self.batch.subjects_of(row);
        let named = kinds.iter().find_map(|kind| subjects.iter().find(|(of, _)| of == kind));
        named.map_or(ALONE | Holder::from(rank), |(_, name)| Holder::from(*name))
    }

    /// Toward whom an award of an application counts: all of the rule's kinds that it names; itself where it names none.
    pub fn counted_for<'s>(&'s self, rank: u32, row: &Row, key: &'s KeyInfo) -> impl Iterator<Item = Holder> + 's {
        let subjects = self.batch.subjects_of(row);
        let nobody = counted(subjects, key).next().is_none();
        counted(subjects, key).chain(nobody.then_some(ALONE | Holder::from(rank)))
    }

    /// As [`Work::counted_for`], of the ledger.
    pub fn earlier_for<'s>(&'s self, award: &Earlier, key: &'s KeyInfo) -> impl Iterator<Item = Holder> + 's {
        let (start, end) = award.subjects;
        counted(self.ledger_subjects.get(start as usize..end as usize).unwrap_or(&[]), key)
    }

    /// Everybody whom an award of the ledger names.
    pub fn named(&self, award: &Earlier) -> impl Iterator<Item = Holder> {
        let (start, end) = award.subjects;
        let subjects = self.ledger_subjects.get(start as usize..end as usize).unwrap_or(&[]);
        subjects.iter().map(|(_, name)| Holder::from(*name))
    }

    /// Whether a holder stands for all together.
    pub fn is_everyone(holder: Holder) -> bool {
        holder == EVERYONE
    }

    /// The identifiers of one kind: of an application itself, or the application alone.
    pub fn subject(&self, rank: u32, row: &Row, kind: u32) -> Holder {
        let named = self.batch.subjects_of(row).iter().find(|(of, _)| *of == kind);
        named.map_or(ALONE | Holder::from(rank), |(_, name)| Holder::from(*name))
    }

    /// The result.
    pub fn finish(mut self) -> Settled {
        // Stable: within a line the steps stay in order.
        self.reductions.sort_by_key(|reduction| reduction.line);
        let first = |conflict: &Conflict| {
            let row = self.batch.rows.get(*conflict.applications.first()? as usize)?;
            Some((row.date, row.id.clone()))
        };
        self.conflicts.sort_by_key(|conflict| (conflict.group, first(conflict)));
        let spans = self.spans.iter().map(|(start, end)| *start..*end);
        Settled {
            applications: self.order.iter().copied().zip(spans).collect(),
            lines: self.lines,
            reductions: self.reductions,
            conflicts: self.conflicts,
            quotas: self.quotas,
            budgets: self.budgets,
        }
    }
}

fn counted<'s>(subjects: &'s [(u32, u32)], key: &'s KeyInfo) -> impl Iterator<Item = Holder> + 's {
    let (everyone, kinds) = match key {
        KeyInfo::Everyone => (Some(EVERYONE), &[][..]),
        KeyInfo::Subjects(kinds) => (None, kinds.as_slice()),
    };
    let named = subjects.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, name)| Holder::from(*name));
    everyone.into_iter().chain(named)
}

/// Which period a day lies in: the calendar year, or 0 where all time is one.
pub(super) fn period(period: PeriodInfo, date: i32) -> i32 {
    match period {
        PeriodInfo::Year | PeriodInfo::OnceOrYear => year(date),
        PeriodInfo::Lifetime | PeriodInfo::Once | PeriodInfo::Months(_) | PeriodInfo::Each => 0,
    }
}

/// The year to show of a period.
pub(super) fn shown_year(of: PeriodInfo, at: i32) -> Option<i32> {
    matches!(of, PeriodInfo::Year | PeriodInfo::OnceOrYear).then_some(at)
}

/// The calendar year of a day.
pub(super) fn year(date: i32) -> i32 {
    i32::try_from(calendar::year(i64::from(date))).unwrap_or(i32::MAX)
}

/// Which clauses a scope names; empty: all.
pub(super) fn in_scope(scope: &[u32], clause: u32) -> bool {
    scope.is_empty() || scope.contains(&clause)
}
