//! In: the verified programs of two policies, and applicants one by one. Out: [`Report`]: who gains, who loses, by how much, by clause,
//! industry and department; the largest of both.
//! Invariants: the order and the grouping of the applicants do not matter ([`Part::merge`]); what is not known is counted apart, never as
//! nothing; a clause whose meaning is the same on both sides changes nobody.

mod needed;
mod part;
mod reasons;
mod report;
mod settled;
pub mod show;
mod tally;

use std::collections::BTreeMap;

use crate::bytecode::Verified;
use crate::bytecode::program::{ClauseInfo, SlotType, Tables};
use crate::input::Day;
use crate::input::rows::{Columns, Head, Problem, Programs};
use crate::vm::{Case, Machine, Outcome, Vm};

pub use needed::{Missing, Needs};
pub use part::Part;
pub use report::json;
pub use report::{BudgetLine, Changed, ClauseLine, Listed, NamedLine, Report};
pub use settled::{Settling, Side};
pub use tally::{Amounts, Direction, Line, Sum};

/// How many of the largest losers and gainers are listed.
pub const LISTED_MAX: usize = 10;

/// A clause of the old policy and the one that took its place in the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The old clause.
    pub old: Option<u32>,
    /// The new one.
    pub new: Option<u32>,
    /// Whether both mean the same.
    pub same: bool,
    /// Whether nobody can fare differently under them: they mean the same, and nothing is settled between clauses.
    pub(crate) fixed: bool,
}

/// Two policies, made ready to compare applicants.
pub struct Population<'p> {
    old: Vm<'p>,
    new: Vm<'p>,
    programs: Programs<'p>,
    pairs: Vec<Pair>,
    /// Departments of both, by name.
    departments: Vec<String>,
    /// By pair, the lead of the old and the new clause, as indices into `departments`.
    leads: Vec<(Option<usize>, Option<usize>)>,
    /// The slot by which clauses are gated most, on either side.
    industry: Option<Industry>,
    currency: Option<String>,
    day: Day,
}

/// The fact that says the industry.
#[derive(Debug, Clone, Copy)]
struct Industry {
    /// Whether it is of the new policy.
    new: bool,
    slot: u32,
    class: u32,
}

