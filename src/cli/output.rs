//! In: what a command has to say. Out: stdout and stderr; colour only on a terminal and never where NO_COLOR is set.
//! Invariant: a reader that goes away (a closed pipe) ends the output quietly.

use std::io::{self, IsTerminal, Write};

use guiju::diagnostics::{Diagnostic, Lang, render};
use guiju::source::Sources;
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::failure::Failure;

/// Prints a text on stdout.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::writing("stdout", &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints a remark on stderr; nothing more can be done where that fails.
pub fn remark(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints diagnostics with excerpts on stderr, for commands whose output is something else.
pub fn diagnostics(found: &[Diagnostic], sources: &Sources, lang: Lang) {
    remark(&render::terminal(found, sources, lang, colour(io::stderr().is_terminal())));
}

/// Prints why a command could not run.
pub fn failure(failure: &Failure, lang: Lang) {
    let theme = match (colour(io::stderr().is_terminal()), io::stderr().is_terminal()) {
        (true, _) => GraphicalTheme::unicode(),
        (false, _) => GraphicalTheme::unicode_nocolor(),
    };
    let mut text = String::new();
    if GraphicalReportHandler::new_themed(theme).render_report(&mut text, &failure.in_lang(lang)).is_ok() {
        remark(&text);
    } else {
        remark(&format!("{}\n", failure.message.get(lang)));
    }
}

/// Whether stdout shows colours.
pub fn stdout_colour() -> bool {
    colour(io::stdout().is_terminal())
}

fn colour(terminal: bool) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    terminal && !refused && !dumb
}
