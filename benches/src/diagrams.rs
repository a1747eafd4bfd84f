//! What the comparison would cost with libraries, for `docs/adr/0008`: conditions of two editions as decision diagrams over their
//! comparisons, each path to a difference then asked whether it can happen; amounts as linear programs in floating point.
//! Invariant: a prototype. A comparison either holds or not (不适用 is left out), an amount is a minimum of linear parts or not followed.

mod amounts;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::Instant;

use biodivine_lib_bdd::{Bdd, BddVariableSet};
use guiju::bytecode::{self, Verified};
use guiju::diff::meaning::{Edition, Verdict, compare};
use guiju::model::{
    self, Checked, Clause, ClauseId, CompareOp, Condition, Expr, ExprKind, MemberId, Type, Value, Window,
};
use rust_decimal::Decimal;

use crate::revision;
use crate::table::{Row, time};

/// What a variable of a diagram stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Atom {
    /// A fact against a number.
    Number(String, CompareOp, Decimal),
    /// A fact among values.
    Among(String, BTreeSet<String>),
    /// Anything else, by what it says: nothing is known of it.
    Other(String),
}

/// An edition, compiled.
pub struct Compiled {
    checked: Checked,
    program: Verified,
}

/// The editions of a policy, the first and the last of them.
fn compiled(entry: &str, files: &BTreeMap<String, Vec<u8>>) -> [Compiled; 2] {
    let (loaded, found) = guiju::load::load(entry, files);
    let guiju::editions::Editions { sources, list, found } = guiju::editions::editions(loaded, found, model::check);
    let one = |edition: Option<&guiju::editions::Edition>| {
        let checked = edition.and_then(|it| it.checked.clone()).unwrap_or_else(|| panic!("{found:#?}"));
        let program = bytecode::lower(&checked, &sources).expect("it is lowered");
        Compiled { checked, program: bytecode::verify(program).expect("it is verified") }
    };
    [one(list.first()), one(list.last())]
}

/// The policy before and after its amendments; it names files of a folder beside its own.
fn amended(policies: &Path, folders: [&str; 2]) -> [Compiled; 2] {
    let mut files = BTreeMap::new();
    for folder in folders {
        for entry in std::fs::read_dir(policies.join(folder)).expect("the policy is there") {
            let path = entry.expect("readable").path();
            if path.is_file() {
                let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
                files.insert(format!("{folder}/{name}"), std::fs::read(&path).expect("readable"));
            }
        }
    }
    compiled(&format!("{}/main.policy", folders[0]), &files)
}

/// A side of a comparison whose text holds on every day.
fn edition(it: &Compiled) -> Edition<'_> {
    Edition { policy: &it.checked, program: &it.program, days: Window::default() }
}

pub fn text(text: &str) -> Compiled {
    let [_, last] = compiled("main.policy", &BTreeMap::from([("main.policy".to_owned(), text.as_bytes().to_vec())]));
    last
}

/// The name of a fact.
pub fn named(policy: &Checked, expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Fact(id) => policy.facts.get(id.index()).map(|fact| fact.name.clone()),
        ExprKind::Definition(id) => named(policy, &policy.definitions[id.index()].value),
        _ => None,
    }
}

fn members(policy: &Checked, ids: impl Iterator<Item = MemberId>) -> BTreeSet<String> {
    ids.map(|id| policy.members[id.0 as usize].name.clone()).collect()
}

/// The variable of a comparison.
fn atom(policy: &Checked, expr: &Expr) -> Atom {
    match &expr.kind {
        ExprKind::Fact(_) if expr.ty == Type::Bool => Atom::Other(named(policy, expr).unwrap_or_default()),
        ExprKind::Within { value, members: ids } if named(policy, value).is_some() => {
            Atom::Among(named(policy, value).unwrap_or_default(), members(policy, ids.iter().copied()))
        }
        ExprKind::Compare { op, left, right } => match (named(policy, left), &right.kind) {
            (Some(name), ExprKind::Constant(Value::Number(number))) => Atom::Number(name, *op, number.normalize()),
            (Some(name), ExprKind::Constant(Value::Date(day))) => Atom::Number(name, *op, Decimal::from(*day)),
            (Some(name), ExprKind::Constant(Value::Member(id))) if *op == CompareOp::Equal => {
                Atom::Among(name, members(policy, std::iter::once(*id)))
            }
            _ => Atom::Other(format!("{:?} {op:?} {:?}", said(policy, left), said(policy, right))),
        },
        _ => Atom::Other(format!("{:?}", said(policy, expr))),
    }
}

/// What cannot be followed, in words that are the same where it is the same.
fn said(policy: &Checked, expr: &Expr) -> String {
    let mut parts = Vec::new();
    expr.parts(|part| parts.push(said(policy, part)));
    let own = named(policy, expr).unwrap_or_else(|| match &expr.kind {
        ExprKind::Constant(value) => format!("{value:?}"),
        kind => format!("{:?}", std::mem::discriminant(kind)),
    });
    format!("{own}({})", parts.join(","))
}

