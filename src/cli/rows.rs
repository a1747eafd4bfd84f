//! In: the path of a population: CSV with a header, a JSON list, or one JSON object a line; `-` is stdin. Out: chunks of rows.
//! Invariant: one chunk stands in memory at a time; a row longer than an application may be ends the reading.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, StringRecord};
use guiju::diagnostics::{Code, Diagnostic, Lang};
use guiju::diff::population::Place;
use guiju::input::rows::{Columns, Problem};
use guiju::limits::{APPLICATION_BYTES_MAX, DIAGNOSTICS_MAX};
use guiju::source::{Sources, Span};

use super::elements::Elements;
use super::failure::Failure;
use super::{files, output};

/// How many rows of a table are read at a time.
const CHUNK_ROWS: usize = 1 << 14;
/// How much is read before it is known whether a file is a table.
const BUFFER_BYTES: usize = 1 << 16;

/// Rows of a file.
pub struct Rows {
    /// Its name.
    pub name: String,
    form: Form,
    row: u64,
    progress: indicatif::ProgressBar,
}

enum Form {
    Table(Box<Table>),
    Objects(Elements<Box<dyn Read>>),
}

struct Table {
    reader: csv::Reader<Bounded>,
    header: StringRecord,
    bound: Rc<Cell<usize>>,
}

/// Some rows.
pub enum Chunk {
    /// Of a table.
    Cells(Vec<(Place, StringRecord)>),
    /// Objects: the text, and where each begins and ends.
    Objects(Vec<u8>, Vec<(Place, usize, usize)>),
}

/// A stream of which no more is read than one row may need.
struct Bounded {
    from: Box<dyn Read>,
    left: Rc<Cell<usize>>,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let room = into.len().min(left);
        let read = self.from.read(into.get_mut(..room).unwrap_or(&mut []))?;
        self.left.set(left - read);
        Ok(read)
    }
}

/// Findings about rows, no more than are shown.
#[derive(Default)]
pub struct Found {
    sources: Sources,
    list: Vec<Diagnostic>,
    more: usize,
    /// The code of the first error, shown or not.
    first: Option<Code>,
}

impl Found {
    /// About the file as a whole.
    pub fn whole(&mut self, name: &str, finding: Diagnostic) {
        self.at(name, "", 1, finding);
    }

    /// About a text that stands on a line.
    pub fn at(&mut self, name: &str, text: &str, line: u64, mut finding: Diagnostic) {
        if finding.is_error() {
            self.first = self.first.or(Some(finding.code));
        }
        if self.full() {
            self.more += 1;
            return;
        }
        let file = self.sources.add_part(name, text, line);
        finding.primary.span = Span::new(file, 0, text.len());
        finding.secondary.clear();
        finding.fixes.clear();
        self.list.push(finding);
    }

    /// About a cell.
    pub fn cell(&mut self, name: &str, place: Place, problem: Problem) {
        let Problem { column, text, mut finding } = problem;
        let (row, message) = (place.row, &finding.message);
        finding.message = if column.is_empty() {
            guiju::diagnostics::Text::new(format!("第 {row} 份：{}", message.zh), format!("row {row}: {}", message.en))
        } else {
            guiju::diagnostics::Text::new(
                format!("第 {row} 份“{column}”列：{}", message.zh),
                format!("row {row}, column `{column}`: {}", message.en),
            )
        };
        let shown: String = text.lines().next().unwrap_or("").chars().take(SHOWN_CHARS).collect();
        self.at(name, &shown, place.line, finding);
    }

    /// The code of the first error.
    pub fn first_error(&self) -> Option<Code> {
        self.first
    }

    /// Whether there are errors so far.
    pub fn errors(&self) -> bool {
        self.first.is_some()
    }

    /// Whether only counting is left to do.
    fn full(&self) -> bool {
        self.list.len() >= DIAGNOSTICS_MAX
    }

    /// Prints what was found; whether there are errors.
    pub fn report(&mut self, lang: Lang) -> bool {
        if !self.list.is_empty() {
            output::diagnostics(&self.list, &self.sources, lang);
        }
        if self.more > 0 {
            output::remark(&match lang {
                Lang::Zh => format!("还有 {} 处问题没有列出\n", self.more),
                Lang::En => format!("{} more findings are not listed\n", self.more),
            });
        }
        self.list.clear();
        self.first.is_some()
    }
}

/// How much of a cell is shown.
const SHOWN_CHARS: usize = 100;

