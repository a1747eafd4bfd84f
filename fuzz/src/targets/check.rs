//! Any text is checked; what checks without error lowers, verifies, keeps its meaning in a bundle, and runs its cases.

use guiju::bytecode::{self, Verified};
use guiju::diagnostics::{Lang, has_errors, render};
use guiju::model::{self, Original};
use guiju::scenario;
use guiju::source::Sources;
use guiju::syntax;

use super::parse::placed;

/// Checks the text, and compiles it where it is sound.
pub fn fuzz(data: &[u8]) -> bool {
    let Some(program) = compiled(&String::from_utf8_lossy(data)) else { return false };
    let again = bytecode::load(&bytecode::encode(&program)).expect("what was encoded loads");
    assert!(again.program() == program.program(), "a bundle says what its program says");
    let _ = scenario::run_all(&program);
    true
}

/// The verified program of a text that has no errors.
pub fn compiled(text: &str) -> Option<Verified> {
    let mut sources = Sources::new();
    let id = sources.add("main.policy", text);
    let (file, mut found) = syntax::parse(id, text);
    let original = Original { name: "source.txt".to_owned(), text: text.to_owned() };
    let (checked, more) = model::check(&[file], &sources, Some(original));
    assert!(checked.is_none() || !has_errors(&more), "checked, with errors");
    found.extend(more);
    placed(text, &found);
    for lang in [Lang::Zh, Lang::En] {
        let _ = render::terminal(&found, &sources, lang, true);
        let _ = render::short(&found, &sources, lang);
    }
    let _ = (render::json(&found, &sources, Lang::Zh), render::sarif(&found, &sources, Lang::Zh));
    let checked = checked.filter(|_| !has_errors(&found))?;
    let program = bytecode::lower(&checked, &sources).ok()?;
    Some(bytecode::verify(program).unwrap_or_else(|flaws| panic!("what is lowered verifies: {flaws:#?}")))
}