/// The conditions of both editions of a clause.
struct Pair<'a> {
    sides: [&'a Checked; 2],
    clauses: [&'a Clause; 2],
}

/// All requirements of a clause, as conditions that hold or do not.
fn requirements<'a>(policy: &'a Checked, clause: &'a Clause) -> impl Iterator<Item = (&'a Expr, bool)> {
    let hold = |all: &'a [Condition]| all.iter().map(|condition| (&condition.expr, true));
    let fail = |all: &'a [Condition]| all.iter().map(|condition| (&condition.expr, false));
    hold(&policy.scope)
        .chain(fail(&policy.scope_exclusions))
        .chain(hold(&clause.conditions))
        .chain(fail(&clause.exclusions))
}

fn collect(policy: &Checked, expr: &Expr, atoms: &mut Vec<Atom>) {
    match &expr.kind {
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            parts.iter().for_each(|part| collect(policy, &part.expr, atoms));
        }
        ExprKind::Not(inner) => collect(policy, inner, atoms),
        ExprKind::Definition(id) => collect(policy, &policy.definitions[id.index()].value, atoms),
        ExprKind::Constant(Value::Bool(_)) => {}
        _ => {
            let atom = atom(policy, expr);
            if !atoms.contains(&atom) {
                atoms.push(atom);
            }
        }
    }
}

struct Diagram<'v> {
    vars: &'v BddVariableSet,
    places: HashMap<Atom, usize>,
}

impl Diagram<'_> {
    fn var(&self, atom: &Atom) -> Bdd {
        self.vars.mk_var(self.vars.variables()[self.places[atom]])
    }

    fn of(&self, policy: &Checked, expr: &Expr) -> Bdd {
        match &expr.kind {
            ExprKind::All(parts) => {
                parts.iter().fold(self.vars.mk_true(), |all, part| all.and(&self.of(policy, &part.expr)))
            }
            ExprKind::Any(parts) => {
                parts.iter().fold(self.vars.mk_false(), |any, part| any.or(&self.of(policy, &part.expr)))
            }
            ExprKind::Not(inner) => self.of(policy, inner).not(),
            ExprKind::Definition(id) => self.of(policy, &policy.definitions[id.index()].value),
            ExprKind::Constant(Value::Bool(true)) => self.vars.mk_true(),
            ExprKind::Constant(Value::Bool(false)) => self.vars.mk_false(),
            _ => self.var(&atom(policy, expr)),
        }
    }

    fn clause(&self, policy: &Checked, clause: &Clause) -> Bdd {
        let all = requirements(policy, clause).fold(self.vars.mk_true(), |all, (expr, wanted)| {
            let one = self.of(policy, expr);
            if wanted { all.and(&one) } else { all.and_not(&one) }
        });
        gate(policy, clause).iter().fold(all, |all, atom| all.and(&self.var(atom)))
    }
}

fn gate(policy: &Checked, clause: &Clause) -> Option<Atom> {
    let gate = clause.industry.as_ref()?;
    Some(Atom::Among(policy.facts[gate.fact.index()].name.clone(), members(policy, gate.members.iter().copied())))
}

/// Whether comparisons can hold together; exact, but it knows of one fact at a time.
fn can_hold(path: &[(&Atom, bool)]) -> bool {
    let mut ranges: BTreeMap<&str, (Option<(Decimal, bool)>, Option<(Decimal, bool)>)> = BTreeMap::new();
    let mut sets: BTreeMap<&str, (Option<BTreeSet<&String>>, BTreeSet<&String>)> = BTreeMap::new();
    for (atom, holds) in path {
        match atom {
            Atom::Number(fact, op, number) => {
                use CompareOp as Op;
                let range = ranges.entry(fact).or_default();
                let op = match (op, holds) {
                    (Op::AtLeast, false) => Op::Below,
                    (Op::Above, false) => Op::AtMost,
                    (Op::AtMost, false) => Op::Above,
                    (Op::Below, false) => Op::AtLeast,
                    (op, _) => *op,
                };
                let mut low =
                    |strict| range.0 = Some(range.0.map_or((*number, strict), |known| known.max((*number, strict))));
                let mut high = |strict: bool| {
                    range.1 = Some(range.1.map_or((*number, !strict), |known| known.min((*number, !strict))));
                };
                match op {
                    Op::AtLeast => low(false),
                    Op::Above => low(true),
                    Op::AtMost => high(false),
                    Op::Below => high(true),
                    Op::Equal | Op::NotEqual => {}
                }
            }
            Atom::Among(fact, names) => {
                let known = sets.entry(fact).or_default();
                let names: BTreeSet<&String> = names.iter().collect();
                if *holds {
                    known.0 = Some(known.0.take().map_or(names.clone(), |set| &set & &names));
                } else {
                    known.1.extend(names);
                }
            }
            Atom::Other(_) => {}
        }
    }
    let open = |(low, high): &(Option<(Decimal, bool)>, Option<(Decimal, bool)>)| match (low, high) {
        (Some((low, strict)), Some((high, closed))) => low < high || (low == high && !strict && *closed),
        _ => true,
    };
    ranges.values().all(open)
        && sets
            .values()
            .all(|(some, none)| some.as_ref().is_none_or(|some| some.iter().any(|name| !none.contains(name))))
}