impl Rows {
    /// Opens a population.
    pub fn open(path: &Path) -> Result<Rows, Failure> {
        let stdin = path == Path::new("-");
        let name = if stdin { "stdin".to_owned() } else { files::shown(path) };
        let (from, size): (Box<dyn Read>, Option<u64>) = if stdin {
            (Box::new(io::stdin().lock()), None)
        } else {
            let file = File::open(path).map_err(|error| files::not_found(path, &error))?;
            let about = file.metadata().map_err(|error| Failure::reading(&name, &error))?;
            if about.is_dir() {
                return Err(Failure::reading(&name, &io::ErrorKind::IsADirectory.into()));
            }
            (Box::new(file), Some(about.len()))
        };
        let progress = progress(size);
        let mut from = BufReader::with_capacity(BUFFER_BYTES, progress.wrap_read(from));
        let start = from.fill_buf().map_err(|error| Failure::reading(&name, &error))?;
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        let is_table = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let form = if !is_table && matches!(first, Some(b'{' | b'[')) {
            Form::Objects(Elements::new(Box::new(from)))
        } else {
            let bound = Rc::new(Cell::new(APPLICATION_BYTES_MAX));
            let stream = Bounded { from: Box::new(from), left: bound.clone() };
            let reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(stream);
            Form::Table(Box::new(Table { reader, header: StringRecord::new(), bound }))
        };
        Ok(Rows { name, form, row: 0, progress })
    }

    /// The header of a table; `None` for objects. What is wrong with it is among the findings.
    pub fn header(&mut self, found: &mut Found) -> Result<Option<StringRecord>, Failure> {
        let Form::Table(table) = &mut self.form else { return Ok(None) };
        let mut bytes = ByteRecord::new();
        let read = table.reader.read_byte_record(&mut bytes).map_err(|error| broken(&self.name, &error))?;
        table.bound.set(APPLICATION_BYTES_MAX);
        match StringRecord::from_byte_record(bytes) {
            Ok(header) if read => {
                let first = header.get(0).unwrap_or("").trim_start_matches('\u{feff}').to_owned();
                let rest = header.iter().skip(1).map(str::to_owned);
                table.header = std::iter::once(first).chain(rest).collect();
                Ok(Some(table.header.clone()))
            }
            Ok(_) => {
                found.whole(&self.name, empty("名单是空的，连表头也没有", "there is not even a header"));
                Ok(None)
            }
            Err(_) => {
                found.whole(&self.name, not_text("表头"));
                Ok(None)
            }
        }
    }

    /// The next rows; `None` at the end.
    pub fn next(&mut self, found: &mut Found) -> Result<Option<Chunk>, Failure> {
        match &mut self.form {
            Form::Table(table) => {
                let mut rows = Vec::with_capacity(CHUNK_ROWS);
                let ended = table.fill(&self.name, &mut self.row, &mut rows, found)?;
                Ok((!(ended && rows.is_empty())).then_some(Chunk::Cells(rows)))
            }
            Form::Objects(elements) => {
                let block = elements.next().map_err(|error| Failure::reading(&self.name, &error))?;
                Ok(block.map(|block| {
                    let row = &mut self.row;
                    let place = |(start, end, line): (usize, usize, u64)| {
                        *row += 1;
                        (Place { row: *row, line }, start, end)
                    };
                    Chunk::Objects(block.text, block.elements.into_iter().map(place).collect())
                }))
            }
        }
    }

    /// How many rows were read.
    pub fn count(&self) -> u64 {
        self.row
    }

    /// Takes the progress away from the terminal.
    pub fn close(&self) {
        self.progress.finish_and_clear();
    }
}

impl Table {
    /// Reads rows up to a chunk; whether the file ended.
    fn fill(
        &mut self,
        name: &str,
        row: &mut u64,
        rows: &mut Vec<(Place, StringRecord)>,
        found: &mut Found,
    ) -> Result<bool, Failure> {
        while rows.len() < CHUNK_ROWS {
            let mut record = StringRecord::new();
            self.bound.set(APPLICATION_BYTES_MAX);
            let line = self.reader.position().line();
            let read = match self.reader.read_record(&mut record) {
                Ok(read) => read,
                Err(error) => {
                    *row += 1;
                    let csv::ErrorKind::Utf8 { pos, err } = error.kind() else { return Err(broken(name, &error)) };
                    let line = pos.as_ref().map_or(line, csv::Position::line);
                    let column = self.header.get(err.field()).unwrap_or("");
                    found.at(name, "", line, not_text(&format!("第 {row} 份“{column}”列")));
                    continue;
                }
            };
            if !read {
                return Ok(true);
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            *row += 1;
            let line = record.position().map_or(line, csv::Position::line);
            let place = Place { row: *row, line };
            if record.len() == self.header.len() {
                rows.push((place, record));
                continue;
            }
            let (cells, columns) = (record.len(), self.header.len());
            let shown =
                record.iter().map(|cell| guiju::input::rows::mask(cell).into_owned()).collect::<Vec<_>>().join(",");
            let finding = Diagnostic::new(
                Code::PopulationRowBroken,
                guiju::source::Span::new(guiju::source::FileId(0), 0, 0),
                format!("有 {cells} 格，表头有 {columns} 列"),
                format!("has {cells} cells, and the header {columns} columns"),
            )
            .help(
                "格里有逗号、换行的，整格放进英文双引号",
                "put a cell that holds commas or line breaks in double quotes",
            );
            found.cell(name, place, Problem { column: String::new(), text: shown, finding });
        }
        Ok(false)
    }
}

fn progress(size: Option<u64>) -> indicatif::ProgressBar {
    let bar = match size {
        Some(size) => indicatif::ProgressBar::new(size),
        None => indicatif::ProgressBar::new_spinner(),
    };
    match indicatif::ProgressStyle::with_template("{bytes}/{total_bytes} {bar:40} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A population without anybody.
pub fn empty(zh: &str, en: &str) -> Diagnostic {
    Diagnostic::new(Code::PopulationEmpty, Span::new(guiju::source::FileId(0), 0, 0), zh, en).help(
        "第一行写事实的名称，下面一行一个申请人",
        "the first line names the facts, each line below is an applicant",
    )
}

fn not_text(what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::PopulationRowBroken,
        Span::new(guiju::source::FileId(0), 0, 0),
        format!("{what}不是 UTF-8 文字"),
        "it is not UTF-8".to_owned(),
    )
    .help("表格软件里另存为“CSV UTF-8（逗号分隔）”", "save it as “CSV UTF-8” in the spreadsheet")
}

/// The text of an object, no longer than one may be.
pub fn object(bytes: &[u8]) -> Result<&str, Box<Problem>> {
    let problem = |finding| Err(Box::new(Problem { column: String::new(), text: String::new(), finding }));
    if bytes.len() > APPLICATION_BYTES_MAX {
        let most = APPLICATION_BYTES_MAX >> 20;
        let (zh, en) = (format!("超过 {most} MiB"), format!("it is larger than {most} MiB"));
        return problem(Diagnostic::new(Code::DataTooLarge, Span::new(guiju::source::FileId(0), 0, 0), zh, en));
    }
    std::str::from_utf8(bytes).or_else(|_| problem(not_text("")))
}

/// A table that cannot be read on.
fn broken(name: &str, error: &csv::Error) -> Failure {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let most = APPLICATION_BYTES_MAX >> 20;
            Failure::new(
                Code::CannotRead,
                format!("“{name}”有一行超过 {most} MiB，多半是双引号没有收尾"),
                format!("`{name}` has a row larger than {most} MiB; a quotation mark may not be closed"),
            )
        }
        csv::ErrorKind::Io(error) => Failure::reading(name, error),
        _ => Failure::new(Code::CannotRead, format!("“{name}”读不了：{error}"), format!("`{name}`: {error}")),
    }
}

