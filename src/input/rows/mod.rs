//! In: the tables of one or two programs, then applicants: the cells of a table with a header, or one JSON object each. Out: a case for
//! each program, who it is and its day; what is wrong, cell by cell.
//! Invariant: a cell that the quick way takes, the thorough one would read alike; a column that one program does not know is left out for
//! that program only; an empty cell was not asked.

mod cells;
mod mask;
mod objects;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::facts::{self, Target};
use super::json::{Entry, Json, Kind};
use super::names::{Names, fold};
use super::values::Values;
use super::{Day, Facts, Findings, json};
use crate::bytecode::program::{SlotType, Tables};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::{FileId, Span};
use crate::vm::Case;

pub use mask::mask;

/// Headers that say who applies without being facts: names, then numbers.
const NAMES: &[&str] = &["名称", "企业名称", "单位名称", "申请单位", "申请人", "姓名", "项目名称", "name"];
const NUMBERS: &[&str] =
    &["编号", "申请编号", "序号", "统一社会信用代码", "信用代码", "身份证号", "身份证号码", "证件号码", "id"];
/// Headers of the day of the decision.
const DAYS: &[&str] = &["日期", "on", "date"];

/// A program's names, made ready to read many rows.
struct Program<'t> {
    tables: &'t Tables,
    names: Names<'t>,
    /// By class, its values as written.
    members: Vec<FxHashMap<&'t str, u32>>,
}

/// Reads rows against programs; shared between threads.
pub struct Programs<'t> {
    all: Vec<Program<'t>>,
}

/// What a column is to one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// A fact.
    Slot(u32),
    /// Figures by year: read the thorough way.
    Series(u32),
}

/// A column.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// One a program.
    fields: Vec<Option<Field>>,
    /// Whether it says who applies: 0 by name, 1 by number.
    label: Option<u8>,
    day: bool,
    /// Why no program knows it.
    unknown: Option<Box<Diagnostic>>,
}

/// The columns met so far, of one thread.
#[derive(Clone)]
pub struct Columns<'s, 't> {
    programs: &'s Programs<'t>,
    list: Vec<Column>,
    by_key: FxHashMap<String, usize>,
    /// The columns of a table, in order of its header.
    header: Vec<usize>,
}

/// Who applies, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Name and number, personal numbers masked.
    pub label: String,
    /// The day that the row names.
    pub on: Option<i32>,
    /// By program, the clauses applied for, where the row says them.
    pub clauses: Option<Vec<Vec<u32>>>,
}

/// Something that is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The header of its column; empty where it is about the row.
    pub column: String,
    /// The cell, personal numbers masked.
    pub text: String,
    /// What is wrong; its places mean nothing.
    pub finding: Diagnostic,
}

/// A cell as it is written.
#[derive(Debug, Clone, Copy)]
enum Cell<'c> {
    Text(&'c str),
    Number(&'c str),
    Bool(bool),
    Null,
}

/// Stands for a place that whoever prints puts in.
const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

impl<'t> Programs<'t> {
    /// Reads against these tables.
    #[must_use]
    pub fn new(tables: &[&'t Tables]) -> Programs<'t> {
        let program = |tables: &&'t Tables| {
            let mut members = vec![FxHashMap::default(); tables.classes.len()];
            for (member, number) in tables.members.iter().zip(0u32..) {
                let Some(class) = members.get_mut(member.class as usize) else { continue };
                for name in [member.name.as_str(), member.alias.as_str()].into_iter().filter(|name| !name.is_empty()) {
                    class.entry(name).or_insert(number);
                }
            }
            Program { tables, names: Names::new(tables), members }
        };
        Programs { all: tables.iter().map(program).collect() }
    }

    /// No columns yet.
    #[must_use]
    pub fn columns(&self) -> Columns<'_, 't> {
        Columns { programs: self, list: Vec::new(), by_key: FxHashMap::default(), header: Vec::new() }
    }

    fn column(&self, key: &str) -> Column {
        let key = key.trim();
        let among = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(key));
        let mut column = Column { name: key.to_owned(), fields: Vec::new(), label: None, day: false, unknown: None };
        if matches!(key, "on" | "日期") {
            column.day = true;
            column.fields = vec![None; self.all.len()];
            return column;
        }
        let mut found: Vec<Box<Diagnostic>> = Vec::new();
        for program in &self.all {
            let entry = Entry { key: key.to_owned(), span: NOWHERE, value: Json { kind: Kind::Null, span: NOWHERE } };
            let named = facts::named(&program.values(), &entry);
            column.fields.push(match named {
                Ok(Target::Fact(slot)) => Some(Field::Slot(slot)),
                Ok(Target::Series(series)) => Some(Field::Series(series)),
                Ok(Target::Subject(_)) => {
                    found.push(Box::new(self.not_a_column(program, key)));
                    None
                }
                Err(finding) => {
                    found.push(finding);
                    None
                }
            });
        }
        let identifies = |(program, field): (&Program<'_>, &Option<Field>)| {
            let of = |slot: u32| program.tables.subjects.iter().any(|subject| subject.identifier == slot);
            matches!(field, Some(Field::Slot(slot)) if of(*slot))
        };
        let by_number = among(NUMBERS) || self.all.iter().zip(&column.fields).any(identifies);
        column.label = if among(NAMES) { Some(0) } else { by_number.then_some(1) };
        if column.fields.iter().all(Option::is_none) {
            column.day = among(DAYS);
            // The newer program's words come last.
            column.unknown = found.pop().filter(|_| column.label.is_none() && !column.day);
        }
        column
    }

    fn not_a_column(&self, program: &Program<'_>, key: &str) -> Diagnostic {
        let near = nearest(&fold(key), program.names.keys(None).filter(|name| *name != key));
        let finding = Diagnostic::new(
            Code::UnknownFact,
            NOWHERE,
            format!("“{key}”是一类对象，不是事实"),
            format!("`{key}` is a kind of subject, not a fact"),
        );
        match near {
            Some(near) => finding.perhaps(&near),
            None => finding,
        }
    }
}

impl<'t> Program<'t> {
    fn values(&self) -> Values<'_> {
        Values { tables: self.tables, names: &self.names }
    }

    fn fill(&self, case: &mut Case, facts: &Facts) {
        for (slot, given) in &facts.given {
            case.set(self.tables, *slot, given);
        }
        for (slot, records) in &facts.lists {
            case.set_list(self.tables, *slot, records);
        }
    }
}

