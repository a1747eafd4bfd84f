//! In: two models. Out: [`Joint`], one model in which both speak of the same facts, class values, lists and calendars, and for each side
//! where its own are in it. Invariant: what has one name and one type on both sides is one thing; anything else belongs to its side.

use std::collections::HashMap;

use super::classes::{Classes, unite};
use crate::diagnostics::Text;
use crate::model::{
    Calendar, CalendarId, ClassId, ClauseId, Column, ColumnId, Definition, DefinitionId, Fact, FactId, FactSource,
    List, ListId, Model, Policy, Series, SeriesId, SettlementRules, Subject, SubjectId, Type, Window,
};
use crate::source::Span;

use super::Pair;

/// Which edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The earlier one.
    Old,
    /// The later one.
    New,
}

/// Where a side's own things are in the joint model.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// By fact.
    pub facts: Vec<FactId>,
    /// By kind of subject.
    pub subjects: Vec<SubjectId>,
    /// By list.
    pub lists: Vec<ListId>,
    /// By column.
    pub columns: Vec<ColumnId>,
    /// By calendar.
    pub calendars: Vec<CalendarId>,
    /// By clause; paired clauses are one.
    pub clauses: Vec<ClauseId>,
    /// By definition, those met so far.
    pub definitions: HashMap<DefinitionId, DefinitionId>,
    /// By class.
    pub classes: Vec<ClassId>,
}

/// Two models as one.
#[derive(Debug)]
pub struct Joint<'a> {
    /// Facts, classes, lists, calendars and definitions of both; it has no clauses.
    pub model: Model,
    /// The model of each side.
    pub own: [&'a Model; 2],
    /// Where the things of each side are.
    pub places: [Places; 2],
    /// Class values.
    pub classes: Classes,
    /// Ids of joint clauses: of the new edition where it has it.
    pub clauses: Vec<String>,
    /// Facts of both sides of which not the same is said.
    pub differ: Vec<FactId>,
    /// Facts made for what is counted of earlier awards.
    pub ledger: Vec<(FactId, super::ledgers::Counted)>,
}

impl Side {
    /// As an index.
    pub fn index(self) -> usize {
        match self {
            Side::Old => 0,
            Side::New => 1,
        }
    }
}

