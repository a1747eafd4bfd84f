//! The library's stages in a row, as commands need them; the only place of the command line that knows their signatures.

use std::cell::RefCell;
use std::collections::BTreeMap;

use guiju::amend;
use guiju::analysis;
use guiju::bytecode::{self, Flaw, SourceTexts, Verified};
use guiju::diagnostics::{Code, Diagnostic, Lang, Text, sort};
use guiju::diff;
use guiju::docs::{
    self,
    model::{DocModel, EditionProgram},
};
use guiju::editions::{self, Edition, Editions};
use guiju::explain;
use guiju::input::{self};
use guiju::load::{self, LoadError, Loader, load};
use guiju::model::source_text::{self, Sentence};
use guiju::model::{Checked, Model, Window, accept};
use guiju::revise::Side;
use guiju::scenario::coverage::Coverage;
use guiju::scenario::mutation::Mutations;
use guiju::scenario::{self, Report};
use guiju::schema as facts_schema;
use guiju::source::{FileId, Sources, Span};

use super::files::{FileSystem, Input};
use super::output;

mod applications;
mod formatting;

pub use applications::{Assessor, application, data, decide, faults};
pub use formatting::{format, shown_text};

/// The bytes that a bundle starts with.
pub const BUNDLE_MAGIC: &[u8] = &bytecode::encode::MAGIC;

/// A policy after checking.
pub struct CheckedPolicy {
    /// Its texts.
    pub sources: Sources,
    /// Everything that was found, in source order.
    pub found: Vec<Diagnostic>,
}

/// What an attempt came to: a value or the errors, and the texts that these point into.
pub struct Attempt<T> {
    sources: Sources,
    result: Result<T, Vec<Diagnostic>>,
}

/// The value of an attempt; prints the errors of one that failed.
pub fn report<T>(attempt: Attempt<T>, lang: Lang) -> Option<T> {
    match attempt.result {
        Ok(value) => Some(value),
        Err(found) => {
            output::diagnostics(&found, &attempt.sources, lang);
            None
        }
    }
}

/// Every edition of the policy at `entry`.
fn editions(entry: &str) -> Editions {
    let (loaded, found) = load(entry, &FileSystem);
    editions::editions(loaded, found, analysis::check)
}

/// Loads, parses and checks a policy, as it was made and with every amendment; whether it is near its expiry on a day, all amendments
/// made.
pub fn check(entry: &str, on: Option<i32>) -> CheckedPolicy {
    let Editions { sources, mut found, list } = editions(entry);
    if let (Some(day), Some(edition)) = (on, list.last())
        && let Some(checked) = &edition.checked
        && let Some(expiry) = analysis::expiry(checked, day)
    {
        let mut more = vec![expiry];
        accept(&mut more, &edition.version.files);
        found.extend(more.into_iter().map(|found| amend::traced(found, &sources)));
        sort(&mut found);
    }
    CheckedPolicy { sources, found }
}

/// The checked policy at `entry` as it stands on a day, else with all amendments; or its errors.
fn checked(entry: &str, on: Option<i32>) -> Attempt<Checked> {
    checked_of(editions(entry), on)
}

fn checked_of(editions: Editions, on: Option<i32>) -> Attempt<Checked> {
    let checked = editions.on_or_newest(on).and_then(|edition| edition.checked.clone());
    let Editions { sources, found, .. } = editions;
    let result = checked.ok_or_else(|| found.into_iter().filter(Diagnostic::is_error).collect());
    Attempt { sources, result }
}

/// The policy at `entry` as it stands on a day, for comparing it with another.
pub fn side(entry: &str, on: Option<i32>) -> Attempt<Side> {
    let (loaded, found) = load(entry, &FileSystem);
    let original = loaded.original.clone();
    let editions = editions::editions(loaded, found, analysis::check);
    let side = editions.on_or_newest(on).and_then(|edition| Side::new(&editions, edition, original));
    let Editions { sources, found, .. } = editions;
    let result = side.ok_or_else(|| found.into_iter().filter(Diagnostic::is_error).collect());
    Attempt { sources, result }
}

/// Whether two policies, each as it stands on a day, share a clause, a number or a title.
pub fn are_related(ends: &[(String, Option<i32>); 2]) -> bool {
    let [old, new] = ends.each_ref().map(|(entry, on)| {
        let (loaded, found) = load(entry, &FileSystem);
        diff::Side::new(entry, loaded, found, *on)
    });
    diff::related(&old, &new)
}

/// What the policy at `entry` says.
pub fn model(entry: &str, on: Option<i32>) -> Attempt<Model> {
    let Attempt { sources, result } = checked(entry, on);
    Attempt { sources, result: result.map(|checked| checked.model().clone()) }
}

