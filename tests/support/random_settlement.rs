//! Random rules of settlement, for the oracle as a model and for the library as tables; and random batches and ledgers for both.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use guiju::bytecode::program::{Award, CapInfo, KeyInfo, PeriodInfo, Place, Tables};
use guiju::bytecode::records::JointCapInfo;
use guiju::bytecode::settlement::{
    AllocationInfo, BudgetInfo, GroupInfo, GroupRuleInfo, MemberOf, OrderByInfo, OrderInfo, QuotaInfo, RemainderInfo,
    StepInfo, TieInfo,
};
use guiju::model::clause::{CapKey, CapPeriod, CapScope};
use guiju::model::settlement::{
    Allocation, Budget, Group, GroupMember, GroupRule, OrderBy, OrderKey, Quota, Remainder, Step, Tie,
};
use guiju::model::{Cap, ClauseId, Expr, ExprKind, FactId, Model, Rounding, RoundingMode, SubjectId, Type, Value};
use guiju::oracle;
use guiju::settle::Rules;
use guiju::source::{FileId, Span};
use rust_decimal::Decimal;

use super::choices::Choices;
use crate::workbench;

pub const CLAUSES: u32 = 4;
/// Slots of facts: what orders compare, and what another policy gives.
pub const SCORE: &str = "评分";
pub const OTHER: &str = "其他政策支持金额";

/// A policy with four clauses, to which random rules are added.
const BASE: &str = "\
政策 示范发〔2025〕1号《示范》（demo）
  有效期：2024-01-01 至 2027-12-31
部门 区科委
对象 市场主体
  统一社会信用代码：文本，标识
  评分：整数
  其他政策支持金额：金额，不低于 0
对象 项目，属于 市场主体
  项目编号：文本，标识
条款 一《甲》（a）
  支持：100元
  责任部门：区科委
条款 二《乙》（b）
  支持：100元
  责任部门：区科委
条款 三《丙》（c）
  支持：100元
  责任部门：区科委
条款 四《丁》（d）
  支持：100元
  责任部门：区科委
";

static COMPILED: LazyLock<(Model, Tables)> = LazyLock::new(|| {
    let bench = workbench::check(&workbench::files(&[("main.policy", BASE)]));
    let checked = bench.checked.unwrap_or_else(|| panic!("{:?}", bench.found));
    let program = guiju::bytecode::lower(&checked, &bench.sources).expect("it lowers");
    (checked.model().clone(), program.tables)
});

/// Rules in both forms.
pub struct Policy {
    pub model: Model,
    pub tables: Tables,
    pub cap_amounts: Vec<Option<i128>>,
}

impl Policy {
    pub fn rules(&self) -> Rules<'_> {
        Rules { tables: &self.tables, cap_amounts: self.cap_amounts.clone() }
    }

    pub fn slot(&self, name: &str) -> u32 {
        slot(&self.tables, name)
    }
}

fn slot(tables: &Tables, name: &str) -> u32 {
    tables.slots.iter().position(|slot| slot.name == name).expect("the slot is there") as u32
}

/// An application in both forms' terms.
#[derive(Debug, Clone)]
pub struct Claim {
    pub id: String,
    pub date: i32,
    pub subjects: Vec<(u32, String)>,
    pub awards: Vec<(u32, i128)>,
    pub facts: Vec<(u32, i128)>,
    pub choices: Vec<(u32, u32)>,
    /// By cap of the policy.
    pub limits: Vec<(u32, Option<i128>)>,
    /// By clause, the amount before caps.
    pub before: Vec<(u32, i128)>,
}

const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

pub fn decimal(cents: i128) -> Decimal {
    Decimal::from_i128_with_scale(cents, 2)
}

fn amount(choices: &mut Choices) -> i128 {
    choices.one(&[10_000, 5_000, 20_000, 3_333, 1, 100_000, 12_345, 0, 30_000, 7_777])
}

fn key(choices: &mut Choices) -> KeyInfo {
    match choices.below(4) {
        0 => KeyInfo::Subjects(vec![0]),
        1 => KeyInfo::Subjects(vec![1]),
        2 => KeyInfo::Subjects(vec![1, 0]),
        _ => KeyInfo::Everyone,
    }
}

fn clauses(choices: &mut Choices) -> Vec<u32> {
    (0..CLAUSES).filter(|_| choices.below(2) == 1).collect()
}

fn order(choices: &mut Choices, tables: &Tables) -> Vec<OrderInfo> {
    let by = [OrderByInfo::Date, OrderByInfo::Amount, OrderByInfo::Slot(slot(tables, SCORE))];
    (0..choices.below(3)).map(|_| OrderInfo { by: choices.one(&by), descending: choices.below(2) == 1 }).collect()
}