impl<'a> Joint<'a> {
    /// Unites two models.
    pub fn new(old: &'a Model, new: &'a Model, pairs: &[Pair]) -> Joint<'a> {
        let (classes, members, rows) = unite([old, new]);
        let mut joint = Joint {
            model: Model { classes, members, ..empty(new) },
            own: [old, new],
            places: [Places::default(), Places::default()],
            classes: rows,
            clauses: Vec::new(),
            differ: Vec::new(),
            ledger: Vec::new(),
        };
        for side in [Side::Old, Side::New] {
            joint.places[side.index()].classes = joint.classes.of(side).to_vec();
            joint.subjects(side);
            joint.lists(side);
            joint.series(side);
            joint.facts(side);
            joint.calendars(side);
        }
        // What lists and subjects are about is known once facts are.
        for (at, list) in old.lists.iter().enumerate() {
            joint.list_fact(Side::Old, at, list.fact);
        }
        for (at, list) in new.lists.iter().enumerate() {
            joint.list_fact(Side::New, at, list.fact);
        }
        for side in [Side::New, Side::Old] {
            for (at, subject) in joint.own[side.index()].subjects.iter().enumerate() {
                let (id, fact) = (joint.place(side).subjects[at], joint.fact(side, subject.identifier));
                joint.model.subjects[id.index()].identifier = fact;
            }
        }
        joint.pair_clauses(pairs);
        joint
    }

    /// Where a side's things are.
    pub fn place(&self, side: Side) -> &Places {
        &self.places[side.index()]
    }

    /// A fact of a side.
    pub fn fact(&self, side: Side, id: FactId) -> FactId {
        self.place(side).facts.get(id.index()).copied().unwrap_or(FactId(u32::MAX))
    }

    /// A kind of subject of a side.
    pub fn subject(&self, side: Side, id: SubjectId) -> SubjectId {
        self.place(side).subjects.get(id.index()).copied().unwrap_or(SubjectId(u32::MAX))
    }

    /// A clause of a side.
    pub fn clause(&self, side: Side, id: ClauseId) -> ClauseId {
        self.place(side).clauses.get(id.index()).copied().unwrap_or(ClauseId(u32::MAX))
    }

    /// The fact of a side that a joint fact is.
    pub fn own_fact(&self, side: Side, id: FactId) -> Option<FactId> {
        let at = self.place(side).facts.iter().position(|joint| *joint == id)?;
        Some(FactId(u32::try_from(at).ok()?))
    }

    /// The clause of a side that a joint clause is.
    pub fn own_clause(&self, side: Side, id: ClauseId) -> Option<u32> {
        let at = self.place(side).clauses.iter().position(|joint| *joint == id)?;
        u32::try_from(at).ok()
    }

    /// A joint clause as a reader knows it: its address and title.
    pub fn title(&self, id: ClauseId) -> Text {
        let own = |side: Side| {
            let own = self.own_clause(side, id).and_then(|own| self.own[side.index()].clauses.get(own as usize))?;
            let title = if own.title.is_empty() { String::new() } else { format!("《{}》", own.title) };
            Some(format!("{}{title}", own.address)).filter(|title| !title.is_empty())
        };
        let title = own(Side::New).or_else(|| own(Side::Old));
        let title = title.or_else(|| self.clauses.get(id.index()).cloned()).unwrap_or_default();
        Text::new(title.clone(), title)
    }

    /// A fact made for this comparison.
    pub fn make(&mut self, name: String, ty: Type, range: (rust_decimal::Decimal, rust_decimal::Decimal)) -> FactId {
        let id = FactId(u32::try_from(self.model.facts.len()).unwrap_or(u32::MAX));
        self.model.facts.push(Fact {
            name,
            alias: String::new(),
            subject: SubjectId(0),
            ty,
            source: FactSource::Applicant,
            range,
            made: true,
            credit_code: false,
            yearly: false,
            year: None,
            certificate: None,
            note: String::new(),
            span: self.model.policy.span,
        });
        id
    }

    /// The type of a side as the joint model has it.
    pub fn ty(&self, side: Side, ty: &Type) -> Type {
        match ty {
            Type::Member(class) => {
                Type::Member(self.place(side).classes.get(class.0 as usize).copied().unwrap_or(*class))
            }
            Type::List(list) => Type::List(self.place(side).lists.get(list.index()).copied().unwrap_or(*list)),
            other => other.clone(),
        }
    }

    fn subjects(&mut self, side: Side) {
        let own = self.own[side.index()];
        for subject in &own.subjects {
            let known = self.model.subjects.iter().position(|other| other.name == subject.name);
            let at = known.unwrap_or_else(|| {
                self.model.subjects.push(Subject { owner: None, ..subject.clone() });
                self.model.subjects.len() - 1
            });
            self.places[side.index()].subjects.push(SubjectId(index(at)));
        }
        for (at, subject) in own.subjects.iter().enumerate() {
            let owner = subject.owner.map(|owner| self.subject(side, owner));
            let id = self.place(side).subjects[at];
            self.model.subjects[id.index()].owner = owner;
        }
    }

    fn lists(&mut self, side: Side) {
        let own = self.own[side.index()];
        for list in &own.lists {
            let subject = self.subject(side, list.subject);
            let columns: Vec<Column> = (own.columns.get(list.columns.start as usize..list.columns.end as usize))
                .unwrap_or_default()
                .iter()
                .map(|column| Column { ty: self.ty(side, &column.ty), ..column.clone() })
                .collect();
            let same = |other: &&List| other.name == list.name && other.subject == subject;
            let known = (side == Side::New).then(|| self.model.lists.iter().position(|other| same(&other))).flatten();
            let known = known.filter(|at| self.has_columns(*at, &columns));
            let at = known.unwrap_or_else(|| {
                let first = self.model.columns.len();
                let id = ListId(index(self.model.lists.len()));
                self.model.columns.extend(columns.iter().map(|column| Column { list: id, ..column.clone() }));
                let columns = index(first)..index(self.model.columns.len());
                self.model.lists.push(List { subject, columns, fact: FactId(u32::MAX), ..list.clone() });
                self.model.lists.len() - 1
            });
            let Some(united) = self.model.lists.get_mut(at) else { continue };
            united.max = united.max.min(list.max);
            let (first, id) = (united.columns.start, ListId(index(at)));
            self.places[side.index()].lists.push(id);
            let ids: Vec<ColumnId> = (columns.iter().zip(0u32..)).map(|(_, at)| ColumnId(first + at)).collect();
            self.places[side.index()].columns.extend(ids);
        }
    }

    /// Whether a list has these columns, by name, type and range.
    fn has_columns(&self, list: usize, columns: &[Column]) -> bool {
        let Some(list) = self.model.lists.get(list) else { return false };
        let own = self.model.columns.get(list.columns.start as usize..list.columns.end as usize).unwrap_or_default();
        own.len() == columns.len()
            && own.iter().zip(columns).all(|(one, two)| {
                one.name == two.name && one.ty == two.ty && one.range == two.range && one.credit_code == two.credit_code
            })
    }

    fn list_fact(&mut self, side: Side, at: usize, fact: FactId) {
        let (fact, list) = (self.fact(side, fact), self.place(side).lists.get(at).copied());
        if let Some(list) = list.and_then(|list| self.model.lists.get_mut(list.index())) {
            list.fact = fact;
        }
    }

    fn series(&mut self, side: Side) {
        for series in &self.own[side.index()].series {
            let subject = self.subject(side, series.subject);
            let same = |other: &Series| other.name == series.name && other.subject == subject;
            if !self.model.series.iter().any(same) {
                self.model.series.push(Series { subject, ..series.clone() });
            }
        }
    }

    fn facts(&mut self, side: Side) {
        let mut known: HashMap<(SubjectId, String), Vec<FactId>> = HashMap::new();
        for (fact, id) in self.model.facts.iter().zip((0..).map(FactId)) {
            known.entry((fact.subject, fact.name.clone())).or_default().push(id);
        }
        let own = self.own[side.index()];
        for fact in &own.facts {
            let subject = self.subject(side, fact.subject);
            let year = fact.year.and_then(|(series, year)| {
                let series = own.series.get(series.index())?;
                let at = self.model.series.iter().position(|other| {
                    other.name == series.name && other.subject == self.subject(side, series.subject)
                })?;
                Some((SeriesId(index(at)), year))
            });
            let united = Fact {
                subject,
                ty: self.ty(side, &fact.ty),
                source: fact.source,
                year,
                certificate: None,
                ..fact.clone()
            };
            let before = known.get(&(subject, fact.name.clone())).into_iter().flatten();
            let same = before.copied().find(|id| {
                self.model.facts.get(id.index()).is_some_and(|other| other.ty == united.ty && other.year == united.year)
            });
            let id = same.unwrap_or(FactId(index(self.model.facts.len())));
            match self.model.facts.get_mut(id.index()) {
                Some(other) => {
                    if !fact.made && (other.range != fact.range || other.credit_code != fact.credit_code) {
                        self.differ.push(id);
                    }
                    // What both can be given.
                    other.range = (other.range.0.max(fact.range.0), other.range.1.min(fact.range.1));
                }
                None => self.model.facts.push(united),
            }
            self.places[side.index()].facts.push(id);
        }
    }

    fn calendars(&mut self, side: Side) {
        for calendar in &self.own[side.index()].calendars {
            let same = |other: &Calendar| {
                let days = |of: &Calendar| (of.first, of.last, of.off.clone(), of.working.clone());
                days(other) == days(calendar)
            };
            let at = self.model.calendars.iter().position(same).unwrap_or_else(|| {
                self.model.calendars.push(calendar.clone());
                self.model.calendars.len() - 1
            });
            self.places[side.index()].calendars.push(CalendarId(index(at)));
        }
    }

    fn pair_clauses(&mut self, pairs: &[Pair]) {
        let [old, new] = self.own;
        self.clauses = new.clauses.iter().map(|clause| clause.id.clone()).collect();
        let count = index(new.clauses.len());
        self.places[1].clauses = (0..count).map(ClauseId).collect();
        let paired: HashMap<ClauseId, ClauseId> =
            pairs.iter().filter_map(|(one, two)| Some(((*one)?, (*two)?))).collect();
        for (clause, id) in old.clauses.iter().zip((0..).map(ClauseId)) {
            let joint = paired.get(&id).copied().unwrap_or_else(|| {
                self.clauses.push(clause.id.clone());
                ClauseId(index(self.clauses.len() - 1))
            });
            self.places[0].clauses.push(joint);
        }
    }

    /// A definition of the joint model, or the same one that is there already.
    pub fn define(&mut self, definition: Definition) -> DefinitionId {
        let known = self.model.definitions.iter().position(|other| {
            other.name == definition.name
                && other.value.ty == definition.value.ty
                && other.value.same(&definition.value)
        });
        let at = known.unwrap_or_else(|| {
            self.model.definitions.push(definition);
            self.model.definitions.len() - 1
        });
        DefinitionId(index(at))
    }
}

/// As an index of a table.
pub fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The days that two windows share; `None` where there are none.
pub fn shared(one: Window, two: Window) -> Option<Window> {
    let first = one.first.max(two.first);
    let last = one.last.into_iter().chain(two.last).min();
    let open = first.zip(last).is_none_or(|(first, last)| first <= last);
    open.then_some(Window { first, last })
}

fn empty(new: &Model) -> Model {
    let span: Span = new.policy.span;
    // The days are those of each question.
    let in_force = Window::default();
    let published = new.policy.in_force.first.or(new.policy.published);
    Model {
        policy: Policy { in_force, published, span, quotes: Vec::new(), note: None, ..new.policy.clone() },
        departments: Vec::new(),
        classes: Vec::new(),
        members: Vec::new(),
        subjects: Vec::new(),
        facts: Vec::new(),
        lists: Vec::new(),
        columns: Vec::new(),
        series: Vec::new(),
        calendars: Vec::new(),
        definitions: Vec::new(),
        scope: Vec::new(),
        scope_exclusions: Vec::new(),
        scope_quotes: Vec::new(),
        clauses: Vec::new(),
        settlement: SettlementRules::default(),
        cases: Vec::new(),
        non_normative: Vec::new(),
        original: None,
    }
}
