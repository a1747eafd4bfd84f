//! What changes the hashes of a clause, and what does not.

use super::super::samples::*;
use super::*;
use crate::model::expression::Condition;
use crate::model::settlement::{Due, Instalment, Payment, Portion, Remainder, Share};
use crate::model::{
    Award, CapPeriod, CapScope, ClauseId, ColumnId, CompareOp, Definition, DefinitionId, ExprKind, Fold, FoldKind,
    ListId, MemberId, Model, Quote, Rounding, RoundingMode, Type,
};

fn of(model: Model) -> Vec<Hashes> {
    let program = lowered(model);
    let all = hashes(&program);
    let sealed: Vec<(Hash, Hash)> =
        program.tables.clauses.iter().map(|clause| (clause.meaning_hash, clause.content_hash)).collect();
    assert_eq!(sealed, all.iter().map(|hashes| (hashes.meaning, hashes.content)).collect::<Vec<_>>());
    all
}

/// Whether meaning and content of each clause stay the same after `change`.
fn kept(change: impl FnOnce(&mut Model)) -> Vec<(bool, bool)> {
    let mut changed = model();
    change(&mut changed);
    let pairs = of(model()).into_iter().zip(of(changed));
    pairs.map(|(old, new)| (old.meaning == new.meaning, old.content == new.content)).collect()
}

const SAME: (bool, bool) = (true, true);
const OTHER_WORDS: (bool, bool) = (true, false);
const OTHER_MEANING: (bool, bool) = (false, false);

fn below(yuan_text: &str) -> Condition {
    condition(compare(CompareOp::Below, fact(RENT, Type::money()), yuan(yuan_text)))
}

#[test]
fn order_of_conditions_and_operands_is_no_meaning() {
    let hashed = |parts: Vec<Condition>, conditions: Vec<Condition>| {
        let mut model = model();
        model.clauses[0].conditions = conditions;
        let kind = ExprKind::Any(parts);
        model.clauses[0].conditions.push(condition(expr(kind, Type::Bool)));
        of(model)[0]
    };
    let one = hashed(vec![below("1"), below("2")], vec![below("3"), below("4")]);
    assert_eq!(one, hashed(vec![below("2"), below("1")], vec![below("4"), below("3")]));
    assert_ne!(one, hashed(vec![below("1"), below("5")], vec![below("3"), below("4")]));
}

#[test]
fn a_conjunction_is_its_conditions_and_a_definition_is_what_it_stands_for() {
    let inline = |change: &dyn Fn(&mut Model)| {
        let mut model = model();
        change(&mut model);
        of(model)[0]
    };
    let apart = inline(&|model| model.clauses[0].conditions = vec![below("1"), below("2")]);
    let together = inline(&|model| {
        model.clauses[0].conditions = vec![condition(all(vec![below("2").expr, below("1").expr]))];
    });
    let defined = inline(&|model| {
        model.definitions.push(Definition {
            name: "小额".to_owned(),
            alias: String::new(),
            value: below("1").expr,
            form: crate::model::Form::Expression,
            quotes: Vec::new(),
            note: None,
            span: SPAN,
        });
        let definition = condition(expr(ExprKind::Definition(DefinitionId(0)), Type::Bool));
        model.clauses[0].conditions = vec![definition, below("2")];
    });
    assert_eq!((apart, apart), (together, defined));
}

#[test]
fn an_exclusion_is_a_negated_condition() {
    let mut excluded = model();
    excluded.clauses[0].exclusions = vec![below("1")];
    let mut negated = model();
    let not = expr(ExprKind::Not(Box::new(below("1").expr)), Type::Bool);
    negated.clauses[0].conditions.push(condition(not));
    assert_eq!(of(excluded), of(negated));
}

#[test]
fn words_change_the_content_alone() {
    assert_eq!(kept(|model| model.clauses[0].title.push('新')), [OTHER_WORDS, SAME]);
    assert_eq!(kept(|model| model.clauses[0].id = "rent-2".to_owned()), [OTHER_WORDS, SAME]);
    assert_eq!(kept(|model| model.clauses[0].note = Some("说明".to_owned())), [OTHER_WORDS, SAME]);
    let label = |model: &mut Model| {
        model.clauses[0].conditions[0].label = "规模".to_owned();
        model.clauses[0].conditions[0].labelled = true;
    };
    assert_eq!(kept(label), [OTHER_WORDS, SAME]);
    let unlabelled = |model: &mut Model| model.clauses[0].conditions[0].label = "另一种排版".to_owned();
    assert_eq!(kept(unlabelled), [SAME, SAME]);
    let quote = |text: &str| {
        let mut model = model();
        model.clauses[0].quotes = vec![Quote { text: text.to_owned(), found: None, span: SPAN }];
        of(model)[0]
    };
    assert_eq!(quote("给予 50%"), quote("给予\n50%"));
    assert_ne!(quote("给予 50%"), quote("给予 60%"));
}

