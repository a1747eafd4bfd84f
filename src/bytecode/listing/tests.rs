//! A listing as a whole, and how little of it an edit touches.

use super::super::samples::*;
use super::listing;
use crate::model::{CompareOp, Type};

#[test]
fn a_listing_reads_like_the_policy() {
    insta::assert_snapshot!(listing(&lowered(model())));
}

/// Lines of one listing that the other does not have.
fn changed(old: &str, new: &str) -> Vec<String> {
    new.lines().filter(|line| !old.lines().any(|other| other == *line)).map(str::to_owned).collect()
}

#[test]
fn an_edit_of_one_clause_leaves_the_lines_of_the_others() {
    let old = listing(&lowered(model()));
    let mut edited = model();
    let extra = compare(CompareOp::Below, fact(RENT, Type::money()), yuan("123"));
    edited.clauses[0].conditions.insert(0, condition(extra));
    let new = listing(&lowered(edited));
    let (body, _) = new.split_once("\nplaces").unwrap();
    let second = &body[body.find("clause project").unwrap()..];
    assert!(!changed(&old, body).is_empty());
    assert_eq!(changed(&old, second), Vec::<String>::new());
}

#[test]
fn numbers_are_said_as_drafters_say_them() {
    let said = |cents: i128| super::phrases::number(cents, 2);
    assert_eq!(said(10_000_000_000), "1亿");
    assert_eq!(said(15_000_000_000), "1.5亿");
    assert_eq!(said(5_000_000), "5万");
    assert_eq!(said(1_234_567), "12345.67");
    assert_eq!(said(-5_000_000), "-5万");
    assert_eq!(super::phrases::number(5, 1), "0.5");
}
