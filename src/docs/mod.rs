//! Documentation out of a compiled policy. In: checked and verified policies. Out: what readers see, as text. Invariant: pure; whatever a
//! page computes it computes with the verified code.

pub mod page_machine;
pub mod program_json;
