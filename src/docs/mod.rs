//! Documentation out of a compiled policy. In: a checked policy, its program and its editions. Out: what is published of it: the documentation
//! model, the site made of it, the program as data for pages.
//! Invariant: pure and deterministic; every figure that a reader sees comes from the model that the machine decides by, and whatever a page
//! computes it computes with the verified code.

pub mod charts;
pub mod handbook;
pub mod html;
pub mod model;
pub mod page_machine;
pub mod program_json;