#[test]
fn figures_days_departments_and_scope_are_meaning() {
    let rate = |model: &mut Model| model.clauses[0].caps[0] = cap(yuan("60000"), CapPeriod::Year);
    assert_eq!(kept(rate), [OTHER_MEANING, SAME]);
    let period = |model: &mut Model| model.clauses[0].caps[0].period = CapPeriod::Lifetime;
    assert_eq!(kept(period), [OTHER_MEANING, SAME]);
    let days = |model: &mut Model| model.clauses[1].in_force.last = Some(20_000);
    assert_eq!(kept(days), [SAME, OTHER_MEANING]);
    let lead = |model: &mut Model| model.departments[0].name = "商务委".to_owned();
    assert_eq!(kept(lead), [OTHER_MEANING, OTHER_MEANING]);
    let scope = |model: &mut Model| model.scope.push(below("1"));
    assert_eq!(kept(scope), [OTHER_MEANING, OTHER_MEANING]);
    let joint = |model: &mut Model| model.clauses[0].caps[0].counts = CapScope::Clauses(vec![ClauseId(0), ClauseId(1)]);
    assert_eq!(kept(joint), [OTHER_MEANING, SAME]);
    let range = |model: &mut Model| model.facts[RENT as usize].range.0 = decimal("0");
    assert_eq!(kept(range), [OTHER_MEANING, SAME]);
}

#[test]
fn rows_may_move() {
    // A department and a fact that nothing uses, in front of the others, are not meaning; nor is the name of the file.
    let moved = |model: &mut Model| {
        let mut departments = vec![model.departments[1].clone()];
        departments[0].name = "新部门".to_owned();
        departments.append(&mut model.departments);
        model.departments = departments;
        for clause in &mut model.clauses {
            clause.departments.departments.iter_mut().for_each(|id| id.0 += 1);
        }
        for fact in &mut model.facts {
            use crate::model::{Authority, FactSource};
            if let FactSource::Determination(Authority::Department(id))
            | FactSource::Discretion(Authority::Department(id)) = &mut fact.source
            {
                id.0 += 1;
            }
        }
    };
    assert_eq!(kept(moved), [SAME, SAME]);
}

#[test]
fn a_new_value_below_a_gate_is_meaning() {
    let value = |model: &mut Model| {
        let mut below = model.members[2].clone();
        (below.name, below.parent, below.end) = ("机器人".to_owned(), Some(MemberId(0)), MemberId(4));
        model.members.insert(3, below);
        model.members[0].end = MemberId(4);
        model.members[4].end = MemberId(5);
        model.classes[0].members = 0..5;
    };
    assert_eq!(kept(value), [OTHER_MEANING, SAME]);
}

#[test]
fn what_follows_an_award_and_what_a_fold_does_are_meaning() {
    let payment = |share: &str| Payment {
        parts: vec![Instalment {
            label: "立项".to_owned(),
            part: Portion::Share(decimal(share)),
            due: Due::Milestone(below("7")),
            span: SPAN,
        }],
        at_once: None,
        rounding: Rounding { scale: 2, mode: RoundingMode::Down },
        remainder: Remainder::Last,
        span: SPAN,
    };
    let paid = |change: &dyn Fn(&mut Payment)| {
        let mut model = model();
        let mut payment = payment("0.5");
        change(&mut payment);
        model.clauses[0].payment = Some(payment);
        of(model)[0]
    };
    let (plain, same) = (of(model())[0], paid(&|_| {}));
    assert_ne!(plain.meaning, same.meaning);
    assert_eq!(same, paid(&|payment| payment.span.end += 1));
    assert_ne!(same.meaning, paid(&|payment| payment.parts[0].part = Portion::Share(decimal("0.6"))).meaning);
    assert_ne!(same.meaning, paid(&|payment| payment.parts[0].due = Due::Milestone(below("8"))).meaning);
    let relabelled = paid(&|payment| payment.parts[0].label = "验收".to_owned());
    assert_eq!((same.meaning == relabelled.meaning, same.content == relabelled.content), OTHER_WORDS);
    assert_eq!(
        kept(|model| model.clauses[0].shares =
            vec![Share { payer: "市".to_owned(), department: None, weight: decimal("1"), span: SPAN }])[0],
        OTHER_MEANING
    );

    let folded = |least: &str, max: u32| {
        let mut model = with_records(20_000);
        model.lists[0].max = max;
        let column = || expr(ExprKind::Column(ColumnId(0)), Type::money());
        let filter = Some(compare(CompareOp::AtLeast, column(), yuan(least)));
        let fold = Fold { list: ListId(0), kind: FoldKind::Sum, filter, value: Some(column()) };
        model.clauses[0].award = Award::Computed(expr(ExprKind::Fold(Box::new(fold)), Type::money()));
        of(model)[0].meaning
    };
    assert_eq!(folded("5", 9), folded("5", 9));
    assert_ne!(folded("5", 9), folded("6", 9));
    assert_ne!(folded("5", 9), folded("5", 8));
}
