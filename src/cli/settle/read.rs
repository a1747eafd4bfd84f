//! In: the paths of applications and ledger. Out: what they hold; everything that is wrong with any of them.
//! Applications are read block by block, each block by two threads, so that a million of them never stand in memory as text.

use std::fs::File;
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use guiju::bytecode::program::Award;
use guiju::diagnostics::{Code, Diagnostic};
use guiju::input::applications::{Applications as Reader, Body, Line};
use guiju::input::contradictions::contradictions;
use guiju::input::{self, Facts};
use guiju::limits::{APPLICATION_BYTES_MAX, APPLICATIONS_MAX};
use guiju::settle::{Application as Assessed, Batch, Rules};
use guiju::source::{FileId, Span};

use super::Found;
use crate::cli::elements::{Block, Elements};
use crate::cli::failure::Failure;
use crate::cli::{files, pipeline};

/// How many threads read a block.
const THREADS: usize = 2;

/// Applications of a file.
pub struct Applications {
    /// Those already assessed.
    pub batch: Batch,
    /// Those with facts.
    pub facts: Vec<Application>,
    /// The name of the file.
    pub file: String,
    last: Option<i32>,
}

/// An application with facts.
pub struct Application {
    /// Where it begins.
    pub line: u64,
    /// How it begins, to be shown with what is wrong.
    pub text: String,
    /// Its number.
    pub id: String,
    /// Its day.
    pub date: i32,
    /// What is given.
    pub facts: Facts,
    /// The clauses applied for, where they are said.
    pub clauses: Option<Vec<u32>>,
}

impl Applications {
    /// The latest day of all applications.
    pub fn last_day(&self) -> Option<i32> {
        self.last
    }
}

/// Stands for a place that [`Found::at`] puts in.
pub const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };
/// How much of an application is shown with what is wrong with all of it.
const SHOWN_CHARS: usize = 100;

/// The beginning of an element, on one line.
fn beginning(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..SHOWN_CHARS * 4).unwrap_or(bytes));
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() <= SHOWN_CHARS && line.len() == bytes.len() {
        return line.to_owned();
    }
    line.chars().take(SHOWN_CHARS).chain("……".chars()).collect()
}

/// Reads applications; `-` is stdin.
pub fn applications(rules: &Rules<'_>, path: &Path, found: &mut Found) -> Result<Applications, Failure> {
    let file = if path == Path::new("-") { "stdin".to_owned() } else { files::shown(path) };
    let from: Box<dyn Read> = if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(open(path)?) };
    let reader = Reader::new(rules.tables, &rules.cap_amounts);
    let mut elements = Elements::new(from);
    let mut all = Applications { batch: Batch::new(), facts: Vec::new(), file, last: None };
    let mut seen: Vec<u64> = Vec::new();
    while let Some(block) = elements.next().map_err(|error| Failure::reading(&all.file, &error))? {
        let half = block.elements.len().div_ceil(THREADS).max(1);
        let parsed: Vec<Vec<Parsed<'_>>> = thread::scope(|scope| {
            let (reader, text) = (&reader, block.text.as_slice());
            let parts = block.elements.chunks(half).map(|part| scope.spawn(move || parse(reader, text, part)));
            let parts: Vec<_> = parts.collect();
            parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        for parsed in parsed.into_iter().flatten() {
            take(parsed, &reader, &block, &mut all, &mut seen, found);
        }
        if seen.len() + all.facts.len() > APPLICATIONS_MAX {
            let (zh, en) = (
                format!("申请超过 {APPLICATIONS_MAX} 份"),
                format!("there are more than {APPLICATIONS_MAX} applications"),
            );
            found.push(&all.file, Code::DataTooLarge, zh, en);
            break;
        }
    }
    Ok(all)
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| files::not_found(path, &error))
}

/// An element: where it stands, and what it is; `None` where that has to be worded.
type Parsed<'t> = ((usize, usize, u64), Option<Line<'t>>);

