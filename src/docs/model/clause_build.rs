//! In: a checked clause. Out: [`ClauseDoc`] but for its cases and its history.
//! Invariant: every text is made from what is checked; only the encoding is copied from the source.

use std::collections::BTreeSet;

use super::build::Making;
use super::clause::{
    AwardDoc, AwardKind, CeilingDoc, ClauseDoc, EncodingDoc, IndustryDoc, LiftDoc, MaterialDoc, NeedDoc, PeriodKind,
    ResponsibleDoc, RoleKind,
};
use super::figures::Figures;
use super::given::lead;
use super::names::joined;
use super::words::{both, day, period, rounding};
use super::{Days, Words};
use crate::model::settlement::{Due, GroupMember, Portion};
use crate::model::{
    Award, Cap, CapPeriod, CapScope, Clause, ClauseId, Condition, DefinitionId, Expr, ExprKind, FactId, Type, Value,
    Window,
};
use crate::source::Span;

/// The period of a cap as a kind, with its months.
pub(super) fn period_kind(period: CapPeriod) -> (PeriodKind, Option<u32>) {
    match period {
        CapPeriod::Year => (PeriodKind::Year, None),
        CapPeriod::Lifetime => (PeriodKind::Lifetime, None),
        CapPeriod::Once => (PeriodKind::Once, None),
        CapPeriod::Each => (PeriodKind::Each, None),
        CapPeriod::Months(months) => (PeriodKind::Months, Some(months)),
        CapPeriod::OnceOrYear => (PeriodKind::OnceOrYear, None),
    }
}

/// Both days of a window.
pub(super) fn days(window: Window) -> Days {
    Days { first: window.first.map(day), last: window.last.map(day) }
}

/// The expressions of a clause that decide whether and how much.
pub(super) fn expressions(clause: &Clause) -> Vec<&Expr> {
    let conditions = clause.conditions.iter().chain(&clause.exclusions);
    let mut all: Vec<&Expr> = conditions.map(|condition| &condition.expr).collect();
    all.extend(amounts(clause));
    all.extend(due(clause).map(|condition| &condition.expr));
    all.extend(clause.clawbacks.iter().map(|clawback| &clawback.when.expr));
    all.extend(clause.retroactive.iter().map(|retroactive| &retroactive.old));
    all
}

/// What must hold for instalments to be due.
fn due(clause: &Clause) -> impl Iterator<Item = &Condition> {
    let parts = clause.payment.iter().flat_map(|payment| &payment.parts);
    let milestones = parts.filter_map(|part| match &part.due {
        Due::Milestone(condition) => Some(condition),
        Due::AtAward | Due::Year(_) => None,
    });
    milestones.chain(clause.payment.iter().flat_map(|payment| &payment.at_once))
}

fn amounts(clause: &Clause) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = Vec::new();
    match &clause.award {
        Award::Computed(expr) => all.push(expr),
        Award::Discretion { low, high, .. } => all.extend(low.iter().chain(high)),
        Award::Open { .. } => {}
    }
    all.extend(clause.caps.iter().map(|cap| &cap.amount));
    all.extend(&clause.floor);
    all.extend(clause.lift.iter().filter_map(|lift| lift.up_to.as_ref()));
    all
}

