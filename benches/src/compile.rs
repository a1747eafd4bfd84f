//! In: the text of a policy. Out: its verified program. Panics where the policy is not sound: these policies are generated.

use std::collections::BTreeMap;

use guiju::bytecode::{self, Verified};
use guiju::model;
use guiju::source::Sources;
use guiju::syntax;

/// Compiles a policy of one file.
pub fn verified(text: &str) -> Verified {
    let mut sources = Sources::new();
    let id = sources.add("main.policy", text);
    let (file, found) = syntax::parse(id, text);
    assert!(found.is_empty(), "{found:#?}");
    let (checked, found) = model::check(&[file], &sources, None);
    let Some(checked) = checked else { panic!("{found:#?}") };
    let program = bytecode::lower(&checked, &sources).unwrap_or_else(|found| panic!("{found:#?}"));
    bytecode::verify(program).unwrap_or_else(|flaws| panic!("{flaws:#?}"))
}

/// As [`verified`], of a policy that may name files of the standard library.
pub fn with_library(text: &str) -> Verified {
    let files = BTreeMap::from([("main.policy".to_owned(), text.as_bytes().to_vec())]);
    let (loaded, found) = guiju::load::load("main.policy", &files);
    assert!(found.is_empty(), "{found:#?}");
    let (checked, found) = model::check(&loaded.files, &loaded.sources, loaded.original);
    let Some(checked) = checked else { panic!("{found:#?}") };
    let program = bytecode::lower(&checked, &loaded.sources).unwrap_or_else(|found| panic!("{found:#?}"));
    bytecode::verify(program).unwrap_or_else(|flaws| panic!("{flaws:#?}"))
}
