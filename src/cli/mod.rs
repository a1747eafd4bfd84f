//! In: arguments. Out: printed text and an exit status: 0 fine, 1 the policy or the data has errors, 2 usage or I/O.
//! Invariant: only this folder touches files, the clock, the environment and stdout. One file a subcommand.

mod amend;
mod arguments;
mod batch;
mod build;
mod check;
mod completions;
mod diff;
mod dis;
mod doc;
mod elements;
mod eval;
mod explain;
mod failure;
mod files;
mod fix;
mod fmt;
mod new;
mod output;
mod pipeline;
mod population;
mod rows;
mod schema;
mod settle;
mod test;
mod trace;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use guiju::diagnostics::Lang;

use arguments::{Arguments, Command};
use failure::Failure;

/// How a command that ran ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Exit 0.
    Fine,
    /// Exit 1: the policy or the data has errors.
    Errors,
}

impl Status {
    /// [`Status::Errors`] where `errors` holds.
    fn errors_if(errors: bool) -> Status {
        if errors { Status::Errors } else { Status::Fine }
    }
}

/// Runs the command that the arguments ask for.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let lang = arguments.lang.into();
    match dispatch(arguments.command, lang) {
        Ok(Status::Fine) => ExitCode::SUCCESS,
        Ok(Status::Errors) => ExitCode::from(1),
        Err(failure) => {
            output::failure(&failure, lang);
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command, lang: Lang) -> Result<Status, Failure> {
    match command {
        Command::New(arguments) => new::run(&arguments, lang),
        Command::Check(arguments) => check::run(&arguments, lang),
        Command::Fmt(arguments) => fmt::run(&arguments, lang),
        Command::Amend(arguments) => amend::run(&arguments, lang),
        Command::Build(arguments) => build::run(&arguments, lang),
        Command::Verify(arguments) => verify::run(&arguments, lang),
        Command::Dis(arguments) => dis::run(&arguments, lang),
        Command::Eval(arguments) => eval::run(&arguments, lang),
        Command::Diff(arguments) => diff::run(&arguments, lang),
        Command::Settle(arguments) => settle::run(&arguments, lang),
        Command::Batch(arguments) => batch::run(&arguments, lang),
        Command::Test(arguments) => test::run(&arguments, lang),
        Command::Trace(arguments) => trace::run(&arguments, lang),
        Command::Doc(arguments) => doc::run(&arguments, lang),
        Command::Explain(arguments) => explain::run(&arguments, lang),
        Command::Schema(arguments) => schema::run(&arguments, lang),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