impl Making<'_> {
    /// The documentation of a clause.
    pub(super) fn clause(&self, id: ClauseId, clause: &Clause) -> ClauseDoc {
        let quotes = self.original.quotes(&clause.quotes);
        let needed = self.needed(clause);
        let needs = self.needs(&needed, clause);
        let ceilings: Vec<CeilingDoc> = clause.caps.iter().map(|cap| self.ceiling(cap, clause)).collect();
        let (mentions, definitions) = self.mentioned(clause);
        let settled = self.settled(clause);
        ClauseDoc {
            id: clause.id.clone(),
            address: clause.address.clone(),
            title: clause.title.clone(),
            summary: self.summary(clause, &ceilings),
            subjects: clause.subjects.iter().map(|id| self.names.subject_id(*id)).collect(),
            industry: self.industry(clause),
            conditions: self.names.trees(&clause.conditions),
            exclusions: self.names.trees(&clause.exclusions),
            award: self.award(clause),
            rounding: clause.rounding.filter(|_| matches!(clause.award, Award::Computed(_))).map(rounding),
            materials: self.materials(clause),
            needs,
            ceilings,
            floor: clause.floor.as_ref().map(|expr| self.names.expr(expr)),
            lift: self.lift(clause),
            departments: (clause.departments.departments.iter().enumerate())
                .map(|(at, id)| ResponsibleDoc {
                    department: self.names.department_id(*id),
                    lead: at == clause.departments.lead,
                })
                .collect(),
            departments_open: clause.departments.open,
            in_force: days(clause.in_force),
            payment: settled.payment,
            shares: settled.shares,
            clawbacks: settled.clawbacks,
            retroactive: settled.retroactive,
            figures: self.clause_figures(clause),
            quotes,
            note: clause.note.clone(),
            refers_to: clause.refers_to.map(|id| self.names.clause_id(id)),
            referred_by: self.referring(id),
            mentions,
            groups: self.groups_of(id),
            definitions,
            cases: Vec::new(),
            encoding: self.encoding(clause.span),
            meaning_hash: self.hash(id),
            history: Vec::new(),
        }
    }

    /// The facts that decide a clause, the scope included, in the order in which they are asked.
    pub(super) fn needed(&self, clause: &Clause) -> Vec<FactId> {
        let mut found: Vec<FactId> = Vec::new();
        let scope = self.model.scope.iter().chain(&self.model.scope_exclusions);
        scope.for_each(|condition| self.names.facts_of(&condition.expr, &mut found));
        let mut add = |id: FactId| {
            if !found.contains(&id) {
                found.push(id);
            }
        };
        clause.industry.iter().for_each(|gate| add(gate.fact));
        let mut more = Vec::new();
        expressions(clause).into_iter().for_each(|expr| self.names.facts_of(expr, &mut more));
        more.into_iter().for_each(&mut add);
        match &clause.award {
            Award::Discretion { fact, .. } | Award::Open { fact } => add(*fact),
            Award::Computed(_) => {}
        }
        clause.lift.iter().for_each(|lift| add(lift.fact));
        found
    }

    fn needs(&self, needed: &[FactId], clause: &Clause) -> Vec<NeedDoc> {
        let need = |id: &FactId| {
            let fact = self.model.facts.get(id.index())?;
            Some(NeedDoc { fact: self.names.fact_id(*id), given_by: self.giver(fact.source, Some(clause)) })
        };
        needed.iter().filter_map(need).collect()
    }

    /// What an applicant hands in: of what must not be so, and of what may be paid back for, nobody hands in anything.
    fn materials(&self, clause: &Clause) -> Vec<MaterialDoc> {
        let mut materials = Vec::new();
        let shown = self.model.scope.iter().chain(&clause.conditions).map(|condition| &condition.expr);
        let mut needed = Vec::new();
        shown.for_each(|expr| self.names.facts_of(expr, &mut needed));
        clause.industry.iter().for_each(|gate| needed.push(gate.fact));
        let due = due(clause).map(|condition| &condition.expr);
        amounts(clause).into_iter().chain(due).for_each(|expr| self.names.facts_of(expr, &mut needed));
        let all = self.needed(clause);
        let needed: Vec<FactId> = all.into_iter().filter(|id| needed.contains(id)).collect();
        let subjects = clause.subjects.iter().filter_map(|id| self.model.subjects.get(id.index()));
        let identifiers: Vec<FactId> = subjects.map(|it| it.identifier).collect();
        let asked = needed.iter().filter(|id| !identifiers.contains(*id));
        for id in identifiers.iter().chain(asked) {
            let Some(fact) = self.model.facts.get(id.index()) else { continue };
            if clause.lift.as_ref().is_some_and(|lift| lift.fact == *id) || self.is_ledger(*id) {
                continue;
            }
            let (name, giver) = (self.names.fact(*id), self.giver(fact.source, Some(clause)));
            let by = giver.words;
            let words = match (giver.role, &fact.ty) {
                (RoleKind::Discretion, _) => continue,
                (RoleKind::Determination, _) => both!("能说明“{}”的材料（{}）", "what shows {} ({})", name, by),
                (RoleKind::Applicant, Type::List(_)) => both!("{}明细，逐条填报", "the list of {}, one by one", name),
                (RoleKind::Applicant, _) => both!("{}（如实填报）", "{} (stated by the applicant)", name),
            };
            materials.push(MaterialDoc { words, fact: Some(self.names.fact_id(*id)) });
        }
        if clause.caps.iter().any(|cap| cap.period != CapPeriod::Each) {
            let words = Words::new("以前得到过的支持（没有的，写明没有）", "earlier awards, or that there were none");
            materials.push(MaterialDoc { words, fact: None });
        }
        materials
    }

    fn is_ledger(&self, id: FactId) -> bool {
        self.program.program().tables.ledger_slot == Some(id.0)
    }

    fn industry(&self, clause: &Clause) -> Option<IndustryDoc> {
        let gate = clause.industry.as_ref()?;
        let class = match self.model.facts.get(gate.fact.index())?.ty {
            Type::Member(class) => class,
            _ => return None,
        };
        let tops = self.names.tops(&gate.members);
        Some(IndustryDoc {
            fact: self.names.fact_id(gate.fact),
            class: self.names.class_id(class),
            values: self.names.member_ids_of(&tops),
            words: self.names.members(&gate.members),
        })
    }

    fn award(&self, clause: &Clause) -> AwardDoc {
        let by = lead(clause);
        let currency = self.currency(clause.id.as_str());
        let (kind, fact, words) = match &clause.award {
            Award::Computed(expr) => (AwardKind::Computed, None, self.names.expr(expr)),
            Award::Open { fact } => (
                AwardKind::Open,
                Some(*fact),
                Words::new("一定奖励，金额待定", "an award whose amount is still to be set"),
            ),
            Award::Discretion { fact, low, high } => {
                let ends = (low.as_ref().map(|it| self.names.expr(it)), high.as_ref().map(|it| self.names.expr(it)));
                let words = match ends {
                    (Some(low), Some(high)) => both!("{}至{}之间裁量", "between {} and {}, at discretion", low, high),
                    (Some(low), None) => both!("不低于{}，裁量", "at least {}, at discretion", low),
                    (None, Some(high)) => both!("不超过{}，裁量", "at most {}, at discretion", high),
                    (None, None) => Words::new("由部门在上限内裁量", "set by a department within the ceiling"),
                };
                (AwardKind::Discretion, Some(*fact), words)
            }
        };
        let giver = fact.and_then(|id| self.model.facts.get(id.index())).map(|it| self.giver(it.source, Some(clause)));
        let set_by = match giver {
            Some(giver) => giver.department.or_else(|| by.map(|id| self.names.department_id(id))),
            None => None,
        };
        AwardDoc { kind, words, fact: fact.map(|id| self.names.fact_id(id)), set_by, currency }
    }

    /// A cap of a clause.
    fn ceiling(&self, cap: &Cap, clause: &Clause) -> CeilingDoc {
        CeilingDoc { lifted: clause.lift.is_some() && clause.is_lifted(cap), ..self.cap(cap, &clause.id) }
    }

    /// A cap; `own` is the id of its clause.
    pub(super) fn cap(&self, cap: &Cap, own: &str) -> CeilingDoc {
        let (kind, months) = period_kind(cap.period);
        let (key, over) = (self.names.key(&cap.key), period(cap.period));
        let counts = match &cap.counts {
            CapScope::Clause => None,
            CapScope::Clauses(ids) => Some(joined(ids.iter().map(|id| self.names.clause(*id)))),
            CapScope::Policy => Some(Words::new("整个政策", "the whole policy")),
        };
        let words = both!("{}{}", "{} {}", key, over);
        CeilingDoc {
            text: cap.text.clone(),
            amount: self.names.expr(&cap.amount),
            value: match &cap.amount.kind {
                ExprKind::Constant(Value::Number(value)) => Some(crate::explain::text::digits(*value)),
                _ => None,
            },
            per: match &cap.key {
                crate::model::CapKey::Subjects(ids) => ids.iter().map(|id| self.names.subject_id(*id)).collect(),
                crate::model::CapKey::Everyone => Vec::new(),
            },
            period: kind,
            months,
            words: match counts {
                Some(of) => both!("{}，{}合计", "{}, together with {}", words, of),
                None => words,
            },
            clauses: match &cap.counts {
                CapScope::Clause => vec![own.to_owned()],
                CapScope::Clauses(ids) => ids.iter().map(|id| self.names.clause_id(*id)).collect(),
                CapScope::Policy => Vec::new(),
            },
            soft: cap.soft,
            lifted: false,
        }
    }

    fn lift(&self, clause: &Clause) -> Option<LiftDoc> {
        let lift = clause.lift.as_ref()?;
        let (name, by) = (self.names.fact(lift.fact), self.names.department(lift.approver));
        let up_to = lift.up_to.as_ref().map(|expr| self.names.expr(expr));
        let words = match &up_to {
            Some(most) => both!("{}经{}批准，最高{}", "{} approved by {}: at most {}", name, by, most),
            None => both!("{}经{}批准，不受上限限制", "{} approved by {}: no ceiling", name, by),
        };
        Some(LiftDoc {
            fact: self.names.fact_id(lift.fact),
            approver: self.names.department_id(lift.approver),
            up_to,
            words,
        })
    }

    /// One sentence: who, what for, on what condition, how much, by whom.
    fn summary(&self, clause: &Clause, ceilings: &[CeilingDoc]) -> Words {
        let mut zh: Vec<String> = Vec::new();
        let mut en: Vec<String> = Vec::new();
        let mut say = |words: Words| {
            zh.push(words.zh);
            en.push(words.en);
        };
        let who = match clause.subjects.is_empty() {
            true => Words::new("申请人", "any applicant"),
            false => joined(clause.subjects.iter().map(|id| self.names.subject(*id))),
        };
        match &clause.industry {
            Some(gate) => {
                let set = self.names.members(&gate.members);
                say(both!("{}，产业属于{}", "{} in {}", who, set));
            }
            None => say(who),
        }
        for condition in &clause.conditions {
            say(self.condition(condition));
        }
        for condition in &clause.exclusions {
            let words = self.condition(condition);
            say(both!("没有“{}”的情形", "not where {}", words));
        }
        let award = self.award(clause).words;
        say(match &clause.award {
            Award::Computed(_) => both!("给予{}", "is given {}", award),
            Award::Discretion { .. } | Award::Open { .. } => both!("给予支持：{}", "is given an amount {}", award),
        });
        for ceiling in ceilings {
            let (amount, words) = (&ceiling.amount, &ceiling.words);
            say(both!("不超过{}（{}）", "at most {} ({})", amount, words));
        }
        Words::new(format!("{}。", zh.join("，")), format!("{}.", en.join(", ")))
    }

    fn condition(&self, condition: &Condition) -> Words {
        self.names.expr(&condition.expr)
    }

    fn clause_figures(&self, clause: &Clause) -> Vec<super::FigureDoc> {
        let mut near = self.original.quotes(&clause.quotes);
        let groups = self.model.settlement.groups.iter().filter(|group| {
            group
                .members
                .iter()
                .any(|it| matches!(it, GroupMember::Clause(id) if self.names.clause_id(*id) == clause.id))
        });
        near.extend(groups.flat_map(|group| self.original.quotes(&group.quotes)));
        let mut figures = Figures::new(self, &near);
        for expr in expressions(clause) {
            figures.expr(expr);
        }
        for part in clause.payment.iter().flat_map(|payment| &payment.parts) {
            match part.part {
                Portion::Share(share) => figures.share(share),
                Portion::Amount(amount) => figures.money(amount, &self.currency(&clause.id)),
            }
        }
        for clawback in &clause.clawbacks {
            figures.share(clawback.share);
            clawback.within.iter().for_each(|count| figures.months(*count));
        }
        for cap in &clause.caps {
            if let CapPeriod::Months(count) = cap.period {
                figures.months(count);
            }
        }
        let retroactive = clause.retroactive.iter().flat_map(|it| [it.from, it.until]);
        retroactive.for_each(|day| figures.day(day));
        let own = [clause.in_force.first, clause.in_force.last];
        own.into_iter().flatten().for_each(|day| figures.day(day));
        figures.found
    }

    /// Clauses and definitions that a clause's expressions mention.
    fn mentioned(&self, clause: &Clause) -> (Vec<String>, Vec<String>) {
        let mut clauses: BTreeSet<ClauseId> = BTreeSet::new();
        let mut opened: Vec<DefinitionId> = Vec::new();
        for expr in expressions(clause) {
            self.names.walk(expr, &mut opened, &mut |part| match &part.kind {
                ExprKind::UsedUp(id) => {
                    clauses.insert(*id);
                }
                ExprKind::Times(times) => match &times.counts {
                    CapScope::Clauses(ids) => clauses.extend(ids),
                    CapScope::Clause | CapScope::Policy => {}
                },
                _ => {}
            });
        }
        opened.sort_unstable();
        opened.dedup();
        (
            clauses.into_iter().map(|id| self.names.clause_id(id)).filter(|id| *id != clause.id).collect(),
            opened.into_iter().map(|id| self.names.definition_id(id)).collect(),
        )
    }

    fn referring(&self, to: ClauseId) -> Vec<String> {
        let all = self.model.clauses.iter().filter(|other| other.refers_to == Some(to));
        all.map(|other| other.id.clone()).collect()
    }

    fn groups_of(&self, id: ClauseId) -> Vec<String> {
        let groups = self.model.settlement.groups.iter().enumerate();
        let mine = groups.filter(|(_, group)| group.members.contains(&GroupMember::Clause(id)));
        mine.map(|(at, _)| self.names.group_id(at)).collect()
    }

    /// The whole item that a place lies in.
    fn encoding(&self, span: Span) -> EncodingDoc {
        let items = self.files.iter().flat_map(|file| &file.items);
        let item = items.map(|item| item.span).find(|item| {
            item.file == span.file && item.start <= span.start && span.start < item.end.max(item.start + 1)
        });
        let whole = item.unwrap_or(span);
        let origin = self.sources.origin(whole);
        EncodingDoc {
            file: self.sources.name(origin).rsplit('/').next().unwrap_or_default().to_owned(),
            line: self.sources.start(origin).line,
            text: self.sources.text(whole).trim_end().to_owned(),
        }
    }
}
