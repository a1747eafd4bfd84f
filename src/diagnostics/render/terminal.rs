//! In: diagnostics. Out: source excerpts with carets for people, plain or with ANSI colours, via codespan-reporting.
//! Columns count what a terminal shows: two for a Chinese character or full-width mark; marks of ambiguous width (“ ” — …) one,
//! as `wcwidth` has it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use codespan_reporting::diagnostic as shown_as;
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, WriteStyle};

use super::excerpt::Excerpts;
use super::{omitted, severity_word, shown, visible};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Lang, Severity};
use crate::source::{FileId, Sources, Span};

/// Most lines of a proposed change that are printed.
const FIX_LINES_MAX: u32 = 6;

/// Diagnostics with source excerpts, each followed by an empty line.
#[must_use]
pub fn terminal(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang, colour: bool) -> String {
    let bytes = if colour {
        let mut writer = Ansi::new(Vec::new());
        write_all(&mut writer, diagnostics, sources, lang);
        writer.into_inner()
    } else {
        let mut writer = NoColor::new(Vec::new());
        write_all(&mut writer, diagnostics, sources, lang);
        writer.into_inner()
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `发现 2 个错误、1 个警告`; empty where there is nothing.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic], lang: Lang) -> String {
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| match lang {
            Lang::Zh => format!("{count} 个{}", severity_word(severity, lang)),
            Lang::En => format!("{count} {}{}", severity_word(severity, lang), if count == 1 { "" } else { "s" }),
        })
        .collect();
    match (parts.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("发现 {}", parts.join("、")),
        (false, Lang::En) => format!("found {}", parts.join(", ")),
    }
}

fn write_all<W: WriteColor>(writer: &mut W, diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) {
    let (shown, left) = shown(diagnostics);
    let config = Config { tab_width: 4, ..Config::default() };
    let mut explained = BTreeSet::new();
    for diagnostic in shown {
        let first = explained.insert(diagnostic.code);
        // Writing into memory cannot fail; a span that codespan refuses still leaves the header.
        let _ = write_one(writer, &config, diagnostic, sources, lang, first);
    }
    if left > 0 {
        let _ = writeln!(writer, "{}", omitted(left, lang));
    }
}

fn write_one<W: WriteColor>(
    writer: &mut W,
    config: &Config,
    diagnostic: &Diagnostic,
    sources: &Sources,
    lang: Lang,
    explain: bool,
) -> Result<(), codespan_reporting::files::Error> {
    let spans: Vec<Span> =
        std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary).map(|label| label.span).collect();
    let excerpts = Excerpts::new(sources, &spans);
    let mut header = Header { inner: writer, diagnostic, lang, swallow: false };
    term::emit_to_write_style(&mut header, config, &excerpts, &converted(diagnostic, &excerpts, sources, lang, explain))
}

fn converted(
    diagnostic: &Diagnostic,
    excerpts: &Excerpts,
    sources: &Sources,
    lang: Lang,
    explain: bool,
) -> shown_as::Diagnostic<FileId> {
    let severity = match diagnostic.severity {
        Severity::Error => shown_as::Severity::Error,
        Severity::Warning => shown_as::Severity::Warning,
        Severity::Note => shown_as::Severity::Note,
    };
    let primary = std::iter::once((shown_as::LabelStyle::Primary, &diagnostic.primary));
    let secondary = diagnostic.secondary.iter().map(|label| (shown_as::LabelStyle::Secondary, label));
    let labels = primary.chain(secondary).filter_map(|(style, label)| {
        let range = excerpts.range(label.span)?;
        let message = visible(label.text.get(lang)).replace('\n', " ");
        Some(shown_as::Label::new(style, label.span.file, range).with_message(message))
    });
    shown_as::Diagnostic::new(severity)
        .with_message(visible(diagnostic.message.get(lang)))
        .with_labels(labels.collect())
        .with_notes(notes(diagnostic, sources, lang, explain))
}

fn notes(diagnostic: &Diagnostic, sources: &Sources, lang: Lang, explain: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(help) = &diagnostic.help {
        notes.push(match lang {
            Lang::Zh => format!("帮助：{}", visible(&help.zh)),
            Lang::En => format!("help: {}", visible(&help.en)),
        });
    }
    notes.extend(diagnostic.fixes.iter().filter_map(|fix| fix_note(fix, sources, lang)));
    if explain {
        notes.push(explain_note(diagnostic.code, lang));
    }
    notes
}

fn explain_note(code: Code, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("详见：guiju explain {}", code.number()),
        Lang::En => format!("see: guiju explain {}", code.number()),
    }
}

/// What the lines look like after the change.
fn fix_note(fix: &Fix, sources: &Sources, lang: Lang) -> Option<String> {
    let lines = changed_lines(&fix.edits, sources)?;
    let title = visible(fix.title.get(lang));
    Some(match (lang, title.is_empty()) {
        (Lang::Zh, true) => format!("可改为：\n    {lines}"),
        (Lang::Zh, false) => format!("可改为（{title}）：\n    {lines}"),
        (Lang::En, true) => format!("try:\n    {lines}"),
        (Lang::En, false) => format!("try ({title}):\n    {lines}"),
    })
}

fn changed_lines(edits: &[Edit], sources: &Sources) -> Option<String> {
    let first = edits.iter().min_by_key(|edit| edit.span)?;
    let source = sources.get(first.span.file)?;
    let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.span.file == first.span.file).collect();
    let last = edits.iter().map(|edit| edit.span.end).max()?;
    let from = source.line_range(source.location(first.span.start).line)?.start;
    let to = source.line_range(source.location(last).line)?.end;
    let mut text = source.text().get(from..to)?.to_owned();
    let mut ordered = edits;
    ordered.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in ordered {
        let range = edit.span.range();
        let (start, end) = (range.start.checked_sub(from)?, range.end.checked_sub(from)?.min(text.len()));
        text.get(start..end)?;
        text.replace_range(start..end, &edit.replacement);
    }
    let mut lines: Vec<String> = text.lines().map(|line| visible(line.trim())).collect();
    if lines.len() > FIX_LINES_MAX as usize {
        lines.truncate(FIX_LINES_MAX as usize);
        lines.push("...".to_owned());
    }
    Some(lines.join("\n    "))
}

/// Writes the header in the language asked for; codespan's own, which is English only, is left out.
struct Header<'a, W> {
    inner: &'a mut W,
    diagnostic: &'a Diagnostic,
    lang: Lang,
    swallow: bool,
}

impl<W: WriteColor> Write for Header<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.swallow { Ok(bytes.len()) } else { self.inner.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: WriteColor> WriteStyle for Header<'_, W> {
    fn set_header(&mut self, severity: shown_as::Severity) -> io::Result<()> {
        WriteStyle::set_header(self.inner, severity)?;
        let code = self.diagnostic.code;
        let word = severity_word(self.diagnostic.severity, self.lang);
        write!(self.inner, "{word}[{}] {}", code.number(), code.slug())?;
        self.swallow = true;
        Ok(())
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.swallow = false;
        WriteStyle::set_header_message(self.inner)
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        WriteStyle::set_line_number(self.inner)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        WriteStyle::set_note_bullet(self.inner)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        WriteStyle::set_source_border(self.inner)
    }

    fn set_label(&mut self, severity: shown_as::Severity, style: shown_as::LabelStyle) -> io::Result<()> {
        WriteStyle::set_label(self.inner, severity, style)
    }

    fn reset(&mut self) -> io::Result<()> {
        WriteStyle::reset(self.inner)
    }
}
