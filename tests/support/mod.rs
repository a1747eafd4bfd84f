//! What the property tests share: random policies as text, random cases, the same case for the oracle and for the VM.

pub mod choices;
pub mod random_case;
pub mod random_policy;
pub mod random_settlement;
pub mod random_tables;