/// The documentation of the policy at `entry` as it stands on a day, else with all amendments; and the programs of
/// its editions.
pub fn documentation(entry: &str, on: Option<i32>) -> Attempt<(DocModel, Vec<EditionProgram>)> {
    let editions = editions(entry);
    let made = docs::model::build(&editions, on);
    let Editions { sources, found, .. } = editions;
    let result = made.ok_or_else(|| found.into_iter().filter(Diagnostic::is_error).collect());
    Attempt { sources, result }
}

/// Cases at every threshold of a policy, as they are written in it.
pub fn boundaries(entry: &str, on: Option<i32>, lang: Lang) -> Attempt<String> {
    let editions = editions(entry);
    let made = editions.on_or_newest(on).and_then(|edition| {
        let checked = edition.checked.as_ref()?;
        let window = Window { first: edition.version.from, last: edition.version.until };
        let cases = analysis::boundaries::boundaries_within(checked, window);
        Some(analysis::boundaries::text(checked, &cases, lang))
    });
    let Editions { sources, found, .. } = editions;
    let result = made.ok_or_else(|| found.into_iter().filter(Diagnostic::is_error).collect());
    Attempt { sources, result }
}

/// The sentences of the original with what covers them.
pub fn coverage(model: &Model) -> Vec<Sentence> {
    source_text::coverage(model)
}

/// The verified program of a bundle, or of a policy as it stands on a day, else with all amendments.
pub fn program(input: &Input, on: Option<i32>) -> Attempt<Verified> {
    match input {
        Input::Policy(entry) => {
            let Attempt { sources, result } = checked(entry, on);
            let result = result.and_then(|checked| lowered(&checked, &sources));
            Attempt { sources, result }
        }
        Input::Bundle(name, bytes) => bundle(name, bytes),
    }
}

/// The program that decides an application: of the day asked for, else the one that its facts name, else `today`.
pub fn deciding(
    input: &Input,
    facts: &(String, Vec<u8>),
    on: Option<i32>,
    today: i32,
) -> Attempt<(EditionDays, Verified)> {
    let Attempt { sources, result } = programs(input, on);
    let chosen = result.map(|mut programs| {
        let day = match programs.as_slice() {
            [_, .., (_, newest)] => named_day(newest, facts).unwrap_or(today),
            _ => on.unwrap_or(today),
        };
        let at = programs.iter().position(|(edition, _)| edition.holds(day)).unwrap_or(0);
        programs.swap_remove(at)
    });
    Attempt { sources, result: chosen }
}

/// The day that facts name.
fn named_day(program: &Verified, facts: &(String, Vec<u8>)) -> Option<i32> {
    let (mut sources, mut found) = (Sources::new(), Vec::new());
    let (file, text) = data(&mut sources, &mut found, facts)?;
    input::Reader::new(&program.program().tables).facts_on(file, &text, input::Day::default()).0.on
}

/// An edition of a policy: the amendment that begins it, its first and last day. A bundle is one edition, and so is a policy that nothing
/// amends.
#[derive(Debug, Clone, Default)]
pub struct EditionDays {
    /// The amendment.
    pub name: Option<String>,
    /// Its first day.
    pub from: Option<i32>,
    /// Its last day.
    pub until: Option<i32>,
    /// What has been repealed by then.
    pub repealed: Vec<explain::Repeal>,
}

impl EditionDays {
    /// A day of it, to ask for it by.
    pub fn day(&self) -> i32 {
        self.from.or(self.until).unwrap_or(i32::MAX)
    }