/// What the diagrams of all pairs came to.
#[derive(Debug, Default)]
struct Counts {
    pairs: usize,
    atoms: usize,
    /// Nodes of the largest diagram of a difference.
    nodes: usize,
    /// Paths to a difference.
    paths: usize,
    /// Of these impossible.
    impossible: usize,
    /// Of these with a variable of which nothing is known.
    open: usize,
    /// Pairs that differ, and how.
    differ: usize,
}

fn conditions(pair: &Pair<'_>, counts: &mut Counts) {
    let mut atoms = Vec::new();
    for (policy, clause) in pair.sides.iter().zip(pair.clauses) {
        requirements(policy, clause).for_each(|(expr, _)| collect(policy, expr, &mut atoms));
        atoms.extend(gate(policy, clause).filter(|gate| !atoms.contains(gate)));
    }
    let vars = BddVariableSet::new_anonymous(u16::try_from(atoms.len()).expect("few comparisons"));
    let diagram = Diagram { vars: &vars, places: atoms.iter().cloned().zip(0..).collect() };
    let [one, two] = [0, 1].map(|at| diagram.clause(pair.sides[at], pair.clauses[at]));
    (counts.pairs, counts.atoms) = (counts.pairs + 1, counts.atoms + atoms.len());
    let mut differs = false;
    for apart in [one.and_not(&two), two.and_not(&one)] {
        counts.nodes = counts.nodes.max(apart.size());
        for path in apart.sat_clauses() {
            let path: Vec<(&Atom, bool)> =
                path.to_values().into_iter().map(|(var, holds)| (&atoms[var.to_index()], holds)).collect();
            counts.paths += 1;
            let possible = can_hold(&path);
            counts.impossible += usize::from(!possible);
            counts.open += usize::from(
                possible && path.iter().any(|(atom, _)| matches!(atom, Atom::Other(said) if said.contains('('))),
            );
            differs |= possible;
        }
    }
    counts.differ += usize::from(differs);
}

/// Both ways of comparing two editions, side by side.
fn both(name: &str, old: &Compiled, new: &Compiled, rows: &mut Vec<Row>) {
    let places: HashMap<&str, u32> =
        new.checked.clauses.iter().zip(0..).map(|(clause, at)| (clause.id.as_str(), at)).collect();
    let matched: Vec<(u32, u32)> = (old.checked.clauses.iter().zip(0..))
        .filter_map(|(clause, at)| Some((at, *places.get(clause.id.as_str())?)))
        .collect();
    let pairs: Vec<Pair<'_>> = (matched.iter())
        .map(|(one, two)| Pair {
            sides: [&old.checked, &new.checked],
            clauses: [&old.checked.clauses[*one as usize], &new.checked.clauses[*two as usize]],
        })
        .collect();
    let start = Instant::now();
    let mut counts = Counts::default();
    pairs.iter().for_each(|pair| conditions(pair, &mut counts));
    let diagrams = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let mut programs = amounts::Counts::default();
    pairs.iter().for_each(|pair| amounts::compared(pair.sides, pair.clauses, &mut programs));
    let linear = start.elapsed().as_secs_f64();
    let asked: Vec<_> = matched.iter().map(|(one, two)| (Some(ClauseId(*one)), Some(ClauseId(*two)))).collect();
    let [one, two] = [old, new].map(edition);
    let start = Instant::now();
    let meanings = compare(one, two, &asked);
    let own = start.elapsed().as_secs_f64();
    let apart = |verdict: &Verdict| *verdict != Verdict::Equivalent;
    let eligible = meanings.iter().filter(|meaning| apart(&meaning.eligibility.verdict)).count();
    let amount = meanings.iter().filter(|meaning| apart(&meaning.amount.verdict)).count();
    let Counts { pairs, atoms, nodes, paths, impossible, open, differ } = counts;
    let said = format!(
        "{pairs} 对、{atoms} 个变量，最大 {nodes} 个节点；{paths} 条路径要问算术，{impossible} 条不可能，{open} 条有不认识的式子；{differ} 对不同"
    );
    rows.push(Row::new(format!("{name}：条件，决策图"), time(diagrams * 1e9), said));
    rows.push(Row::new(format!("{name}：金额，线性规划"), time(linear * 1e9), programs.said()));
    let said = format!("条件 {eligible} 对不同，金额 {amount} 对不同，每处有证实过的例子");
    rows.push(Row::new(format!("{name}：`diff::meaning::compare`"), time(own * 1e9), said));
}

/// The rows of the table.
pub fn rows(root: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let [old, new] = amended(&root.join("policies"), ["changning-2024-4-revised", "changning-2024-4"]);
    both("长宁对修订", &old, &new, &mut rows);
    let (old, new) = revision::pair(1_000, 50);
    both("1000 条对 50 处改动", &text(&old), &text(&new), &mut rows);
    let (old, new) = revision::scope(1_000);
    both("1000 条，改适用范围", &text(&old), &text(&new), &mut rows);
    rows.extend(amounts::inexact());
    rows
}
