//! The library's stages in a row, as commands need them; the only place of the command line that knows their signatures.

use std::cell::RefCell;
use std::collections::BTreeMap;

use guiju::amend;
use guiju::analysis;
use guiju::bytecode::program::Award;
use guiju::bytecode::{self, Flaw, SourceTexts, Verified};
use guiju::diagnostics::{Code, Diagnostic, Lang, Text, has_errors, sort};
use guiju::docs::{self, model::DocModel};
use guiju::editions::{self, Editions};
use guiju::explain::{self, Explanation};
use guiju::input::{self, Facts};
use guiju::load::{self, LoadError, Loaded, Loader, load};
use guiju::model::Breaker;
use guiju::model::source_text::{self, Sentence};
use guiju::model::{Checked, Model, Window, accept};
use guiju::revise::Side;
use guiju::scenario::coverage::Coverage;
use guiju::scenario::mutation::Mutations;
use guiju::scenario::{self, Report};
use guiju::schema as facts_schema;
use guiju::settle::{self, Batch};
use guiju::source::{FileId, Sources, Span};
use guiju::syntax::ast::File;
use guiju::syntax::format::{self, FormatOptions, KeywordLanguage};
use guiju::vm::{self, Vm};

use super::files::{self, FileSystem, Input};
use super::output;

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

/// What the policy at `entry` says.
pub fn model(entry: &str, on: Option<i32>) -> Attempt<Model> {
    let Attempt { sources, result } = checked(entry, on);
    Attempt { sources, result: result.map(|checked| checked.model().clone()) }
}

/// The documentation of the policy at `entry` as it stands on a day, else with all amendments; and its program.
pub fn documentation(entry: &str, on: Option<i32>) -> Attempt<(DocModel, Verified)> {
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
        let days = EditionDays { name: edition.name(), from: edition.version.from, until: edition.version.until };
        Some(lowered(edition.checked.as_ref()?, &sources).map(|program| (days, program)))
    });
    let result: Result<Vec<_>, _> = compiled.collect();
    // An edition that could not be checked without an error being known is none to decide by.
    let result = result.and_then(|all| if all.is_empty() { Err(Vec::new()) } else { Ok(all) });
    Attempt { sources, result }
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

/// One application: what is given, and earlier awards.
pub struct Application {
    /// What is given.
    pub facts: Facts,
    /// Earlier awards; `None` where no ledger was given.
    pub ledger: Option<Vec<Award>>,
    /// The day of the decision.
    pub on: i32,
    /// What is odd about the texts, and these.
    pub warnings: (Sources, Vec<Diagnostic>),
}

/// Reads an application from the texts of its facts and ledger. The day is `on`, else the one the facts name, else `today`.
/// The ledger is held against the caps as they are since the first day of the edition.
pub fn application(
    (edition, program): &(EditionDays, Verified),
    facts: &(String, Vec<u8>),
    ledger: Option<&(String, Vec<u8>)>,
    on: Option<i32>,
    today: i32,
) -> Attempt<Application> {
    let tables = &program.program().tables;
    let reader = input::Reader::new(tables);
    let mut sources = Sources::new();
    let mut found = Vec::new();
    let day = input::Day { fixed: on, otherwise: Some(today) };
    let facts = data(&mut sources, &mut found, facts).map(|(file, text)| reader.facts_on(file, &text, day));
    let facts = facts.map(|(facts, more)| {
        found.extend(more);
        facts
    });
    let on = on.or(facts.as_ref().and_then(|facts| facts.on)).unwrap_or(today);
    let read = ledger.and_then(|ledger| data(&mut sources, &mut found, ledger));
    let ledger = read.map(|(file, text)| reader.placed_ledger(file, &text, Some(on)));
    let ledger = ledger.map(|(awards, more)| {
        let since = awards.iter().filter(|(award, _)| edition.from.is_none_or(|from| from <= award.date));
        let since: Vec<_> = since.filter(|(award, _)| award.date <= on).cloned().collect();
        let caps = settle::Rules::new(program.program()).cap_amounts;
        let mut against = input::contradictions::contradictions(tables, &caps, &since, None);
        // An award that is refused already is not refused twice.
        against.retain(|finding| more.iter().all(|known| known.primary.span != finding.primary.span));
        found.extend(more);
        found.extend(against);
        awards.into_iter().map(|(award, _)| award).collect()
    });
    if has_errors(&found) {
        return Attempt { sources, result: Err(found) };
    }
    let result = match facts {
        Some(facts) => Ok(Application { facts, ledger, on, warnings: (sources.clone(), found) }),
        None => Err(found),
    };
    Attempt { sources, result }
}

