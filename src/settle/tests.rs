//! Settlement against hand-built tables.