pub fn policy(choices: &mut Choices) -> Policy {
    let (mut model, mut tables) = COMPILED.clone();
    let mut cap_amounts = Vec::new();
    for clause in 0..CLAUSES {
        let first = tables.caps.len() as u32;
        for _ in 0..choices.below(3) {
            let periods = [
                PeriodInfo::Year,
                PeriodInfo::Lifetime,
                PeriodInfo::Each,
                PeriodInfo::Once,
                PeriodInfo::Months(6),
                PeriodInfo::OnceOrYear,
            ];
            let mut counts = clauses(choices);
            counts.push(clause);
            counts.sort_unstable();
            counts.dedup();
            let cap = CapInfo {
                clause,
                text: "上限".into(),
                key: key(choices),
                period: choices.one(&periods),
                counts,
                register: 0,
                soft: false,
                place: Place::default(),
            };
            let most = amount(choices);
            model.clauses[clause as usize].caps.push(model_cap(&cap.key, cap.period, most, &cap.counts));
            tables.caps.push(cap);
            cap_amounts.push(Some(most));
        }
        tables.clauses[clause as usize].caps = (first, tables.caps.len() as u32);
    }
    for number in 0..choices.below(3) {
        tables.settlement.groups.push(group(choices, &tables, number));
    }
    for _ in 0..choices.below(2) {
        tables.settlement.quotas.push(QuotaInfo {
            scope: clauses(choices),
            count: choices.below(4) as u32,
            per: choices.below(2) as u32,
            period: choices.one(&[PeriodInfo::Year, PeriodInfo::Lifetime]),
            order: order(choices, &tables),
            ties: choices.one(&[TieInfo::ByApplication, TieInfo::All, TieInfo::None]),
            text: "名额".into(),
            place: Place::default(),
        });
    }
    for _ in 0..choices.below(3) {
        let strategy = match choices.below(3) {
            0 => AllocationInfo::FirstCome,
            1 => AllocationInfo::ProRata,
            _ => AllocationInfo::Ranked(order(choices, &tables)),
        };
        tables.settlement.budgets.push(BudgetInfo {
            scope: clauses(choices),
            amount: amount(choices) * 3,
            period: choices.one(&[PeriodInfo::Year, PeriodInfo::Lifetime]),
            strategy,
            partial: choices.below(3) != 2,
            scale: choices.one(&[2, 0, -1]),
            remainder: choices.one(&[
                RemainderInfo::Keep,
                RemainderInfo::First,
                RemainderInfo::Last,
                RemainderInfo::Largest,
            ]),
            text: "预算".into(),
            place: Place::default(),
        });
    }
    let mut steps = guiju::settle::STEPS.to_vec();
    if choices.once_in(3) {
        let turn = choices.below(steps.len());
        steps.rotate_left(turn);
        let (a, b) = (choices.below(steps.len()), choices.below(steps.len()));
        steps.swap(a, b);
    }
    tables.settlement.steps = steps;
    copy(&tables, &mut model);
    Policy { model, tables, cap_amounts }
}

fn group(choices: &mut Choices, tables: &Tables, number: usize) -> GroupInfo {
    let mut members: Vec<MemberOf> = clauses(choices).into_iter().map(MemberOf::Clause).collect();
    if choices.once_in(3) {
        members.push(MemberOf::External(slot(tables, OTHER)));
    }
    let turn = choices.below(members.len().max(1));
    if !members.is_empty() {
        members.rotate_left(turn);
    }
    let rules = [GroupRuleInfo::Highest, GroupRuleInfo::ChooseOne(None), GroupRuleInfo::Priority, GroupRuleInfo::Stack];
    let caps = (0..choices.below(3)).map(|_| JointCapInfo {
        text: "合计上限".into(),
        amount: amount(choices),
        key: key(choices),
        period: choices.one(&[PeriodInfo::Year, PeriodInfo::Lifetime, PeriodInfo::Each, PeriodInfo::Months(6)]),
        place: Place::default(),
    });
    let caps = caps.collect();
    GroupInfo {
        name: format!("组合{number}"),
        alias: format!("g{number}"),
        rule: choices.one(&rules),
        members,
        key: key(choices),
        period: choices.one(&[PeriodInfo::Each, PeriodInfo::Year, PeriodInfo::Lifetime]),
        caps,
        quotes: Vec::new(),
        note: None,
        place: Place::default(),
    }
}