/// The text of a data file; bytes that are not UTF-8 are reported.
pub fn data(sources: &mut Sources, found: &mut Vec<Diagnostic>, file: &(String, Vec<u8>)) -> Option<(FileId, String)> {
    let (name, bytes) = file;
    let name = if name == "-" { "stdin" } else { name };
    match guiju::load::text(sources, name, bytes.clone()) {
        Ok(id) => Some((id, sources.get(id).map(|source| source.text().to_owned()).unwrap_or_default())),
        Err(bad) => {
            found.push(*bad);
            None
        }
    }
}

/// The decision on an application with its reasons; only facts that can change the answer are asked for.
pub fn decide(program: &Verified, application: &Application, lang: Lang) -> Explanation {
    let tables = &program.program().tables;
    let vm = Vm::new(program);
    let mut case = vm.case();
    for (slot, given) in &application.facts.given {
        case.set(tables, *slot, given);
    }
    for (slot, records) in &application.facts.lists {
        case.set_list(tables, *slot, records);
    }
    vm::ledger::apply(tables, application.ledger.as_deref(), &mut case, application.on);
    let decision = vm::decide_refined(&vm, &case, application.on);
    explain::explain_decision(
        &vm.machine().trace(&case, application.on),
        &decision,
        application.ledger.as_deref().unwrap_or_default(),
        lang,
    )
}

/// What the applicant must put right before anything of it is paid: choices not made, milestones out of order.
pub fn faults(explanation: &Explanation, name: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let span = Span::new(sources.add(name, ""), 0, 0);
    let conflicts = explanation.conflicts.iter().map(|conflict| {
        let ids = conflict.clauses.join("、");
        Diagnostic::new(Code::ChooseOneConflict, span, conflict.text.clone(), conflict.text.clone())
            .help(format!("只申请其中一项，或者写明选择：{ids}"), format!("claim one of them, or say which: {ids}"))
    });
    let mut found: Vec<Diagnostic> = conflicts.collect();
    for clause in &explanation.clauses {
        for paying in &clause.paid.instalments {
            if let settle::payments::Due::OutOfOrder(earlier) = &paying.instalment.due {
                let (id, label) = (&clause.id, &paying.instalment.label);
                found.push(Diagnostic::new(
                    Code::MilestoneOutOfOrder,
                    span,
                    format!("条款 {id} 的“{label}”已经到了，前面的“{earlier}”还没有到，所以“{label}”不付"),
                    format!("`{label}` of {id} is reached before `{earlier}`, so it is not paid"),
                ));
            }
        }
    }
    (sources, found)
}

/// Assesses applications of a batch.
pub struct Assessor<'a> {
    vm: Vm<'a>,
    ledger: Option<&'a [Award]>,
    asks: std::cell::OnceCell<settle::assess::Asks>,
}

impl<'a> Assessor<'a> {
    /// With the ledger as it stood before the batch.
    pub fn new(program: &'a Verified, ledger: Option<&'a [Award]>) -> Assessor<'a> {
        Assessor { vm: Vm::new(program), ledger, asks: std::cell::OnceCell::new() }
    }

    /// Assesses an application and puts it into a batch; or says what is not known of it yet.
    /// `clauses` are those applied for, where they are said.
    pub fn push(
        &self,
        batch: &mut Batch,
        id: &str,
        date: i32,
        (facts, clauses): (&Facts, Option<&[u32]>),
    ) -> Result<(), Box<settle::assess::Problem>> {
        let tables = &self.vm.program().tables;
        let mut case = self.vm.case();
        for (slot, given) in &facts.given {
            case.set(tables, *slot, given);
        }
        for (slot, records) in &facts.lists {
            case.set_list(tables, *slot, records);
        }
        vm::ledger::apply(tables, self.ledger, &mut case, date);
        let decision = vm::decide_refined(&self.vm, &case, date);
        let mut machine = self.vm.machine();
        let trace = machine.trace(&case, date);
        let asks = self.asks.get_or_init(|| settle::assess::asks(&trace));
        settle::assess::push(batch, id, (clauses, asks), (&trace, &decision))
    }
}

