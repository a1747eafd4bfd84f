//! `guiju check --fix`: applies machine-applicable changes, file by file, until nothing more can be changed.

use std::path::Path;

use guiju::diagnostics::{Lang, apply_fixes};

use super::failure::Failure;
use super::{files, output, pipeline};

/// Most rounds: a change can make another one possible.
const ROUNDS_MAX: usize = 10;

/// Fixes the policy at `entry`.
pub fn run(entry: &str, lang: Lang) -> Result<(), Failure> {
    let mut total = 0;
    let mut checked = pipeline::check(entry, None);
    for _ in 0..ROUNDS_MAX {
        let mut served = 0;
        for (id, source) in checked.sources.iter() {
            let (text, count) = apply_fixes(&checked.found, id, source.text());
            if count > 0 {
                files::write(Path::new(source.name()), text.as_bytes())?;
                served += count;
            }
        }
        if served == 0 {
            break;
        }
        total += served;
        checked = pipeline::check(entry, None);
    }
    if total > 0 {
        output::remark(&match lang {
            Lang::Zh => format!("已改好 {total} 处\n"),
            Lang::En => format!("fixed {total}\n"),
        });
    }
    Ok(())
}
