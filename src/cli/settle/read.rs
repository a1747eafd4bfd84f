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
use crate::cli::failure::Failure;
use crate::cli::{files, pipeline};

/// How much is read at a time.
const BLOCK_BYTES: usize = 4 << 20;
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

/// Whole elements of a list of objects, or of lines of objects, out of a stream.
struct Elements<R> {
    from: R,
    /// What was read and not yet given out.
    rest: Vec<u8>,
    /// The line on which the rest begins.
    line: u64,
    ended: bool,
}

/// Objects one after the other, with the line on which each begins.
struct Block {
    text: Vec<u8>,
    /// Start, end and line.
    elements: Vec<(usize, usize, u64)>,
}

impl<R: Read> Elements<R> {
    /// The next block; `None` at the end. What does not close is an element too: reading it says what is wrong.
    fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.ended {
            let read = self.from.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut self.rest)?;
            self.ended = read == 0;
            let (elements, done, line) = split(&self.rest, self.line, self.ended);
            if elements.is_empty() && !self.ended && self.rest.len() < APPLICATION_BYTES_MAX {
                continue;
            }
            let (elements, done, line) = if elements.is_empty() && !self.ended {
                split(&self.rest, self.line, true)
            } else {
                (elements, done, line)
            };
            let rest = self.rest.split_off(done);
            let text = std::mem::replace(&mut self.rest, rest);
            self.line = line;
            return Ok((!elements.is_empty()).then_some(Block { text, elements }));
        }
        Ok(None)
    }
}

/// The objects of a text, how much of it they take up, and the line after. Between objects there may be spaces, `[`, `,` and `]`;
/// anything else is an element by itself up to the end of the line.
fn split(text: &[u8], mut line: u64, all: bool) -> (Vec<(usize, usize, u64)>, usize, u64) {
    let (mut elements, mut done, mut done_line) = (Vec::new(), 0, line);
    let (mut depth, mut in_text, mut escaped, mut start, mut start_line) = (0usize, false, false, 0, line);
    let mut stray = false;
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' {
            line += 1;
        }
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                // No text of JSON spans lines: the object is broken, and the next line is another.
                b'\n' => {
                    (depth, in_text) = (0, false);
                    elements.push((start, at, start_line));
                    (done, done_line) = (at + 1, line);
                }
                _ => {}
            }
            continue;
        }
        if depth == 0 && !stray {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b'[' | b']' | b',' => (done, done_line) = (at + 1, line),
                b'{' => (depth, start, start_line) = (1, at, line),
                0xef | 0xbb | 0xbf => (done, done_line) = (at + 1, line),
                _ => (stray, start, start_line) = (true, at, line),
            }
            continue;
        }
        match byte {
            b'\n' if stray => {
                stray = false;
                elements.push((start, at, start_line));
                (done, done_line) = (at + 1, line);
            }
            _ if stray => {}
            b'"' => in_text = true,
            b'{' if starts_anew(text.get(start..at).unwrap_or(&[]), depth) => {
                let broken = text.get(start..at).unwrap_or(&[]).trim_ascii_end();
                elements.push((start, start + broken.len(), start_line));
                (depth, start, start_line, done, done_line) = (1, at, line, at, line);
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    elements.push((start, at + 1, start_line));
                    (done, done_line) = (at + 1, line);
                }
            }
            _ => {}
        }
    }
    if all && done < text.len() {
        elements.push((start, text.len(), start_line));
        (done, done_line) = (text.len(), line);
    }
    (elements, done, done_line)
}

/// Whether an object that opens on a new line is one of its own, since the one before it, still open, was not closed: nothing but a
/// colon, within lists also `[` and a comma, may stand before an object within an object.
fn starts_anew(before: &[u8], depth: usize) -> bool {
    let spaces = before.iter().rev().take_while(|byte| byte.is_ascii_whitespace());
    let new_line = spaces.clone().any(|byte| *byte == b'\n');
    let last = before.iter().rev().nth(spaces.count());
    new_line && !matches!((last, depth), (Some(b':'), _) | (Some(b'[' | b','), 2..))
}

/// Reads applications; `-` is stdin.
pub fn applications(rules: &Rules<'_>, path: &Path, found: &mut Found) -> Result<Applications, Failure> {
    let file = if path == Path::new("-") { "stdin".to_owned() } else { files::shown(path) };
    let from: Box<dyn Read> = if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(open(path)?) };
    let reader = Reader::new(rules.tables, &rules.cap_amounts);
    let mut elements = Elements { from, rest: Vec::with_capacity(BLOCK_BYTES * 2), line: 1, ended: false };
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
