//! In: the documentation model, and templates that stand in for the built-in ones. Out: [`Site`]: every file of the static site, or what is
//! wrong with templates and links.
//! Invariant: the same model and templates give the same bytes; a site is complete or is not made.

mod changed;
mod charts;
mod contexts;
mod diagram;
mod environment;
mod linked;
mod links;
mod paths;
mod search;
mod site;
mod strip;
mod templates;

pub use paths::file_name;
pub use site::{Problem, Site, make};
pub use templates::{ASSETS, TEMPLATES, TYPESET, Templates};