fn model_key(key: &KeyInfo) -> CapKey {
    match key {
        KeyInfo::Subjects(kinds) => CapKey::Subjects(kinds.iter().copied().map(SubjectId).collect()),
        KeyInfo::Everyone => CapKey::Everyone,
    }
}

fn model_period(period: PeriodInfo) -> CapPeriod {
    match period {
        PeriodInfo::Year => CapPeriod::Year,
        PeriodInfo::Lifetime => CapPeriod::Lifetime,
        PeriodInfo::Once => CapPeriod::Once,
        PeriodInfo::Each => CapPeriod::Each,
        PeriodInfo::Months(months) => CapPeriod::Months(months),
        PeriodInfo::OnceOrYear => CapPeriod::OnceOrYear,
    }
}

fn ids(clauses: &[u32]) -> Vec<ClauseId> {
    clauses.iter().copied().map(ClauseId).collect()
}

fn model_cap(key: &KeyInfo, period: PeriodInfo, amount: i128, counts: &[u32]) -> Cap {
    let amount = ExprKind::Constant(Value::Number(decimal(amount)));
    Cap {
        text: "上限".into(),
        amount: Expr { kind: amount, ty: Type::money(), span: SPAN },
        key: model_key(key),
        period: model_period(period),
        counts: CapScope::Clauses(ids(counts)),
        soft: false,
        span: SPAN,
    }
}

fn model_order(order: &[OrderInfo]) -> Vec<OrderKey> {
    let key = |key: &OrderInfo| OrderKey {
        by: match key.by {
            OrderByInfo::Date => OrderBy::Date,
            OrderByInfo::Amount => OrderBy::Amount,
            OrderByInfo::Slot(slot) => OrderBy::Fact(FactId(slot)),
        },
        descending: key.descending,
    };
    order.iter().map(key).collect()
}

/// The rules of tables, as a model has them.
fn copy(tables: &Tables, model: &mut Model) {
    let rules = &tables.settlement;
    let member = |member: &MemberOf| match *member {
        MemberOf::Clause(clause) => GroupMember::Clause(ClauseId(clause)),
        MemberOf::External(slot) => GroupMember::External(FactId(slot)),
    };
    let group = |group: &GroupInfo| Group {
        name: group.name.clone(),
        alias: group.alias.clone(),
        rule: match group.rule {
            GroupRuleInfo::Highest => GroupRule::Highest,
            GroupRuleInfo::ChooseOne(choice) => GroupRule::ChooseOne { choice: choice.map(FactId) },
            GroupRuleInfo::Priority => GroupRule::Priority,
            GroupRuleInfo::Stack => GroupRule::Stack,
        },
        members: group.members.iter().map(member).collect(),
        key: model_key(&group.key),
        period: model_period(group.period),
        caps: group.caps.iter().map(|cap| model_cap(&cap.key, cap.period, cap.amount, &[])).collect(),
        quotes: Vec::new(),
        note: None,
        span: SPAN,
    };
    model.settlement.groups = rules.groups.iter().map(group).collect();
    let quota = |quota: &QuotaInfo| Quota {
        scope: ids(&quota.scope),
        count: quota.count,
        per: SubjectId(quota.per),
        period: model_period(quota.period),
        order: model_order(&quota.order),
        ties: match quota.ties {
            TieInfo::ByApplication => Tie::ByApplication,
            TieInfo::All => Tie::All,
            TieInfo::None => Tie::None,
        },
        text: quota.text.clone(),
        span: SPAN,
    };
    model.settlement.quotas = rules.quotas.iter().map(quota).collect();
    let budget = |budget: &BudgetInfo| Budget {
        scope: ids(&budget.scope),
        amount: decimal(budget.amount),
        period: model_period(budget.period),
        strategy: match &budget.strategy {
            AllocationInfo::FirstCome => Allocation::FirstCome,
            AllocationInfo::ProRata => Allocation::ProRata,
            AllocationInfo::Ranked(order) => Allocation::Ranked(model_order(order)),
        },
        partial: budget.partial,
        rounding: Rounding { scale: budget.scale, mode: RoundingMode::Down },
        remainder: match budget.remainder {
            RemainderInfo::Keep => Remainder::Keep,
            RemainderInfo::First => Remainder::First,
            RemainderInfo::Last => Remainder::Last,
            RemainderInfo::Largest => Remainder::Largest,
        },
        text: budget.text.clone(),
        span: SPAN,
    };
    model.settlement.budgets = rules.budgets.iter().map(budget).collect();
    let step = |step: &StepInfo| match step {
        StepInfo::Groups => Step::Groups,
        StepInfo::Caps => Step::Caps,
        StepInfo::JointCaps => Step::JointCaps,
        StepInfo::Quotas => Step::Quotas,
        StepInfo::Budgets => Step::Budgets,
    };
    model.settlement.steps = rules.steps.iter().map(step).collect();
}