/// Every file of a policy in the one format, where it has no error of form itself; and the errors. A file that a policy beside it
/// takes in is written as with that policy, whose names it uses.
pub fn format(entry: &str, keywords: Option<KeywordLanguage>) -> (Sources, Vec<(FileId, String)>, Vec<Diagnostic>) {
    let (Loaded { sources, files, .. }, found) = load(entry, &FileSystem);
    let reached: Vec<String> = names(&sources, &files);
    let (sources, files, mut found) = match whole_policy(entry) {
        Some(whole) => (whole.0.sources, whole.0.files, whole.1),
        None => (sources, files, found),
    };
    let mine = |file: FileId| sources.get(file).is_some_and(|source| reached.iter().any(|name| name == source.name()));
    found.retain(|found| found.is_error() && mine(found.primary.span.file));
    let broken: Vec<FileId> = found.iter().map(|found| found.primary.span.file).collect();
    let breaker = Breaker::new(&files, &sources, keywords);
    let options = FormatOptions { keywords };
    let formatted: Vec<(FileId, String)> = files
        .iter()
        .filter(|file| !broken.contains(&file.id) && mine(file.id))
        .filter_map(|file| Some((file.id, format::format(file, sources.get(file.id)?.text(), &options, &breaker))))
        .collect();
    (sources, formatted, found)
}

fn names(sources: &Sources, files: &[File]) -> Vec<String> {
    files.iter().filter_map(|file| Some(sources.get(file.id)?.name().to_owned())).collect()
}

/// The policy of the folder of a file, where it takes the file in.
fn whole_policy(entry: &str) -> Option<(Loaded, Vec<Diagnostic>)> {
    let main = load::join(entry, files::MAIN)?;
    let entry = load::normalise(entry);
    if main == entry || !std::path::Path::new(&main).is_file() {
        return None;
    }
    let (loaded, found) = load(&main, &FileSystem);
    names(&loaded.sources, &loaded.files).contains(&entry).then_some((loaded, found))
}

/// One file as git shows it: a policy in the one format; a bundle as the policy files in it, each in the one format.
pub fn shown_text(path: &std::path::Path) -> Result<String, super::failure::Failure> {
    let failed = |error: std::io::Error| super::failure::Failure::reading(&files::shown(path), &error);
    let bytes = std::fs::read(path).map_err(failed)?;
    if !bytes.starts_with(BUNDLE_MAGIC) {
        let files: BTreeMap<String, Vec<u8>> = [("main.policy".to_owned(), bytes)].into();
        return Ok(formatted("main.policy", &files).pop().map(|(_, text)| text).unwrap_or_default());
    }
    let found = bytecode::encode::texts(&bytes)
        .map_err(|error| super::failure::Failure::new(error.code, error.message.zh, error.message.en))?;
    let Some(texts) = found else {
        return Ok(bytecode::decode(&bytes).map(|program| bytecode::listing(&program)).unwrap_or_default());
    };
    let files: BTreeMap<String, Vec<u8>> = texts.files.into_iter().collect();
    let shown = formatted(&texts.entry, &files).into_iter().map(|(name, text)| format!("# {name}\n{text}\n"));
    Ok(shown.collect())
}

/// The policy files that can be reached, in the one format; one that cannot be read as it stands.
fn formatted(entry: &str, given: &BTreeMap<String, Vec<u8>>) -> Vec<(String, String)> {
    let (Loaded { sources, files, .. }, _) = load(entry, given);
    let breaker = Breaker::new(&files, &sources, None);
    let shown = files.iter().filter_map(|file| {
        let source = sources.get(file.id)?;
        let text = match file.sound {
            true => format::format(file, source.text(), &FormatOptions::default(), &breaker),
            false => source.text().to_owned(),
        };
        Some((source.name().to_owned(), text))
    });
    shown.collect()
}
