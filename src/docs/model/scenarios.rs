//! In: classifications, the conditions on them, and the program. Out: [`ScenarioDoc`]: situations of applicants ("an AI firm with a
//! model-training project") and the clauses that the machine does not rule out on these values alone.
//! Invariant: values that no condition tells apart share a scenario; at most [`SCENARIOS_MAX`] are made.

use std::collections::BTreeMap;

use super::build::Making;
use super::cases::outcome;
use super::words::both;
use super::{CaseDoc, GivenDoc, OutcomeDoc, ScenarioDoc, Words};
use crate::bytecode::program::Given;
use crate::decision::ClauseDecision;
use crate::explain::text;
use crate::limits::SCENARIOS_MAX;
use crate::model::{ClassId, CompareOp, Expr, ExprKind, FactId, MemberId, Type, Value};
use crate::scenario;
use crate::vm::Vm;

/// Values of a fact that every condition treats alike.
struct Alike {
    fact: FactId,
    members: Vec<MemberId>,
    /// Clauses that ask for them.
    clauses: Vec<usize>,
}

impl Making<'_> {
    /// The scenarios, those of a direction with an industry first.
    pub(super) fn scenarios(&self, cases: &[CaseDoc]) -> Vec<ScenarioDoc> {
        let mut gates: Vec<FactId> = Vec::new();
        for fact in self.model.clauses.iter().filter_map(|clause| clause.industry.as_ref()).map(|gate| gate.fact) {
            if !gates.contains(&fact) {
                gates.push(fact);
            }
        }
        let others: Vec<FactId> = self.asked_values().into_iter().filter(|fact| !gates.contains(fact)).collect();
        let industries: Vec<Alike> = gates.iter().flat_map(|fact| self.alike(*fact)).collect();
        let directions: Vec<Alike> = others.iter().flat_map(|fact| self.alike(*fact)).collect();
        let vm = Vm::new(self.program);
        let mut made = Vec::new();
        for direction in &directions {
            made.extend(self.with_industries(&vm, Some(direction), &industries));
        }
        if directions.is_empty() {
            made.extend(self.with_industries(&vm, None, &industries));
        }
        made.truncate(SCENARIOS_MAX);
        for (scenario, number) in made.iter_mut().zip(1_usize..) {
            scenario.id = format!("scenario-{number}");
            let same = |case: &&CaseDoc| {
                let asked = scenario.given.iter();
                let mut facts: Vec<&str> = asked.clone().map(|given| given.fact.as_str()).collect();
                facts.dedup();
                !facts.is_empty()
                    && facts.iter().all(|fact| {
                        case.facts.iter().any(|given| given.fact == *fact && asked.clone().any(|it| it == given))
                    })
            };
            scenario.cases = cases.iter().filter(same).map(|case| case.id.clone()).collect();
        }
        made
    }

    /// Facts with class values that some condition asks about.
    fn asked_values(&self) -> Vec<FactId> {
        let mut facts = Vec::new();
        for clause in &self.model.clauses {
            for condition in clause.conditions.iter().chain(&clause.exclusions) {
                self.names.walk(&condition.expr, &mut Vec::new(), &mut |part| {
                    if let Some((fact, _)) = asked(part)
                        && !facts.contains(&fact)
                    {
                        facts.push(fact);
                    }
                });
            }
        }
        facts.sort_unstable();
        facts
    }

    /// The lowest values of a fact's class, those together that no condition tells apart.
    fn alike(&self, fact: FactId) -> Vec<Alike> {
        let Some(Type::Member(class)) = self.model.facts.get(fact.index()).map(|it| it.ty.clone()) else {
            return Vec::new();
        };
        let leaves = self.leaves(class);
        let mut tests: BTreeMap<MemberId, Vec<usize>> = leaves.iter().map(|leaf| (*leaf, Vec::new())).collect();
        let mut asking: BTreeMap<MemberId, Vec<usize>> = BTreeMap::new();
        let mut test = 0;
        for (at, clause) in self.model.clauses.iter().enumerate() {
            let mut mark = |members: &[MemberId]| {
                test += 1;
                for member in members {
                    if let Some(passed) = tests.get_mut(member) {
                        passed.push(test);
                        asking.entry(*member).or_default().push(at);
                    }
                }
            };
            clause.industry.iter().filter(|gate| gate.fact == fact).for_each(|gate| mark(&self.covered(&gate.members)));
            for condition in clause.conditions.iter().chain(&clause.exclusions) {
                self.names.walk(&condition.expr, &mut Vec::new(), &mut |part| {
                    if let Some((of, members)) = asked(part)
                        && of == fact
                    {
                        mark(&self.covered(&members));
                    }
                });
            }
        }
        let mut groups: Vec<(Vec<usize>, Alike)> = Vec::new();
        for leaf in leaves {
            let passed = tests.remove(&leaf).unwrap_or_default();
            match groups.iter_mut().find(|(same, _)| *same == passed) {
                Some((_, group)) => group.members.push(leaf),
                None => {
                    let clauses = asking.get(&leaf).cloned().unwrap_or_default();
                    groups.push((passed, Alike { fact, members: vec![leaf], clauses }));
                }
            }
        }
        groups.into_iter().map(|(_, group)| group).filter(|group| !group.clauses.is_empty()).collect()
    }

    fn leaves(&self, class: ClassId) -> Vec<MemberId> {
        let range = self.model.classes.get(class.0 as usize).map_or(0..0, |class| class.members.clone());
        range.map(MemberId).filter(|id| self.covered(&[*id]).len() == 1).collect()
    }

    /// The values of a set and all they cover.
    fn covered(&self, members: &[MemberId]) -> Vec<MemberId> {
        let end = |id: &MemberId| self.model.members.get(id.0 as usize).map_or(id.0 + 1, |it| it.end.0);
        let mut all: Vec<MemberId> = members.iter().flat_map(|id| (id.0..end(id)).map(MemberId)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The situations of one direction: industries with the same clauses share one.
    fn with_industries(&self, vm: &Vm<'_>, direction: Option<&Alike>, industries: &[Alike]) -> Vec<ScenarioDoc> {
        let gated = |at: &usize| self.model.clauses.get(*at).is_some_and(|clause| clause.industry.is_some());
        let open = direction.is_some_and(|direction| !direction.clauses.iter().all(gated));
        let mut found: Vec<(Vec<OutcomeDoc>, Vec<MemberId>, Option<FactId>)> = Vec::new();
        if industries.is_empty() || open {
            found.extend(self.decided(vm, direction, None).map(|clauses| (clauses, Vec::new(), None)));
        }
        if !open {
            for industry in industries {
                let Some(clauses) = self.decided(vm, direction, Some(industry)) else { continue };
                match found.iter_mut().find(|(same, _, fact)| *same == clauses && *fact == Some(industry.fact)) {
                    Some((_, members, _)) => members.extend(&industry.members),
                    None => found.push((clauses, industry.members.clone(), Some(industry.fact))),
                }
            }
        }
        found.into_iter().map(|(clauses, members, fact)| self.told(direction, fact, &members, clauses)).collect()
    }

    /// What is not ruled out; `None` where a direction is given and no clause that asks for it is left.
    fn decided(&self, vm: &Vm<'_>, direction: Option<&Alike>, industry: Option<&Alike>) -> Option<Vec<OutcomeDoc>> {
        let tables = &self.program.program().tables;
        let mut case = vm.case();
        for alike in direction.into_iter().chain(industry) {
            let value = alike.members.first()?;
            case.set(tables, alike.fact.0, &Given::Value(i128::from(value.0)));
        }
        let decision = vm.machine().trace(&case, self.day()).decide();
        let ruled_out =
            |it: &ClauseDecision| matches!(it, ClauseDecision::Ineligible { .. } | ClauseDecision::NotInForce);
        let about = direction.or(industry).map(|alike| alike.clauses.as_slice()).unwrap_or_default();
        let left = about.iter().any(|at| decision.clauses.get(*at).is_some_and(|it| !ruled_out(it)));
        if !left {
            return None;
        }
        let all = tables.clauses.iter().zip(&decision.clauses);
        let kept = all.filter(|(_, it)| !ruled_out(it)).map(|(info, it)| {
            let said = scenario::outcome(tables, info, it);
            let amount = match it {
                ClauseDecision::Eligible { amount, .. } => Some(amount),
                _ => None,
            };
            OutcomeDoc {
                clause: info.id.clone(),
                outcome: outcome(it).to_owned(),
                words: Words::new(said.zh, said.en),
                low: amount.map(|it| text::digits(it.low)),
                high: amount.and_then(|it| it.high).map(text::digits),
                reasons: Vec::new(),
            }
        });
        Some(kept.collect())
    }

    fn told(
        &self,
        direction: Option<&Alike>,
        industry: Option<FactId>,
        members: &[MemberId],
        clauses: Vec<OutcomeDoc>,
    ) -> ScenarioDoc {
        let parent = |alike: &Alike| {
            let first = *alike.members.first()?;
            let above = self.model.members.get(first.0 as usize)?.parent;
            let whole = above.filter(|above| {
                let covered = self.covered(&[*above]);
                covered.iter().filter(|id| *id != above).all(|id| alike.members.contains(id))
            });
            Some(whole.unwrap_or(first))
        };
        let firm = match (industry, members) {
            (None, _) => Words::new("我是一家企业", "We are a firm"),
            (Some(_), _) => {
                let industries = self.names.members(members);
                both!("我是{}企业", "We are in {}", industries)
            }
        };
        let title = match direction.and_then(parent) {
            Some(group) => {
                let group = self.names.member(group);
                both!("{}，有“{}”的项目", "{}, with a project of {}", firm, group)
            }
            None => firm,
        };
        let given = |fact: FactId, members: &[MemberId]| {
            let one = |id: &MemberId| GivenDoc { fact: self.names.fact_id(fact), value: self.names.member(*id) };
            members.iter().map(one).collect::<Vec<_>>()
        };
        let mut all = industry.map(|fact| given(fact, members)).unwrap_or_default();
        all.extend(direction.map(|alike| given(alike.fact, &alike.members)).unwrap_or_default());
        ScenarioDoc {
            id: String::new(),
            title,
            given: all,
            variants: self.variants(direction, members),
            clauses,
            cases: Vec::new(),
        }
    }

    /// Each situation in a sentence of its own: by matter, with the first industry.
    fn variants(&self, direction: Option<&Alike>, industries: &[MemberId]) -> Vec<Words> {
        let firm = match industries.first() {
            Some(first) => {
                let name = self.names.member(*first);
                both!("我是一家有{{}}项目的{}企业", "We are a firm in {} with a project of {{}}", name)
            }
            None => Words::new("我有{}项目", "We have a project of {}"),
        };
        let Some(direction) = direction else {
            let one = |id: &MemberId| {
                let name = self.names.member(*id);
                both!("我是一家{}企业", "We are a firm in {}", name)
            };
            return industries.iter().map(one).collect();
        };
        let one = |id: &MemberId| {
            let name = self.names.member(*id);
            Words::new(firm.zh.replace("{}", &name.zh), firm.en.replace("{}", &name.en))
        };
        direction.members.iter().map(one).collect()
    }
}

/// The fact and the values that a condition asks for.
fn asked(expr: &Expr) -> Option<(FactId, Vec<MemberId>)> {
    match &expr.kind {
        ExprKind::Within { value, members } => match value.kind {
            ExprKind::Fact(fact) => Some((fact, members.clone())),
            _ => None,
        },
        ExprKind::Compare { op: CompareOp::Equal | CompareOp::NotEqual, left, right } => {
            match (&left.kind, &right.kind) {
                (ExprKind::Fact(fact), ExprKind::Constant(Value::Member(id))) => Some((*fact, vec![*id])),
                _ => None,
            }
        }
        _ => None,
    }
}