    /// Whether it is in force on a day.
    pub fn holds(&self, day: i32) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The program of every edition, or of the one in force on a day; at least one.
pub fn programs(input: &Input, on: Option<i32>) -> Attempt<Vec<(EditionDays, Verified)>> {
    let entry = match input {
        Input::Policy(entry) => entry,
        Input::Bundle(name, bytes) => {
            let Attempt { sources, result } = bundle(name, bytes);
            return Attempt { sources, result: result.map(|program| vec![(EditionDays::default(), program)]) };
        }
    };
    let Editions { sources, found, list } = editions(entry);
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() || list.is_empty() {
        return Attempt { sources, result: Err(errors) };
    }
    let wanted = list.iter().filter(|edition| on.is_none_or(|day| edition.holds(day)));
    let compiled = wanted.filter_map(|edition| {
        let (from, until) = (edition.version.from, edition.version.until);
        let days = EditionDays { name: edition.name(), from, until, repealed: repealed(edition) };
        Some(lowered(edition.checked.as_ref()?, &sources).map(|program| (days, program)))
    });
    let result: Result<Vec<_>, _> = compiled.collect();
    // An edition that could not be checked without an error being known is none to decide by.
    let result = result.and_then(|all| if all.is_empty() { Err(Vec::new()) } else { Ok(all) });
    Attempt { sources, result }
}

/// What amendments of an edition have repealed.
fn repealed(edition: &Edition) -> Vec<explain::Repeal> {
    let by = |it: &amend::Repealed| {
        let title = it.title.as_ref().map(|title| format!("《{title}》"));
        [it.number.clone(), title].into_iter().flatten().collect::<String>()
    };
    let all = edition.version.repealed.iter();
    all.map(|it| explain::Repeal { clause: it.clause.clone(), day: it.day, by: by(it) }).collect()
}

fn lowered(checked: &Checked, sources: &Sources) -> Result<Verified, Vec<Diagnostic>> {
    let program = bytecode::lower(checked, sources)?;
    // What `lower` makes verifies; were it not so, the flaws are shown at the policy.
    bytecode::verify(program).map_err(|flaws| flawed(&flaws, Span::new(FileId(0), 0, 0)))
}

/// A bundle, read and verified.
pub fn bundle(name: &str, bytes: &[u8]) -> Attempt<Verified> {
    let mut sources = Sources::new();
    let span = Span::new(sources.add(name, ""), 0, 0);
    let found = |(code, text): (Code, Text)| Diagnostic::new(code, span, text.zh, text.en);
    let result = bytecode::load(bytes).map_err(|error| error.findings().into_iter().map(found).collect());
    Attempt { sources, result }
}

/// Flaws of bytecode as diagnostics at one place.
fn flawed(flaws: &[Flaw], span: Span) -> Vec<Diagnostic> {
    let diagnostic = |flaw: &Flaw| {
        let at = flaw.pc.map(|pc| (format!("第 {pc} 条指令："), format!("instruction {pc}: "))).unwrap_or_default();
        let (zh, en) = (format!("{}{}", at.0, flaw.message.zh), format!("{}{}", at.1, flaw.message.en));
        Diagnostic::new(flaw.code, span, zh, en)
    };
    flaws.iter().map(diagnostic).collect()
}

/// Everything that is wrong with a bundle, and the text it is reported against.
pub fn verify(name: &str, bytes: &[u8]) -> (Sources, Vec<Diagnostic>) {
    let Attempt { sources, result } = bundle(name, bytes);
    (sources, result.err().unwrap_or_default())
}

/// The bytes of a bundle, with the texts that it was made of; a bundle is written as it was.
pub fn built(input: &Input, on: Option<i32>) -> Attempt<Vec<u8>> {
    let entry = match input {
        Input::Policy(entry) => entry,
        Input::Bundle(name, bytes) => {
            let Attempt { sources, result } = bundle(name, bytes);
            return Attempt { sources, result: result.map(|_| bytes.clone()) };
        }
    };
    let recording = Recording { loader: &FileSystem, read: RefCell::default() };
    let (loaded, found) = load(entry, &recording);
    let Attempt { sources, result } = checked_of(editions::editions(loaded, found, analysis::check), on);
    let files = recording.read.into_inner().into_iter().collect();
    let texts = SourceTexts { entry: load::normalise(entry), on, files };
    let result = result.and_then(|checked| lowered(&checked, &sources));
    Attempt { sources, result: result.map(|program| bytecode::encode_with(&program, &texts)) }
}

/// Keeps what it hands on.
struct Recording<'l> {
    loader: &'l dyn Loader,
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Loader for Recording<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let bytes = self.loader.read(path)?;
        self.read.borrow_mut().insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn neighbours(&self, path: &str) -> Vec<String> {
        self.loader.neighbours(path)
    }
}

/// The listing of a program.
pub fn listing(program: &Verified) -> String {
    bytecode::listing(program.program())
}

/// A line that says which policy a program is.
pub fn describe(program: &Verified, lang: Lang) -> String {
    let tables = &program.program().tables;
    let (policy, clauses, ops) = (&tables.policy, tables.clauses.len(), program.program().code.len());
    let name = format!("{}《{}》（{}）", policy.number, policy.title, policy.alias);
    match lang {
        Lang::Zh => format!("{name}，{clauses} 个条款，{ops} 条指令"),
        Lang::En => format!("{name}, {clauses} clauses, {ops} instructions"),
    }
}

/// The JSON Schema of the facts file.
pub fn schema(program: &Verified) -> String {
    format!("{:#}\n", facts_schema::facts_schema(&program.program().tables))
}

/// Runs every case.
pub fn cases(program: &Verified) -> Vec<Report> {
    scenario::run_all(program)
}

/// What the cases of a program show.
pub fn covered(program: &Verified, reports: &[Report]) -> Coverage {
    scenario::coverage::coverage(program, reports)
}

/// Proves of what no case shows that none can, where `input` is a source.
pub fn prove(found: &mut Coverage, input: &Input, on: Option<i32>, program: &Verified) {
    if let Input::Policy(entry) = input
        && let Attempt { result: Ok(checked), .. } = checked(entry, on)
    {
        scenario::proof::prove(found, &checked, program);
    }
}

/// Which changes of the policy at `entry` its cases notice.
pub fn mutations(entry: &str, on: Option<i32>) -> Attempt<Mutations> {
    let Attempt { sources, result } = checked(entry, on);
    let result = result.and_then(|checked| scenario::mutation::mutations(&checked, &sources));
    Attempt { sources, result }
}
