//! Formatting keeps what a policy means and says: the hashes of every clause stay the same, whatever the language of its keywords, and
//! formatting twice changes nothing.

use guiju::bytecode::{self, Program};
use guiju::model::Breaker;
use guiju::syntax::format::{FormatOptions, KeywordLanguage, format};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::random_policy;
use crate::workbench;

/// A policy compiled, and its text formatted with keywords in a language.
fn compiled(text: &str, keywords: Option<KeywordLanguage>) -> (Program, String) {
    let bench = workbench::check_types(&workbench::files(&[("main.policy", text)]));
    let checked = bench.checked.unwrap_or_else(|| panic!("{:?}\n{text}", bench.found));
    let program = bytecode::lower(&checked, &bench.sources).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let breaker = Breaker::new(&bench.files, &bench.sources, keywords);
    (program, format(&bench.files[0], text, &FormatOptions { keywords }, &breaker))
}

fn meanings(program: &Program) -> Vec<(String, [u8; 32])> {
    program.tables.clauses.iter().map(|clause| (clause.id.clone(), clause.meaning_hash)).collect()
}

fn contents(program: &Program) -> Vec<[u8; 32]> {
    program.tables.clauses.iter().map(|clause| clause.content_hash).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_the_hashes_of_every_clause(bytes in proptest::collection::vec(any::<u8>(), 600..601)) {
        let text = random_policy::policy(&mut Choices::new(&bytes));
        let (before, formatted) = compiled(&text, None);
        let (after, again) = compiled(&formatted, None);
        prop_assert_eq!(meanings(&before), meanings(&after));
        prop_assert_eq!(contents(&before), contents(&after));
        prop_assert_eq!(&formatted, &again);
    }

    #[test]
    fn keywords_of_the_other_language_keep_the_meaning(bytes in proptest::collection::vec(any::<u8>(), 600..601)) {
        let text = random_policy::policy(&mut Choices::new(&bytes));
        let (before, english) = compiled(&text, Some(KeywordLanguage::En));
        let (there, chinese) = compiled(&english, Some(KeywordLanguage::Zh));
        let (back, _) = compiled(&chinese, None);
        prop_assert_eq!(meanings(&before), meanings(&there));
        prop_assert_eq!(meanings(&before), meanings(&back));
    }
}

#[test]
fn a_hyphen_between_numbers_stays_a_range() {
    let policy = include_str!("../docs/errors/prelude.policy");
    let text = format!("{policy}\n条款 一《试》（try）\n  支持：年度研发投入的5%-20%\n  责任部门：区科委\n");
    for keywords in [None, Some(KeywordLanguage::Zh), Some(KeywordLanguage::En)] {
        let (before, formatted) = compiled(&text, keywords);
        let (after, _) = compiled(&formatted, keywords);
        assert_eq!(meanings(&before), meanings(&after), "{formatted}");
    }
}
