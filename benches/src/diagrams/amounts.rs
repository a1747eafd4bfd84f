//! In: a clause of two editions. Out: whether one gives more than the other, by linear programs in floating point; and cases in which
//! floating point says the wrong thing of amounts that the language allows.

use std::collections::BTreeMap;
use std::time::Instant;

use guiju::diff::meaning::{Verdict, compare};
use guiju::model::{Award, Checked, Clause, ClauseId, Expr, ExprKind, Value};
use microlp::{ComparisonOp, OptimizationDirection, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{edition, named, text};
use crate::table::{Row, time};

/// What a difference must be above to count, in yuan: half a cent.
const TOLERANCE: f64 = 0.005;

/// A sum of facts times constants, and a constant.
type Linear = (BTreeMap<String, Decimal>, Decimal);

#[derive(Debug, Default)]
pub struct Counts {
    followed: usize,
    left_out: usize,
    programs: usize,
    failed: usize,
    differ: usize,
}

impl Counts {
    pub fn said(&self) -> String {
        let Counts { followed, left_out, programs, failed, differ } = self;
        format!(
            "{followed} 对能写成线性的，{left_out} 对不能（累进、分档、裁量、两个事实相乘）；解 {programs} 个，{failed} 个解不出；{differ} 对不同"
        )
    }
}

fn linear(policy: &Checked, expr: &Expr) -> Option<Linear> {
    Some(match &expr.kind {
        ExprKind::Constant(Value::Number(number)) => (BTreeMap::new(), *number),
        ExprKind::Fact(_) => (BTreeMap::from([(named(policy, expr)?, Decimal::ONE)]), Decimal::ZERO),
        ExprKind::Definition(id) => linear(policy, &policy.definitions[id.index()].value)?,
        // What rounding takes or adds is lost: half a cent to a whole one.
        ExprKind::Round { value, .. } => linear(policy, value)?,
        ExprKind::Add(one, two) => {
            let (mut one, two) = (linear(policy, one)?, linear(policy, two)?);
            two.0.into_iter().for_each(|(fact, by)| *one.0.entry(fact).or_default() += by);
            (one.0, one.1 + two.1)
        }
        ExprKind::Multiply(one, two) => {
            let (one, two) = (linear(policy, one)?, linear(policy, two)?);
            let (facts, by) = if two.0.is_empty() { (one, two.1) } else { (two, one.0.is_empty().then_some(one.1)?) };
            (facts.0.into_iter().map(|(fact, own)| (fact, own * by)).collect(), facts.1 * by)
        }
        _ => return None,
    })
}

fn parts(policy: &Checked, clause: &Clause) -> Option<Vec<Linear>> {
    let Award::Computed(award) = &clause.award else { return None };
    let award = match &award.kind {
        ExprKind::Least(parts) => parts.iter().collect(),
        _ => vec![award],
    };
    award.into_iter().chain(clause.caps.iter().map(|cap| &cap.amount)).map(|part| linear(policy, part)).collect()
}

/// The most that one minimum is above a part of the other; `None` where no answer comes.
fn above(minimum: &[Linear], part: &Linear, ranges: &BTreeMap<String, (f64, f64)>) -> Option<f64> {
    let float = |number: &Decimal| number.to_f64().unwrap_or(f64::NAN);
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let most = problem.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY));
    let facts: BTreeMap<&String, _> = (ranges.iter())
        .map(|(fact, range)| (fact, problem.add_var(-part.0.get(fact).map_or(0.0, float), *range)))
        .collect();
    for (sum, constant) in minimum {
        let mut row: Vec<_> = sum.iter().map(|(fact, by)| (facts[fact], -float(by))).collect();
        row.push((most, 1.0));
        problem.add_constraint(&row, ComparisonOp::Le, float(constant));
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    Some(solution.objective() - float(&part.1))
}