impl<'p> Population<'p> {
    /// Two policies with their clauses matched. `day` is the day of the decision where a row names none, or the one that goes for all.
    #[must_use]
    pub fn new(old: &'p Verified, new: &'p Verified, pairs: &[(Option<u32>, Option<u32>)], day: Day) -> Population<'p> {
        let (old_tables, new_tables) = (&old.program().tables, &new.program().tables);
        let clause = |tables: &'p Tables, clause: Option<u32>| tables.clauses.get(clause? as usize);
        let same = |of: &(Option<u32>, Option<u32>)| {
            let both = clause(old_tables, of.0).zip(clause(new_tables, of.1));
            both.is_some_and(|(old, new)| old.meaning_hash == new.meaning_hash)
        };
        let settled = settles(old_tables) || settles(new_tables);
        let pair = |of: &(Option<u32>, Option<u32>)| Pair {
            old: of.0,
            new: of.1,
            same: same(of),
            fixed: same(of) && !settled,
        };
        let pairs: Vec<Pair> = pairs.iter().map(pair).collect();
        let lead = |tables: &'p Tables, clause: Option<&ClauseInfo>| {
            let clause = clause?;
            let department = *clause.departments.get(clause.lead as usize)?;
            tables.departments.get(department as usize).map(|department| department.name.as_str())
        };
        let named: Vec<(Option<&str>, Option<&str>)> = (pairs.iter())
            .map(|pair| {
                (lead(old_tables, clause(old_tables, pair.old)), lead(new_tables, clause(new_tables, pair.new)))
            })
            .collect();
        let mut departments: Vec<String> = Vec::new();
        for name in named.iter().flat_map(|(old, new)| [*new, *old]).flatten() {
            if !departments.iter().any(|known| known == name) {
                departments.push(name.to_owned());
            }
        }
        let at = |name: Option<&str>| departments.iter().position(|known| Some(known.as_str()) == name);
        let leads = named.iter().map(|(old, new)| (at(*old), at(*new))).collect();
        let mut currencies: Vec<&str> =
            old_tables.clauses.iter().chain(&new_tables.clauses).map(|clause| clause.currency.as_str()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let currency = if let [one] = currencies.as_slice() { Some((*one).to_owned()) } else { None };
        Population {
            programs: Programs::new(&[old_tables, new_tables]),
            industry: industry(new_tables, true).or_else(|| industry(old_tables, false)),
            old: Vm::new(old),
            new: Vm::new(new),
            pairs,
            leads,
            departments,
            currency,
            day,
        }
    }

    /// Pairs of clauses by id, then by address; what is left stands alone.
    #[must_use]
    pub fn pairs_by_name(old: &Verified, new: &Verified) -> Vec<(Option<u32>, Option<u32>)> {
        Population::pairs_with(old, new, &[])
    }

    /// All clauses of both, in the order of the new policy: those matched already, the others by id, then by address.
    #[must_use]
    pub fn pairs_with(
        old: &Verified,
        new: &Verified,
        known: &[(Option<u32>, Option<u32>)],
    ) -> Vec<(Option<u32>, Option<u32>)> {
        let (old, new) = (&old.program().tables.clauses, &new.program().tables.clauses);
        let settled: Vec<bool> = (0u32..).take(new.len()).map(|new| known.iter().any(|of| of.1 == Some(new))).collect();
        let mut of_new: Vec<Option<u32>> = vec![None; new.len()];
        let mut taken: Vec<bool> =
            (0u32..).take(old.len()).map(|old| known.iter().any(|of| of.0 == Some(old))).collect();
        for (old, new) in known {
            if let Some(place) = new.and_then(|new| of_new.get_mut(new as usize)) {
                *place = *old;
            }
        }
        let keys: [fn(&ClauseInfo) -> &str; 2] = [|clause| &clause.id, |clause| &clause.address];
        for key in keys {
            let open =
                new.iter().zip(&mut of_new).zip(&settled).filter(|((_, place), settled)| place.is_none() && !**settled);
            for ((clause, place), _) in open {
                let mut free = old.iter().zip(0u32..).zip(&mut taken).filter(|(_, taken)| !**taken);
                let found = free.find(|((old, _), _)| !key(clause).is_empty() && key(old) == key(clause));
                if let Some(((_, number), taken)) = found {
                    (*place, *taken) = (Some(number), true);
                }
            }
        }
        let alone = known.iter().filter(|of| of.1.is_none()).filter_map(|of| of.0);
        let removed = taken.iter().zip(0u32..).filter(|(taken, _)| !**taken).map(|(_, old)| old);
        let mut removed: Vec<u32> = alone.chain(removed).collect();
        removed.sort_unstable();
        removed.dedup();
        let matched = of_new.iter().zip(0u32..).map(|(old, new)| (*old, Some(new)));
        matched.chain(removed.into_iter().map(|old| (Some(old), None))).collect()
    }

    /// Whether what one applicant gets hangs on the others, or on groups, so that both sides are settled.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        settles(self.old_tables()) || settles(self.new_tables())
    }

    /// The matched clauses.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Columns of no row yet.
    #[must_use]
    pub fn columns(&self) -> Columns<'_, 'p> {
        self.programs.columns()
    }

    /// What one thread needs to compare applicants.
    #[must_use]
    pub fn worker<'w>(&'w self, columns: Columns<'w, 'p>) -> Worker<'w, 'p> {
        Worker {
            population: self,
            machines: [self.old.machine(), self.new.machine()],
            cases: [self.old.case(), self.new.case()],
            columns,
            part: Part::new(self),
            scratch: tally::Scratch::new(self.departments.len()),
            states: Vec::new(),
        }
    }

    fn old_tables(&self) -> &'p Tables {
        &self.old.program().tables
    }

    fn new_tables(&self) -> &'p Tables {
        &self.new.program().tables
    }
}

