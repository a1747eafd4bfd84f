//! In: applicants one by one, to policies with groups, quotas or budgets. Out: the same [`Part`] as without them, of what is left after
//! both sides were settled, all applicants together; and what became of the budgets.
//! Invariants: an applicant whose amounts are not all exact is settled on neither side's account and counts as open; of one day, the
//! earlier row comes first.

use std::ops::Range;

use super::part::{Notes, Part, Row};
use super::report::BudgetLine;
use super::tally::Scratch;
use super::{Place, Population, State};
use crate::bytecode::program::Tables;
use crate::decision::Failure;
use crate::diagnostics::{Lang, Text};
use crate::explain::text;
use crate::input::rows::{Columns, Head, Problem};
use crate::settle::assess::{self, Asks};
use crate::settle::{self, Batch, Rules, Settled, words};
use crate::vm::{Case, Machine, Outcome, Vm};

/// Gathers applicants for the settlement of both sides.
pub struct Settling<'w, 'p> {
    population: &'w Population<'p>,
    sides: [Side<'w, 'p>; 2],
}

/// One side; each may run in a thread of its own, over all rows in the same order.
pub struct Side<'w, 'p> {
    population: &'w Population<'p>,
    number: usize,
    machine: Machine<'w>,
    cases: [Case; 2],
    columns: Columns<'w, 'p>,
    batch: Batch,
    asks: Option<Asks>,
    applicants: Vec<Applicant>,
}

/// An applicant on one side.
struct Applicant {
    place: Place,
    /// Only the old side keeps them.
    label: String,
    industry: Option<u32>,
    claims: Claims,
}

/// What an applicant claims on one side.
enum Claims {
    /// Nothing.
    Nothing,
    /// What is in the batch under this number.
    Batch(u32),
    /// These clauses, and not all is known.
    Open(Vec<u32>),
}

impl<'p> Population<'p> {
    /// Room for the applicants of both sides, where [`Population::is_settled`].
    #[must_use]
    pub fn settling<'w>(&'w self, columns: &Columns<'w, 'p>) -> Settling<'w, 'p> {
        let side = |number: usize, vm: &'w Vm<'p>| Side {
            population: self,
            number,
            machine: vm.machine(),
            cases: [self.old.case(), self.new.case()],
            columns: columns.clone(),
            batch: Batch::new(),
            asks: None,
            applicants: Vec::new(),
        };
        Settling { population: self, sides: [side(0, &self.old), side(1, &self.new)] }
    }
}

impl<'w, 'p> Side<'w, 'p> {
    /// Takes in the applicant of a row of a table.
    pub fn row<'c>(&mut self, place: Place, cells: impl Iterator<Item = &'c str> + Clone) -> Vec<Problem> {
        let mut problems = Vec::new();
        let head = self.columns.row(cells, self.population.day, &mut self.cases, &mut problems);
        self.take(place, head, problems)
    }

    /// Takes in the applicant of a JSON object.
    pub fn object(&mut self, place: Place, text: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let head = self.columns.object(text, self.population.day, &mut self.cases, &mut problems);
        self.take(place, head, problems)
    }

    fn take(&mut self, place: Place, head: Head, problems: Vec<Problem>) -> Vec<Problem> {
        let day = self.population.day;
        let Some(on) = day.fixed.or(head.on).or(day.otherwise).filter(|_| problems.is_empty()) else { return problems };
        let industry = self.population.industry.and_then(|industry| {
            let case = self.cases.get(usize::from(industry.new))?;
            u32::try_from(case.value(industry.slot)?).ok()
        });
        let claims = self.claims(place, on, head.clauses.as_deref());
        let label = if self.number == 0 { head.label } else { String::new() };
        self.applicants.push(Applicant { place, label, industry, claims });
        problems
    }

    fn claims(&mut self, place: Place, on: i32, clauses: Option<&[Vec<u32>]>) -> Claims {
        let Some(case) = self.cases.get(self.number) else { return Claims::Nothing };
        let clauses = clauses.and_then(|clauses| clauses.get(self.number)).map(Vec::as_slice);
        let may = |(clause, outcome): (u32, Outcome)| {
            let given = matches!(outcome, Outcome::Eligible { .. } | Outcome::Undetermined);
            (given && clauses.is_none_or(|clauses| clauses.contains(&clause))).then_some(clause)
        };
        let mut open: Vec<u32> = self.machine.run(case, on).ran().filter_map(may).collect();
        if open.is_empty() {
            return Claims::Nothing;
        }
        open.sort_unstable();
        let trace = self.machine.trace(case, on);
        let decision = trace.decide();
        let asks = self.asks.get_or_insert_with(|| assess::asks(&trace));
        let number = u32::try_from(self.batch.len()).unwrap_or(u32::MAX);
        match assess::push(&mut self.batch, &format!("{:020}", place.row), (clauses, asks), (&trace, &decision)) {
            Ok(()) => Claims::Batch(number),
            Err(_) => Claims::Open(open),
        }
    }
}

