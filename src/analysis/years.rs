//! In: facts of an application on a day. Out: the same, with each figure given to every fact that stands for its year: 上年 and 2025年
//! may be one year. Invariant: facts that are given stay as they are.

use std::collections::BTreeMap;

use crate::calendar;
use crate::model::case::Given;
use crate::model::record::SeriesYear;
use crate::model::{FactId, Model};

/// Gives figures of one year to all facts that stand for it; false where two of them differ.
pub fn agree(model: &Model, facts: &mut BTreeMap<FactId, Given>, on: i32) -> bool {
    let today = calendar::year(i64::from(on));
    let of_years = model.facts.iter().zip((0..).map(FactId)).filter_map(|(fact, id)| {
        let (series, year) = fact.year?;
        let year = match year {
            SeriesYear::Relative(years) => today + i64::from(years),
            SeriesYear::Absolute(year) => i64::from(year),
        };
        Some((id, (series, year)))
    });
    let of_years: Vec<_> = of_years.collect();
    let mut figures = BTreeMap::new();
    for (fact, year) in &of_years {
        let Some(given) = facts.get(fact) else { continue };
        if figures.insert(*year, given.clone()).is_some_and(|other| other != *given) {
            return false;
        }
    }
    for (fact, year) in of_years {
        if let Some(given) = figures.get(&year) {
            facts.insert(fact, given.clone());
        }
    }
    true
}
