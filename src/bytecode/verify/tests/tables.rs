//! Bad tables.

use super::super::super::program::{
    CaseInfo, ExpectationInfo, Given, KeyInfo, Place, Program, QuoteInfo, SlotType, SubjectInfo,
};
use super::super::super::samples::*;
use super::super::*;
use super::*;

#[test]
fn index_out_of_range() {
    breaks(Rule::IndexOutOfRange, |program| program.tables.policy.issuers.push(9));
    breaks(Rule::IndexOutOfRange, |program| program.tables.slots[0].subject = 9);
    breaks(Rule::IndexOutOfRange, |program| program.tables.slots[INDUSTRY as usize].ty = SlotType::Member { class: 9 });
    breaks(Rule::IndexOutOfRange, |program| program.tables.subjects[0].identifier = 99);
    breaks(Rule::IndexOutOfRange, |program| program.tables.clauses[0].gate = Some((99, 0)));
    breaks(Rule::IndexOutOfRange, |program| program.tables.clauses[0].departments.push(9));
    breaks(Rule::IndexOutOfRange, |program| program.tables.clauses[0].refers_to = Some(9));
    breaks(Rule::IndexOutOfRange, |program| program.tables.requirements[0].register = 999);
    breaks(Rule::IndexOutOfRange, |program| program.places[0].file = 9);
}

#[test]
fn too_many() {
    breaks(Rule::TooMany, |program| program.tables.files = vec![String::new(); FILES_MAX + 1]);
    breaks(Rule::TooMany, |program| program.tables.clauses[1].caps.1 += u32::try_from(CAPS_PER_CLAUSE_MAX).unwrap());
    breaks(Rule::TooMany, |program| {
        let template = program.tables.members[3].clone();
        let depth = u32::try_from(CLASS_DEPTH_MAX).unwrap() + 1;
        for level in 0..depth {
            let mut member = template.clone();
            member.end = 4 + depth;
            member.parent = level.checked_sub(1).map(|above| above + 4);
            program.tables.members.push(member);
        }
        program.tables.classes[0].end = 4 + depth;
    });
}

#[test]
fn classes_overlap() {
    breaks(Rule::ClassesOverlap, |program| program.tables.classes.push(program.tables.classes[0].clone()));
    breaks(Rule::ClassesOverlap, |program| program.tables.classes[0].end = 3);
}

#[test]
fn members_out_of_order() {
    breaks(Rule::MembersOutOfOrder, |program| program.tables.members[1].end = 4);
    breaks(Rule::MembersOutOfOrder, |program| program.tables.members[1].parent = None);
    breaks(Rule::MembersOutOfOrder, |program| program.tables.members[0].end = 0);
}

#[test]
fn owner_cycle() {
    breaks(Rule::OwnerCycle, |program| program.tables.subjects[0].owner = Some(0));
    breaks(Rule::OwnerCycle, |program| {
        let kind = |owner| SubjectInfo { owner: Some(owner), ..SubjectInfo::default() };
        program.tables.subjects.extend([kind(2), kind(3), kind(2)]);
    });
    let chain = |program: &mut Program| {
        program.tables.subjects.push(SubjectInfo { owner: Some(0), ..SubjectInfo::default() });
        program.tables.subjects.push(SubjectInfo { owner: Some(1), ..SubjectInfo::default() });
    };
    assert_eq!(broken(chain), []);
}

#[test]
fn slot_malformed() {
    breaks(Rule::SlotMalformed, |program| program.tables.slots[GOOD_CREDIT as usize].low = Some(0));
    breaks(Rule::SlotMalformed, |program| {
        let rent = &mut program.tables.slots[RENT as usize];
        (rent.low, rent.high) = (Some(1), Some(0));
    });
    breaks(Rule::SlotMalformed, |program| {
        if let SlotType::Number { scale, .. } = &mut program.tables.slots[RENT as usize].ty {
            *scale = 19;
        }
    });
    breaks(Rule::SlotMalformed, |program| program.tables.slots[RENT as usize].high = Some(i128::MAX));
}

