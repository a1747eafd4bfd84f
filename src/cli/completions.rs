//! `guiju completions`: a completion script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;
use super::{Status, output};

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "例子：guiju completions bash > ~/.local/share/bash-completion/completions/guiju")]
pub struct Arguments {
    /// bash、zsh、fish、elvish 或 powershell
    #[arg(value_enum, value_name = "SHELL", help_heading = "参数", hide_possible_values = true)]
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::arguments::Arguments::command(), "guiju", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Fine)
}
