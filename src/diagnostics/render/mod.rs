//! In: diagnostics and sources. Out: terminal text, one-line text, JSON lines, SARIF.