#[test]
fn set_unsorted() {
    breaks(Rule::SetUnsorted, |program| program.tables.sets[0] = vec![(2, 3), (0, 1)]);
    breaks(Rule::SetUnsorted, |program| program.tables.sets[0] = vec![]);
    breaks(Rule::SetUnsorted, |program| program.tables.sets[0] = vec![(2, 2)]);
    breaks(Rule::SetUnsorted, |program| program.tables.sets[0] = vec![(2, 9)]);
}

#[test]
fn ranges_do_not_tile() {
    breaks(Rule::RangesDoNotTile, |program| program.tables.clauses[0].code.1 -= 1);
    breaks(Rule::RangesDoNotTile, |program| program.tables.clauses[1].code.1 -= 1);
    breaks(Rule::RangesDoNotTile, |program| program.tables.prologue_end -= 1);
    breaks(Rule::RangesDoNotTile, |program| program.tables.clauses[0].requirements.1 -= 1);
    breaks(Rule::RangesDoNotTile, |program| program.tables.clauses[1].caps = (2, 1));
    breaks(Rule::RangesDoNotTile, |program| program.tables.clauses.clear());
}

#[test]
fn owner_mismatch() {
    breaks(Rule::OwnerMismatch, |program| program.tables.requirements[0].clause = 1);
    breaks(Rule::OwnerMismatch, |program| program.tables.caps[0].clause = 9);
}

#[test]
fn counts_malformed() {
    breaks(Rule::CountsMalformed, |program| program.tables.caps[0].counts = vec![1]);
    breaks(Rule::CountsMalformed, |program| program.tables.caps[0].counts = vec![1, 0]);
}

#[test]
fn key_empty() {
    breaks(Rule::KeyEmpty, |program| program.tables.caps[0].key = KeyInfo::Subjects(vec![]));
}

#[test]
fn window_reversed() {
    breaks(Rule::WindowReversed, |program| program.tables.clauses[0].in_force = (Some(2), Some(1)));
}

#[test]
fn quote_reversed() {
    breaks(Rule::QuoteReversed, |program| {
        let quote = QuoteInfo { text: String::new(), found: Some((0, 1)) };
        program.tables.clauses[0].quotes.push(quote);
    });
}

#[test]
fn duplicate_clause() {
    breaks(Rule::DuplicateClause, |program| program.tables.clauses[1].id = "rent".to_owned());
}

#[test]
fn lead_out_of_range() {
    breaks(Rule::LeadOutOfRange, |program| program.tables.clauses[0].lead = 1);
}

#[test]
fn self_reference() {
    breaks(Rule::SelfReference, |program| program.tables.clauses[0].refers_to = Some(0));
}

#[test]
fn case_malformed() {
    let case = |facts: Vec<(u32, Given)>| CaseInfo {
        title: String::new(),
        on: None,
        facts,
        lists: Vec::new(),
        ledger: None,
        expectations: Vec::new(),
        place: Place::default(),
    };
    let with = |facts: Vec<(u32, Given)>| broken(|program| program.tables.cases.push(case(facts)));
    assert_eq!(with(vec![(GOOD_CREDIT, Given::Value(1)), (INDUSTRY, Given::Value(3))]), []);
    for facts in [
        vec![(GOOD_CREDIT, Given::Value(2))],
        vec![(INDUSTRY, Given::Value(4))],
        vec![(RENT, Given::Value(i128::MAX))],
        vec![(RENT, Given::Text(String::new()))],
        vec![(99, Given::Unknown)],
        vec![(RENT, Given::Unknown), (RENT, Given::Unknown)],
    ] {
        assert_eq!(with(facts), [Rule::CaseMalformed]);
    }
    breaks(Rule::CaseMalformed, |program| {
        let total = ExpectationInfo::Total { low: i128::MIN, high: None };
        program.tables.cases.push(CaseInfo { expectations: vec![(total, Place::default())], ..case(Vec::new()) });
    });
}

#[test]
fn places_missing() {
    breaks(Rule::PlacesMissing, |program| {
        program.places.pop();
    });
}

#[test]
fn hash_mismatch() {
    let mut program = sound();
    program.tables.clauses[0].title.push('！');
    let flaws = verify(program).unwrap_err();
    assert_eq!(flaws.iter().map(|flaw| flaw.rule).collect::<Vec<_>>(), [Rule::HashMismatch]);
}