/// One side after settlement.
struct Done<'s> {
    tables: &'s Tables,
    settled: Settled,
    /// By application of the batch, its lines.
    lines: Vec<Range<u32>>,
}

impl<'s> Done<'s> {
    fn new(vm: &'s Vm<'_>, batch: &Batch) -> Done<'s> {
        let rules = Rules::new(vm.program());
        let settled = settle::settle(&rules, batch, &[]);
        let mut lines = vec![0..0; batch.len()];
        for (application, range) in &settled.applications {
            if let Some(place) = lines.get_mut(*application as usize) {
                *place = range.clone();
            }
        }
        Done { tables: &vm.program().tables, settled, lines }
    }

    /// What a clause comes to for an applicant.
    fn state(&self, claims: &Claims, clause: u32) -> State {
        let amount = match claims {
            Claims::Open(clauses) if clauses.contains(&clause) => return Some(Outcome::Undetermined),
            Claims::Open(_) | Claims::Nothing => None,
            Claims::Batch(number) => self.line(*number, clause).map(|(_, line)| line.amount),
        };
        Some(match amount {
            Some(amount) if amount > 0 => Outcome::Eligible { low: amount, high: amount, binding: None },
            // Why is not asked any more.
            _ => Outcome::Ineligible(Failure::AmountNotApplicable),
        })
    }

    fn line(&self, application: u32, clause: u32) -> Option<(u32, &settle::Line)> {
        let mut lines = self.lines.get(application as usize)?.clone();
        lines.find_map(|number| {
            let line = self.settled.lines.get(number as usize)?;
            (line.clause == clause).then_some((number, line))
        })
    }

    /// What was taken from a clause of an applicant, and by which rule.
    fn note(&self, claims: &Claims, clause: u32) -> Option<Text> {
        let Claims::Batch(application) = claims else { return None };
        let (number, line) = self.line(*application, clause)?;
        let reductions = self.settled.reductions_of(number);
        let currency = self.tables.clauses.get(line.clause as usize).map_or("", |clause| clause.currency.as_str());
        let all = |lang: Lang| {
            let one = |reduction: &settle::Reduction| {
                words::sentence(self.tables, reduction.rule, &text::money(reduction.amount, 2, currency, lang), lang)
            };
            reductions.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
        };
        (!reductions.is_empty()).then(|| Text::new(all(Lang::Zh), all(Lang::En)))
    }

    fn budgets(&self, new: bool) -> impl Iterator<Item = BudgetLine> {
        let infos = &self.tables.settlement.budgets;
        self.settled.budgets.iter().filter_map(move |used| {
            let info = infos.get(used.budget as usize)?;
            let (text, amount) = (info.text.clone(), info.amount);
            Some(BudgetLine { new, text, year: used.year, amount, asked: used.asked, given: used.given })
        })
    }
}

impl<'w, 'p> Settling<'w, 'p> {
    /// Both sides, to be run apart.
    pub fn sides(&mut self) -> &mut [Side<'w, 'p>; 2] {
        &mut self.sides
    }

    /// Settles both sides and compares them.
    #[must_use]
    pub fn finish(self) -> (Part, Vec<BudgetLine>, Columns<'w, 'p>) {
        let population = self.population;
        let [old, new] = self.sides;
        let done = [Done::new(&population.old, &old.batch), Done::new(&population.new, &new.batch)];
        let [old_done, new_done] = &done;
        let mut part = Part::new(population);
        let mut scratch = Scratch::new(population.departments.len());
        for (old, new) in old.applicants.iter().zip(&new.applicants) {
            let states: Vec<(State, State)> = (population.pairs.iter())
                .map(|pair| {
                    let old = pair.old.and_then(|clause| old_done.state(&old.claims, clause));
                    (old, pair.new.and_then(|clause| new_done.state(&new.claims, clause)))
                })
                .collect();
            let row = Row { place: old.place, label: &old.label, industry: old.industry, states: &states };
            if let Some(direction) = part.add(population, &row, &mut scratch) {
                let notes: Notes = (population.pairs.iter())
                    .map(|pair| {
                        let old = pair.old.and_then(|clause| old_done.note(&old.claims, clause));
                        (old, pair.new.and_then(|clause| new_done.note(&new.claims, clause)))
                    })
                    .collect();
                part.keep(population, &row, direction, None, notes);
            }
        }
        let budgets = old_done.budgets(false).chain(new_done.budgets(true)).collect();
        (part, budgets, old.columns)
    }
}