impl Columns<'_, '_> {
    /// Takes in the header of a table; says which columns stand for the same fact.
    pub fn header<'h>(&mut self, names: impl IntoIterator<Item = &'h str>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen: Vec<(usize, Field, String)> = Vec::new();
        for name in names {
            let at = self.list.len();
            let column = self.programs.column(name);
            let again = column.fields.iter().enumerate().find_map(|(program, field)| {
                let field = (*field)?;
                seen.iter().find(|(of, other, _)| (*of, *other) == (program, field)).map(|(.., first)| first.clone())
            });
            if let Some(first) = again {
                let (zh, en) = if first == column.name {
                    (format!("“{first}”写了两列"), format!("`{first}` stands in two columns"))
                } else {
                    (
                        format!("“{}”和“{first}”是同一个事实", column.name),
                        format!("`{}` and `{first}` are one fact", column.name),
                    )
                };
                let finding = Diagnostic::new(Code::DuplicateKey, NOWHERE, zh, en);
                problems.push(Problem { column: column.name.clone(), text: column.name.clone(), finding });
            }
            let fields = column.fields.iter().enumerate();
            seen.extend(fields.filter_map(|(program, field)| Some((program, (*field)?, column.name.clone()))));
            self.header.push(at);
            self.list.push(column);
        }
        problems
    }

    /// How many columns the header has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// Columns that no program knows and that do not say who applies, with why.
    #[must_use]
    pub fn unknown(&self) -> Vec<Problem> {
        let unknown = self.list.iter().filter_map(|column| {
            let finding = (**column.unknown.as_ref()?).clone();
            Some(Problem { column: column.name.clone(), text: column.name.clone(), finding })
        });
        unknown.filter(|problem| !problem.column.starts_with(['_', '$'])).collect()
    }

    /// The facts of a program for which there is a column.
    #[must_use]
    pub fn slots(&self, program: usize) -> BTreeSet<u32> {
        let fields = self.list.iter().filter_map(|column| column.fields.get(program).copied().flatten());
        let tables = self.programs.all.get(program).map(|program| program.tables);
        let mut slots = BTreeSet::new();
        for field in fields {
            match field {
                Field::Slot(slot) => {
                    slots.insert(slot);
                    // A certificate in one cell says all that belongs to it.
                    let info = tables.and_then(|tables| tables.slots.get(slot as usize));
                    let parts = info.and_then(|info| info.certificate);
                    slots.extend(parts.into_iter().flat_map(|parts| [parts.level, parts.from, parts.until]).flatten());
                }
                Field::Series(series) => {
                    let all = tables.map_or(&[][..], |tables| &tables.slots);
                    let of =
                        |info: &crate::bytecode::program::SlotInfo| info.year.is_some_and(|year| year.series == series);
                    slots.extend((0u32..).zip(all).filter(|(_, info)| of(info)).map(|(slot, _)| slot));
                }
            }
        }
        slots
    }

    /// Reads a row of the table into one case a program.
    pub fn row<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c str> + Clone,
        day: Day,
        cases: &mut [Case],
        problems: &mut Vec<Problem>,
    ) -> Head {
        cases.iter_mut().for_each(Case::clear);
        let mut head = Head::default();
        let pairs = self.header.iter().filter_map(|at| self.list.get(*at)).zip(cells);
        for (column, cell) in pairs.clone().filter(|(column, _)| column.day || column.label.is_some()) {
            self.head(column, cell, &mut head, problems);
        }
        let day = Day { fixed: day.fixed, otherwise: head.on.or(day.otherwise) };
        for (column, cell) in pairs.filter(|(_, cell)| !cell.trim().is_empty()) {
            self.cell(column, Cell::Text(cell), day, cases, problems);
        }
        head
    }

    fn head(&self, column: &Column, cell: &str, head: &mut Head, problems: &mut Vec<Problem>) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        if column.day
            && let Some(program) = self.programs.all.first()
        {
            match program.values().date(&column.name, &Json { kind: Kind::Text(cell.to_owned()), span: NOWHERE }) {
                Ok(day) => head.on = Some(day),
                Err(finding) => problems.push(problem(column, cell, *finding)),
            }
            return;
        }
        let shown = mask(cell);
        match column.label {
            Some(_) if head.label.split(' ').any(|part| part == shown) => {}
            Some(0) if !head.label.is_empty() => head.label = format!("{shown} {}", head.label),
            Some(_) if !head.label.is_empty() => head.label = format!("{} {shown}", head.label),
            Some(_) => head.label = shown.into_owned(),
            None => {}
        }
    }

    /// Reads a cell into each case that knows its column.
    fn cell(&self, column: &Column, cell: Cell<'_>, day: Day, cases: &mut [Case], problems: &mut Vec<Problem>) {
        let before = problems.len();
        for ((program, case), field) in self.programs.all.iter().zip(cases).zip(&column.fields) {
            let Some(field) = field else { continue };
            if let Field::Slot(slot) = field
                && program.quick(*slot, cell, case)
            {
                continue;
            }
            let mut findings = Findings::default();
            match nested(program.tables, *field, cell) {
                Some(Err(finding)) => findings.push(finding),
                Some(Ok(value)) => program.thorough(column, value, day, case, &mut findings),
                None => program.thorough(column, cell.json(), day, case, &mut findings),
            }
            for finding in findings.finish() {
                let new = problem(column, &cell.text(), finding);
                // Both programs say the same of a cell that neither can read.
                let said = problems.iter().skip(before).any(|old| old.finding.message == new.finding.message);
                if !said {
                    problems.push(new);
                }
            }
        }
    }
}