fn date(choices: &mut Choices) -> i32 {
    // 2025-03-01 and some days around the turn of a year.
    choices.one(&[20_148, 20_149, 20_200, 20_453, 20_454, 20_455, 20_600])
}

fn subjects(choices: &mut Choices) -> Vec<(u32, String)> {
    let mut named = Vec::new();
    if !choices.once_in(6) {
        named.push((0, choices.one(&["甲公司", "乙公司", "丙公司"]).to_owned()));
    }
    if !choices.once_in(4) {
        named.push((1, choices.one(&["P1", "P2", "P3", "甲公司"]).to_owned()));
    }
    named
}

pub fn claims(choices: &mut Choices, policy: &Policy) -> Vec<Claim> {
    let count = choices.below(9);
    let mut claims: Vec<Claim> = Vec::new();
    for number in 0..count {
        let mut facts = Vec::new();
        if choices.below(3) != 2 {
            facts.push((policy.slot(SCORE), choices.one(&[3, 1, 2])));
        }
        if choices.once_in(4) {
            facts.push((policy.slot(OTHER), amount(choices)));
        }
        let mut chosen = Vec::new();
        for group in 0..policy.tables.settlement.groups.len() as u32 {
            if choices.once_in(3) {
                chosen.push((group, choices.below(CLAUSES as usize) as u32));
            }
        }
        let mut limits = Vec::new();
        for cap in 0..policy.tables.caps.len() as u32 {
            if choices.once_in(9) {
                limits.push((cap, choices.one(&[None, Some(4_000)])));
            }
        }
        let awards: Vec<(u32, i128)> = clauses(choices).into_iter().map(|clause| (clause, amount(choices))).collect();
        let mut before = Vec::new();
        for (clause, amount) in &awards {
            if choices.once_in(3) {
                before.push((*clause, amount + choices.one(&[5_000, 1, 20_000, 100_000])));
            }
        }
        let (date, subjects) = (date(choices), subjects(choices));
        claims.push(Claim {
            id: format!("{}-{number}", choices.one(&["b", "a", "c"])),
            date,
            subjects,
            awards,
            facts,
            choices: chosen,
            limits,
            before,
        });
    }
    claims
}

pub fn ledger(choices: &mut Choices) -> Vec<Award> {
    let count = choices.below(6);
    let mut awards = Vec::new();
    for _ in 0..count {
        awards.push(Award {
            clause: choices.below(CLAUSES as usize) as u32,
            date: date(choices),
            amount: amount(choices),
            once: choices.once_in(5),
            subjects: subjects(choices),
        });
    }
    awards
}

/// The same for the oracle.
pub fn for_oracle(
    policy: &Policy,
    claims: &[Claim],
    ledger: &[Award],
) -> (Vec<oracle::settle::Application>, Vec<oracle::Award>) {
    let subjects = |named: &[(u32, String)]| -> BTreeMap<SubjectId, String> {
        named.iter().map(|(kind, name)| (SubjectId(*kind), name.clone())).collect()
    };
    let other = policy.slot(OTHER);
    let number = |slot: u32, value: i128| if slot == other { decimal(value) } else { Decimal::from(value) };
    let applications = claims.iter().map(|claim| oracle::settle::Application {
        id: claim.id.clone(),
        date: claim.date,
        subjects: subjects(&claim.subjects),
        awards: claim.awards.iter().map(|(clause, amount)| (ClauseId(*clause), decimal(*amount))).collect(),
        facts: claim.facts.iter().map(|(slot, value)| (FactId(*slot), number(*slot, *value))).collect(),
        choices: claim.choices.iter().map(|(group, clause)| (*group as usize, ClauseId(*clause))).collect(),
        before: claim.before.iter().map(|(clause, amount)| (ClauseId(*clause), decimal(*amount))).collect(),
        limits: claim
            .limits
            .iter()
            .map(|(cap, limit)| {
                let clause = policy.tables.caps[*cap as usize].clause;
                let first = policy.tables.clauses[clause as usize].caps.0;
                ((ClauseId(clause), (cap - first) as usize), limit.map(decimal))
            })
            .collect(),
    });
    let awards = ledger.iter().map(|award| oracle::Award {
        clause: ClauseId(award.clause),
        date: award.date,
        amount: decimal(award.amount),
        once: award.once,
        subjects: subjects(&award.subjects),
    });
    (applications.collect(), awards.collect())
}
