//! 规矩 (guiju): public policy as checked, compiled and verified text.
//!
//! ```text
//! Source ─▶ syntax (Ast) ─▶ model (Checked) ─▶ bytecode (Program) ─▶ Verified ─▶ vm ─▶ Decision (+ trace)
//!              │ format         │ lints, source text   │ listing                        │
//!              │                ├▶ oracle ─▶ analysis: witnesses, proofs, made cases     ├▶ settle ─▶ what is paid
//!              │                                                                         │     ├▶ explain: sentences, JSON
//!              │                       input: facts, ledgers, applications ──────────────┘     └▶ scenario: cases, coverage
//!              └─────────────────────── cli: a thin shell over the library ─────────────────────────┘
//! ```
//!
//! Data flows one way; `tests/tidy.rs` holds the table of which folder may use which.

pub mod amend;
pub mod analysis;
pub mod bytecode;
pub mod calendar;
pub mod decision;
pub mod diagnostics;
pub mod diff;
pub mod docs;
pub mod editions;
pub mod explain;
pub mod input;
pub mod limits;
pub mod literal;
pub mod load;
pub mod model;
pub mod oracle;
pub mod revise;
pub mod scenario;
pub mod schema;
pub mod settle;
pub mod source;
pub mod standard;
pub mod syntax;
pub mod vm;