/// Whether what one applicant gets under a clause hangs on other clauses or other applicants.
fn settles(tables: &Tables) -> bool {
    let settlement = &tables.settlement;
    !(settlement.groups.is_empty() && settlement.quotas.is_empty() && settlement.budgets.is_empty())
}

/// The slot of a class by which most clauses are gated.
fn industry(tables: &Tables, new: bool) -> Option<Industry> {
    let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
    for (slot, _) in tables.clauses.iter().filter_map(|clause| clause.gate) {
        *uses.entry(slot).or_default() += 1;
    }
    let (slot, _) = uses.into_iter().max_by_key(|(slot, count)| (*count, std::cmp::Reverse(*slot)))?;
    match tables.slots.get(slot as usize)?.ty {
        SlotType::Member { class } => Some(Industry { new, slot, class }),
        _ => None,
    }
}

/// One row of the population: its number in the file from 1, and its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which row, from 1, the header not counted.
    pub row: u64,
    /// On which line it begins.
    pub line: u64,
}

/// Compares applicants, one thread's share of them.
pub struct Worker<'w, 'p> {
    population: &'w Population<'p>,
    machines: [Machine<'w>; 2],
    cases: [Case; 2],
    columns: Columns<'w, 'p>,
    part: Part,
    scratch: tally::Scratch,
    states: Vec<(State, State)>,
}

/// What a clause comes to for an applicant; `None` on the side where there is no such clause.
pub(crate) type State = Option<Outcome>;

impl<'w, 'p> Worker<'w, 'p> {
    /// Compares the applicant of a row of a table with the header that the columns took in.
    pub fn row<'c>(&mut self, place: Place, cells: impl Iterator<Item = &'c str> + Clone) -> Vec<Problem> {
        let mut problems = Vec::new();
        let head = self.columns.row(cells, self.population.day, &mut self.cases, &mut problems);
        self.compare(place, &head, problems)
    }

    /// Compares the applicant of a JSON object.
    pub fn object(&mut self, place: Place, text: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let head = self.columns.object(text, self.population.day, &mut self.cases, &mut problems);
        self.compare(place, &head, problems)
    }

    /// What was compared, and the columns met.
    #[must_use]
    pub fn finish(self) -> (Part, Columns<'w, 'p>) {
        (self.part, self.columns)
    }

    fn compare(&mut self, place: Place, head: &Head, problems: Vec<Problem>) -> Vec<Problem> {
        let population = self.population;
        let day = population.day;
        let Some(on) = day.fixed.or(head.on).or(day.otherwise).filter(|_| problems.is_empty()) else { return problems };
        let [old_case, new_case] = &self.cases;
        let [old_machine, new_machine] = &mut self.machines;
        let (old, new) = (old_machine.run(old_case, on), new_machine.run(new_case, on));
        self.states.clear();
        for pair in &population.pairs {
            let applied = |side: usize, clause: u32| match &head.clauses {
                Some(clauses) => clauses.get(side).is_some_and(|clauses| clauses.contains(&clause)),
                None => true,
            };
            let old = pair.old.filter(|clause| applied(0, *clause)).and_then(|clause| old.get(clause));
            let new = pair.new.filter(|clause| applied(1, *clause)).and_then(|clause| new.get(clause));
            self.states.push((old, new));
        }
        let industry = population.industry.and_then(|industry| {
            let case = if industry.new { new_case } else { old_case };
            u32::try_from(case.value(industry.slot)?).ok()
        });
        let row = part::Row { place, label: &head.label, industry, states: &self.states };
        let largest = self.part.add(population, &row, &mut self.scratch);
        if let Some(side) = largest {
            let kept = part::Kept { cases: self.cases.clone(), on };
            self.part.keep(population, &row, side, Some(kept), Vec::new());
        }
        problems
    }
}