fn parse<'t>(reader: &Reader<'_>, text: &'t [u8], elements: &[(usize, usize, u64)]) -> Vec<Parsed<'t>> {
    let read = |element: &(usize, usize, u64)| {
        let text = std::str::from_utf8(text.get(element.0..element.1)?).ok()?;
        let (line, found) = reader.read(FileId(0), text);
        line.filter(|_| found.is_empty())
    };
    elements.iter().map(|element| (*element, read(element))).collect()
}

/// Puts an application with the others; or words what is wrong with it.
fn take(
    (element, line): Parsed<'_>,
    reader: &Reader<'_>,
    block: &Block,
    all: &mut Applications,
    seen: &mut Vec<u64>,
    found: &mut Found,
) {
    let Some(line) = line else {
        word(element, reader, block, &all.file, found);
        return;
    };
    all.last = all.last.max(Some(line.date));
    match line.body {
        Body::Facts(facts, clauses) => all.facts.push(Application {
            line: element.2,
            text: beginning(block.text.get(element.0..element.1).unwrap_or(&[])),
            id: line.id.into_owned(),
            date: line.date,
            facts,
            clauses,
        }),
        Body::Assessed(assessed) => {
            let subjects: Vec<(u32, &str)> =
                assessed.subjects.iter().map(|(kind, text)| (*kind, text.as_ref())).collect();
            let application = Assessed {
                id: &line.id,
                date: line.date,
                subjects: &subjects,
                awards: &assessed.awards,
                facts: &assessed.facts,
                choices: &assessed.choices,
                limits: &assessed.limits,
                before: &[],
            };
            match all.batch.push(&application) {
                Ok(()) => seen.push(element.2),
                Err(first) => {
                    let first = seen.get(first as usize).copied().unwrap_or(0);
                    let (zh, en) = (
                        format!("编号“{}”和第 {first} 行的相同", line.id),
                        format!("the number `{}` is that of line {first} too", line.id),
                    );
                    let text = beginning(block.text.get(element.0..element.1).unwrap_or(&[]));
                    found.at(&all.file, &text, element.2, Diagnostic::new(Code::DuplicateApplication, NOWHERE, zh, en));
                }
            }
        }
    }
}

/// Says what is wrong with an element.
fn word(element: (usize, usize, u64), reader: &Reader<'_>, block: &Block, name: &str, found: &mut Found) {
    if found.full() {
        found.more += 1;
        return;
    }
    let bytes = block.text.get(element.0..element.1).unwrap_or(&[]);
    if bytes.len() > APPLICATION_BYTES_MAX {
        let most = APPLICATION_BYTES_MAX >> 20;
        let (zh, en) = (format!("一份申请超过 {most} MiB"), format!("one application is larger than {most} MiB"));
        found.at(name, &beginning(bytes), element.2, Diagnostic::new(Code::DataTooLarge, NOWHERE, zh, en));
        return;
    }
    match guiju::load::part(&mut found.sources, name, bytes.to_vec(), element.2) {
        Ok(file) => {
            let text = found.sources.get(file).map(|source| source.text().to_owned()).unwrap_or_default();
            let (_, findings) = reader.thorough(file, &text);
            found.extend(findings);
        }
        Err(bad) => found.extend(vec![*bad]),
    }
}

/// Reads a ledger, and holds it against the caps and the day.
pub fn ledger(rules: &Rules<'_>, path: &Path, on: Option<i32>, found: &mut Found) -> Result<Vec<Award>, Failure> {
    let file = files::ledger(path)?;
    let mut findings = Vec::new();
    let Some((file, text)) = pipeline::data(&mut found.sources, &mut findings, &file) else {
        found.extend(findings);
        return Ok(Vec::new());
    };
    let (awards, more) = input::Reader::new(rules.tables).placed_ledger(file, &text, None);
    findings.extend(more);
    // An award that is refused already is not refused twice.
    let refused: Vec<_> = findings.iter().map(|finding| finding.primary.span).collect();
    let mut against = contradictions(rules.tables, &rules.cap_amounts, &awards, on);
    against.retain(|finding| !refused.contains(&finding.primary.span));
    findings.extend(against);
    found.extend(findings);
    Ok(awards.into_iter().map(|(award, _)| award).collect())
}