impl Program<'_> {
    fn thorough(&self, column: &Column, value: Json, day: Day, case: &mut Case, findings: &mut Findings) {
        let entry = Entry { key: column.name.clone(), span: NOWHERE, value };
        let object = Json { kind: Kind::Object(vec![entry]), span: NOWHERE };
        let facts = facts::read(&self.values(), &object, day, findings);
        self.fill(case, &facts);
    }
}

/// A list, figures by year or a certificate written as JSON in one cell.
fn nested(tables: &Tables, field: Field, cell: Cell<'_>) -> Option<Result<Json, Box<Diagnostic>>> {
    let Cell::Text(text) = cell else { return None };
    let takes = match field {
        Field::Series(_) => true,
        Field::Slot(slot) => (tables.slots.get(slot as usize))
            .is_some_and(|info| matches!(info.ty, SlotType::List { .. }) || info.certificate.is_some()),
    };
    let opens = text.trim_start().starts_with(['[', '{']);
    (takes && opens).then(|| json::parse(FileId(0), text))
}

fn problem(column: &Column, cell: &str, finding: Diagnostic) -> Problem {
    Problem { column: column.name.clone(), text: mask(cell.trim()).into_owned(), finding }
}

impl Cell<'_> {
    fn json(self) -> Json {
        let kind = match self {
            Cell::Text(text) => Kind::Text(text.to_owned()),
            Cell::Number(digits) => Kind::Number(digits.to_owned()),
            Cell::Bool(value) => Kind::Bool(value),
            Cell::Null => Kind::Null,
        };
        Json { kind, span: NOWHERE }
    }

    fn text(self) -> String {
        match self {
            Cell::Text(text) | Cell::Number(text) => text.to_owned(),
            Cell::Bool(value) => value.to_string(),
            Cell::Null => "null".to_owned(),
        }
    }
}