/// Warns of columns that no policy knows.
pub fn unknown_columns(columns: &[&Columns<'_, '_>], name: &str, found: &mut Found) {
    let mut said: Vec<String> = Vec::new();
    for problem in columns.iter().flat_map(|columns| columns.unknown()) {
        if said.contains(&problem.column) {
            continue;
        }
        said.push(problem.column.clone());
        let Diagnostic { message, help, primary, .. } = problem.finding;
        let mut finding = Diagnostic::new(
            Code::PopulationColumnUnknown,
            primary.span,
            format!("“{}”列没有用到：{}", problem.column, message.zh),
            format!("column `{}` is not used: {}", problem.column, message.en),
        );
        finding.help = help;
        found.at(name, &problem.column, 1, finding);
    }
}

/// Rows with what is wrong with each.
pub type Wrong = Vec<(Place, Vec<Problem>)>;

/// A share of a chunk.
pub enum Half<'c> {
    /// Of a table.
    Cells(&'c [(Place, StringRecord)]),
    /// Objects.
    Objects(&'c [u8], &'c [(Place, usize, usize)]),
}

/// A row.
pub enum Row<'c> {
    /// Of a table.
    Cells(Place, &'c StringRecord),
    /// An object.
    Object(Place, &'c str),
}

impl<'c> Half<'c> {
    /// The rows from one on to before another.
    pub fn of(chunk: &'c Chunk, from: usize, to: usize) -> Half<'c> {
        match chunk {
            Chunk::Cells(rows) => Half::Cells(rows.get(from..to.min(rows.len())).unwrap_or(&[])),
            Chunk::Objects(text, list) => Half::Objects(text, list.get(from..to.min(list.len())).unwrap_or(&[])),
        }
    }
}

/// Both halves of a chunk.
pub fn halves(chunk: &Chunk) -> [Half<'_>; 2] {
    let count = match chunk {
        Chunk::Cells(rows) => rows.len(),
        Chunk::Objects(_, list) => list.len(),
    };
    let middle = count.div_ceil(2);
    [Half::of(chunk, 0, middle), Half::of(chunk, middle, usize::MAX)]
}

/// Runs over the rows of a share; those with which something is wrong.
pub fn each<'c>(half: Half<'c>, mut run: impl FnMut(Row<'c>) -> (Place, Vec<Problem>)) -> Wrong {
    let mut wrong = Vec::new();
    let mut keep = |(place, problems): (Place, Vec<Problem>)| {
        if !problems.is_empty() {
            wrong.push((place, problems));
        }
    };
    match half {
        Half::Cells(rows) => rows.iter().for_each(|(place, record)| keep(run(Row::Cells(*place, record)))),
        Half::Objects(text, list) => {
            for (place, start, end) in list {
                match object(text.get(*start..*end).unwrap_or(&[])) {
                    Ok(text) => keep(run(Row::Object(*place, text))),
                    Err(problem) => keep((*place, vec![*problem])),
                }
            }
        }
    }
    wrong
}