pub fn compared(sides: [&Checked; 2], clauses: [&Clause; 2], counts: &mut Counts) {
    let [Some(one), Some(two)] = [0, 1].map(|at| parts(sides[at], clauses[at])) else {
        counts.left_out += 1;
        return;
    };
    counts.followed += 1;
    let range = |name: &String| {
        let fact = sides.iter().flat_map(|policy| &policy.facts).find(|fact| fact.name == *name);
        fact.map_or((0.0, 1e14), |fact| (fact.range.0.to_f64().unwrap_or(0.0), fact.range.1.to_f64().unwrap_or(1e14)))
    };
    let ranges =
        one.iter().chain(&two).flat_map(|part| part.0.keys()).map(|name| (name.clone(), range(name))).collect();
    let mut differs = false;
    for (minimum, others) in [(&two, &one), (&one, &two)] {
        // Above the least of the others is above one of them.
        for part in others {
            counts.programs += 1;
            match above(minimum, part, &ranges) {
                Some(most) => differs |= most > TOLERANCE,
                None => counts.failed += 1,
            }
        }
    }
    counts.differ += usize::from(differs);
}

/// Two editions whose figures are far apart in nothing but the last cent.
struct Apart {
    name: &'static str,
    old: &'static str,
    new: &'static str,
}

const CASES: [Apart; 3] = [
    Apart {
        name: "上限 90071992547409.93元 改为 .94元（约 9 × 10¹⁵ 分）",
        old: "  支持：申请金额\n  上限：90071992547409.93元，每市场主体每次",
        new: "  支持：申请金额\n  上限：90071992547409.94元，每市场主体每次",
    },
    Apart {
        name: "上限 1000000000000.00元 改为 .01元（10¹⁴ 分）",
        old: "  支持：申请金额\n  上限：1000000000000.00元，每市场主体每次",
        new: "  支持：申请金额\n  上限：1000000000000.01元，每市场主体每次",
    },
    Apart {
        name: "比例 12.3457% 加一项 0.00000001%（实付 10¹⁴ 元以内）",
        old: "  支持：申请金额 的 12.3457%\n  上限：100000000000000元，每市场主体每次",
        new: "  支持：申请金额 的 12.34570001%\n  上限：100000000000000元，每市场主体每次",
    },
];

fn policy(lines: &str) -> String {
    format!(
        "政策 测发〔2025〕2号《大额》（large）\n  发文机关：区科委\n  发布：2025-01-01\n  有效期：2025-01-01 至 2026-12-31\n  舍入：分，舍去\n\n\
         部门 区科委《区科学技术委员会》（science）\n\n对象 市场主体（entity）\n  统一社会信用代码（uscc）：信用代码\n  申请金额（amount）：金额，不低于 0元\n\n\
         条款 一《大额支持》（one）\n  对象：市场主体\n{lines}\n  责任部门：区科委\n"
    )
}

/// What both say of editions that differ in the last cent.
pub fn inexact() -> Vec<Row> {
    let mut rows = Vec::new();
    for Apart { name, old, new } in &CASES {
        let [old, new] = [old, new].map(|lines| text(&policy(lines)));
        let [one, two] = [&old, &new].map(edition);
        let start = Instant::now();
        let meanings = compare(one, two, &[(Some(ClauseId(0)), Some(ClauseId(0)))]);
        let own = start.elapsed().as_secs_f64();
        let exact = meanings[0].amount.verdict != Verdict::Equivalent;
        let mut counts = Counts::default();
        let clauses = [&old.checked.clauses[0], &new.checked.clauses[0]];
        compared([&old.checked, &new.checked], clauses, &mut counts);
        let ranges = BTreeMap::from([("申请金额".to_owned(), (0.0, 1e14))]);
        let [a, b] = [0, 1].map(|at| parts([&old.checked, &new.checked][at], clauses[at]).expect("it is linear"));
        let most = a.iter().filter_map(|part| above(&b, part, &ranges)).fold(f64::NEG_INFINITY, f64::max);
        let said = |differs: bool| if differs { "不同" } else { "相同" };
        let float = if counts.failed > 0 && counts.differ == 0 { "解不出" } else { said(counts.differ > 0) };
        let figure = format!("{float}／{}", said(exact));
        let remark = format!("左：线性规划（最多多 {most} 元），右：精确的，{}", time(own * 1e9));
        rows.push(Row::new(*name, figure, remark));
    }
    rows
}
