//! Settlement by hand: instalments, shares, and the words of what was taken.

use super::payments::{parts, shares};
use super::{By, Rule, words};
use crate::bytecode::program::{KeyInfo, PeriodInfo, Place, Tables};
use crate::bytecode::settlement::{
    DueInfo, GroupInfo, GroupRuleInfo, InstalmentInfo, MemberOf, PaymentInfo, PortionInfo, RemainderInfo, ShareInfo,
};
use crate::diagnostics::Lang;
use crate::vm::fixture::Builder;

fn payment(portions: &[PortionInfo], scale: i8, remainder: RemainderInfo) -> PaymentInfo {
    let part = |portion: &PortionInfo| InstalmentInfo { label: String::new(), part: *portion, due: DueInfo::AtAward };
    let parts = portions.iter().map(part).collect();
    PaymentInfo { parts, at_once: None, scale, remainder, place: Place::default() }
}

#[test]
fn instalments_add_up_and_the_remainder_goes_where_it_is_declared() {
    let shares = [30, 30, 40].map(|share| PortionInfo::Share(share, 2));
    let of = |scale, remainder, amount| parts(&payment(&shares, scale, remainder), amount);
    assert_eq!(of(2, RemainderInfo::Last, 123_450_000), [37_035_000, 37_035_000, 49_380_000]);
    assert_eq!(of(0, RemainderInfo::Last, 10_101), [3_000, 3_000, 4_101]);
    assert_eq!(of(0, RemainderInfo::First, 10_101), [3_101, 3_000, 4_000]);
    assert_eq!(of(-4, RemainderInfo::Last, 100), [0, 0, 100]);
    let amounts = [5_000_000, 3_000_000, 2_000_000].map(PortionInfo::Amount);
    let of = |amount| parts(&payment(&amounts, 2, RemainderInfo::Last), amount);
    assert_eq!(of(10_000_000), [5_000_000, 3_000_000, 2_000_000]);
    assert_eq!(of(6_000_000), [5_000_000, 1_000_000, 0]);
    assert_eq!(of(12_000_000), [5_000_000, 3_000_000, 4_000_000]);
    for amount in 0..500 {
        let all = parts(&payment(&shares, 1, RemainderInfo::First), amount);
        assert_eq!(all.iter().sum::<i128>(), amount);
        assert!(all.iter().all(|part| *part >= 0));
    }
}

#[test]
fn shares_add_up_and_the_first_bears_the_odd_cent() {
    let share = |payer: &str, weight| ShareInfo { payer: payer.into(), department: None, weight };
    let halves = [share("市财政", 1_000_000), share("区财政", 1_000_000)];
    let amounts = |amount| shares(&halves, amount).into_iter().map(|(_, part)| part).collect::<Vec<i128>>();
    assert_eq!(amounts(15_000_000), [7_500_000, 7_500_000]);
    assert_eq!(amounts(1), [1, 0]);
    assert_eq!(amounts(101), [51, 50]);
    assert_eq!(shares(&[], 100), []);
}

#[test]
fn what_was_taken_is_said_in_a_drafters_words() {
    let mut builder = Builder::new(1);
    let other = builder.fact("其他政策", crate::vm::fixture::money());
    let mut tables: Tables = builder.program.tables;
    tables.settlement.groups.push(GroupInfo {
        name: "同一项目不重复".into(),
        alias: "no-double".into(),
        rule: GroupRuleInfo::Highest,
        members: vec![MemberOf::External(other)],
        key: KeyInfo::Everyone,
        period: PeriodInfo::Each,
        caps: Vec::new(),
        quotes: Vec::new(),
        note: None,
        place: Place::default(),
    });
    let rule = Rule::Group(0, By::Member(0));
    assert_eq!(
        words::sentence(&tables, rule, "80万元", Lang::Zh),
        "受组合「同一项目不重复」限制：已按「其他政策」取高，少得 80万元"
    );
    assert_eq!(words::names(&tables, rule), ["同一项目不重复", "组合", "no-double"]);
    assert_eq!(words::name(&tables, Rule::Quota(7)), "名额");
}
