//! In: a checked policy and a question about all its applications at once. Out: an application for which something holds, or a proof
//! that there is none. On it stand the checks of conditions ([`lint`]) and the cases at every threshold
//! ([`boundaries`]).
//! Invariant: what is said to be impossible is; what is given as a witness was decided by the reference interpreter. Whatever is not
//! proved is said to be unknown.

mod atoms;
pub mod boundaries;
mod branch;
pub mod case_text;
mod expiry;
mod extent;
mod linear;
mod lint;
mod pick;
mod pool;
mod question;
mod records;
mod requirement;
mod settled;
mod terms;
mod ways;
mod years;

use crate::diagnostics::{Diagnostic, has_errors, sort};
use crate::model::{self, Checked, Original};
use crate::source::Sources;
use crate::syntax::ast::File;

pub use expiry::expiry;
pub use extent::{Extent, complete, extent};
pub use lint::lint;
pub use pool::mentioned;
pub use question::{Answer, Goal, Question, Witness, is_impossible, solve};
pub use years::agree;

/// Checks a policy, its conditions included: [`model::check`], then [`lint`].
#[must_use]
pub fn check(files: &[File], sources: &Sources, original: Option<Original>) -> (Option<Checked>, Vec<Diagnostic>) {
    let (checked, mut found) = model::check_all(files, sources, original);
    // What a line that could not be read holds may only seem to be missing.
    if let Some(checked) = checked.as_ref().filter(|_| files.iter().all(|file| file.sound)) {
        let more = lint::lint_beside(checked.model(), &found);
        found.extend(more);
    }
    model::accept(&mut found, files);
    sort(&mut found);
    let sound = !has_errors(&found);
    (checked.filter(|_| sound), found)
}
