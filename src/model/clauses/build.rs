//! In: a planned clause. Out: the checked clause, its own or by reference.

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::CAPS_PER_CLAUSE_MAX;
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::FieldKeyword;

use super::super::amounts::AwardDraft;
use super::super::clause::{Award, Cap, Clause};
use super::super::context::Context;
use super::super::expression::Expr;
use super::super::fields::{field, fields, note};
use super::super::segment::Mode;
use super::super::types::Type;
use super::super::typing::Typing;
use super::super::{Authority, ClauseId, FactId, FactSource, SubjectId};
use super::{ClauseIndex, Planned};

use super::super::subjects::MadeFact;

impl Context<'_> {
    /// A clause that states its own award.
    pub(in crate::model) fn clause(
        &mut self,
        planned: &Planned<'_>,
        id: ClauseId,
        index: &ClauseIndex,
    ) -> Option<Clause> {
        let item = planned.item;
        let before = self.out.len();
        let span = item.keyword_span.to(item.header.span);
        let subjects = self.subject_list(item);
        let quotes = self.quotes(item);
        let departments = self.departments_of(item, span);
        let in_force = self.clause_window(item);
        let rounding = field(item, FieldKeyword::Rounding)
            .and_then(|field| self.rounding_field(field))
            .or(self.model.policy.rounding);
        self.place.clause = Some(id);
        self.place.rounding = rounding;
        let industry = self.industry(item, &subjects);
        let mut typing = Typing { context: self, subjects: subjects.clone() };
        let mut conditions = field(item, FieldKeyword::Condition).map_or(Vec::new(), |field| typing.conditions(field));
        conditions.extend(typing.clause_terms(item, index, id));
        let exclusions = field(item, FieldKeyword::Exclusion).map_or(Vec::new(), |field| typing.exclusions(field));
        let award = typing.stated_award(item, before);
        let mut caps = typing.caps(item, &subjects, index, id);
        let floor = typing.floor(item);
        let clawbacks = typing.clawbacks(item);
        let retroactive = typing.retroactive(item, in_force);
        let award = award.map(|award| typing.deducted(item, award, &mut caps));
        let lift = field(item, FieldKeyword::Lift).and_then(|field| self.lift(field, planned, &subjects));
        let shares = self.shares(item);
        let draft = award?;
        self.place = super::super::context::Place::default();
        self.check_award(&draft, item, rounding.is_some());
        self.once_said(item, &caps);
        let holder = subjects.first().copied().or_else(|| self.default_subject());
        let award = self.finish_award(draft, planned, holder, span)?;
        self.floor_and_caps(&award, floor.as_ref(), &caps);
        let payment = Typing { context: self, subjects: subjects.clone() }.payment(item, &award, rounding);
        Some(Clause {
            id: planned.id.clone(),
            address: planned.address.clone(),
            title: planned.title.clone(),
            subjects,
            industry,
            conditions,
            exclusions,
            award,
            rounding,
            caps,
            floor,
            departments,
            in_force,
            lift,
            payment,
            shares,
            clawbacks,
            retroactive,
            quotes,
            note: note(self, item),
            refers_to: None,
            span,
        })
    }

    /// Whether a line of an item was reported as no field, by the surface or in the findings after the first `before`.
    pub(in crate::model) fn holds_unread_field(&self, item: &Item, before: usize) -> bool {
        item.fields.iter().any(|field| field.keyword.is_none())
            || self.out.iter().skip(before).any(|found| found.code == Code::MissingColon)
    }

    /// A clause by reference: the amounts of `base`, with the subjects, industry, departments, days, conditions said here.
    pub(in crate::model) fn by_reference(
        &mut self,
        planned: &Planned<'_>,
        id: ClauseId,
        target: ClauseId,
        base: Clause,
        index: &ClauseIndex,
    ) -> Clause {
        let item = planned.item;
        let span = item.keyword_span.to(item.header.span);
        let mut clause = Clause {
            id: planned.id.clone(),
            address: planned.address.clone(),
            title: planned.title.clone(),
            span,
            ..base
        };
        clause.refers_to = Some(target);
        for condition in &mut clause.conditions {
            condition.expr.count_for(target, id);
        }
        self.taken_over(item);
        if field(item, FieldKeyword::Subject).is_some() {
            clause.subjects = self.subject_list(item);
        }
        let subjects = clause.subjects.clone();
        if field(item, FieldKeyword::Industry).is_some() {
            clause.industry = self.industry(item, &subjects);
        }
        if field(item, FieldKeyword::Departments).is_some() {
            clause.departments = self.departments_of(item, span);
        }
        if field(item, FieldKeyword::From)
            .or(field(item, FieldKeyword::Until))
            .or(field(item, FieldKeyword::Validity))
            .is_some()
        {
            clause.in_force = self.clause_window(item);
        }
        self.place.clause = Some(id);
        let mut typing = Typing { context: self, subjects: subjects.clone() };
        if let Some(field) = field(item, FieldKeyword::Condition) {
            clause.conditions.extend(typing.conditions(field));
        }
        clause.conditions.extend(typing.clause_terms(item, index, id));
        if let Some(field) = field(item, FieldKeyword::Exclusion) {
            clause.exclusions.extend(typing.exclusions(field));
        }
        let caps: Vec<_> =
            fields(item, FieldKeyword::Cap).filter_map(|field| typing.cap(field, &subjects, index, id)).collect();
        clause.caps.extend(caps);
        self.said_here(&mut clause, planned, &subjects);
        // Each clause has its own set amount; a fact that the drafter declared is shared on purpose.
        let made = |fact: FactId| self.model.facts.get(fact.index()).is_some_and(|fact| fact.made);
        let holder = subjects.first().copied().or_else(|| self.default_subject());
        clause.award = match clause.award {
            Award::Discretion { fact, low, high } if made(fact) => {
                let fact = self.amount_fact(planned, holder, span).unwrap_or(fact);
                Award::Discretion { fact, low, high }
            }
            Award::Open { fact } if made(fact) => {
                Award::Open { fact: self.amount_fact(planned, holder, span).unwrap_or(fact) }
            }
            award => award,
        };
        clause.quotes = self.quotes(item);
        clause.note = note(self, item);
        clause
    }

    /// How its award is paid, shared and paid back, and who lifts its caps, where a clause by reference says so itself.
    fn said_here(&mut self, clause: &mut Clause, planned: &Planned<'_>, subjects: &[SubjectId]) {
        let item = planned.item;
        let mut typing = Typing { context: self, subjects: subjects.to_vec() };
        if field(item, FieldKeyword::Payment).is_some() {
            clause.payment = typing.payment(item, &clause.award, clause.rounding);
        }
        if field(item, FieldKeyword::Clawback).is_some() {
            clause.clawbacks = typing.clawbacks(item);
        }
        if field(item, FieldKeyword::Retroactive).is_some() {
            clause.retroactive = typing.retroactive(item, clause.in_force);
        }
        if field(item, FieldKeyword::Shares).is_some() {
            clause.shares = self.shares(item);
        }
        if let Some(field) = field(item, FieldKeyword::Lift) {
            clause.lift = self.lift(field, planned, subjects);
        }
    }

    /// What a clause by reference takes over cannot be written on it as well.
    fn taken_over(&mut self, item: &Item) {
        for keyword in [
            FieldKeyword::Award,
            FieldKeyword::Match,
            FieldKeyword::Deduction,
            FieldKeyword::Floor,
            FieldKeyword::Rounding,
        ] {
            let Some(field) = field(item, keyword) else { continue };
            let label = &field.label.text;
            self.report(
                Diagnostic::new(
                    Code::UnknownField,
                    field.label.span,
                    format!("参照别的条款时不能再写“{label}”"),
                    format!("a clause by reference takes over `{label}`"),
                )
                .help(
                    "支持、下限和舍入照被参照的条款；要不同就另写一个条款",
                    "write a clause of its own where these differ",
                ),
            );
        }
    }

    pub(in crate::model) fn default_subject(&self) -> Option<SubjectId> {
        (!self.model.subjects.is_empty()).then_some(SubjectId(0))
    }

    pub(in crate::model) fn finish_award(
        &mut self,
        draft: AwardDraft,
        planned: &Planned<'_>,
        holder: Option<SubjectId>,
        span: Span,
    ) -> Option<Award> {
        let needs_fact = !matches!(draft, AwardDraft::Computed(_) | AwardDraft::Discretion(Some(_), ..));
        let made = if needs_fact { Some(self.amount_fact(planned, holder, span)?) } else { None };
        Some(draft.finish(|| made.unwrap_or(FactId(u32::MAX))))
    }

    /// The fact that holds the amount a department sets for a clause.
    pub(in crate::model) fn amount_fact(
        &mut self,
        planned: &Planned<'_>,
        holder: Option<SubjectId>,
        span: Span,
    ) -> Option<FactId> {
        let Some(holder) = holder else {
            self.report(
                Diagnostic::new(Code::UnknownSubject, span, "政策没有声明任何对象", "the policy declares no subject")
                    .help("先写一个“对象 市场主体”条目", "add a subject item"),
            );
            return None;
        };
        let (name, alias) = (format!("{}核定金额", planned.title), format!("{}.amount", planned.id));
        let source = FactSource::Discretion(Authority::Responsible);
        Some(self.make_fact(MadeFact {
            name,
            alias,
            subject: holder,
            ty: Type::money(),
            source,
            note: planned.id.clone(),
            span,
        }))
    }
}

impl Typing<'_, '_> {
    /// 支持, or 配套 in its place; findings after the first `before` may say why there is neither.
    fn stated_award(&mut self, item: &Item, before: usize) -> Option<AwardDraft> {
        match (field(item, FieldKeyword::Award), field(item, FieldKeyword::Match)) {
            (Some(_), Some(matched)) => {
                self.context.report(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        matched.span,
                        "“支持”和“配套”只写一个",
                        "a clause has `award` or `match`, not both",
                    )
                    .help("配套就是支持：基数 × 比例；删去一栏", "`match` is an award by itself; drop one of them"),
                );
                None
            }
            (Some(field), None) => self.award(field),
            (None, Some(field)) => self.matched(field),
            // A line whose label or colon is wrong may be the one that is missing.
            (None, None) if self.context.holds_unread_field(item, before) => None,
            (None, None) => {
                let span = item.keyword_span.to(item.header.span);
                let report =
                    Diagnostic::new(Code::MissingField, span, "条款没有写给多少", "this clause states no award").help(
                        "加一行“支持：…”：定额、比例、“不超过 …”或“一定奖励”",
                        "add `award: …`: an amount, a rate, `not-exceeding …` or `certain-reward`",
                    );
                self.context.report(report);
                None
            }
        }
    }

    fn caps(&mut self, item: &Item, subjects: &[SubjectId], index: &ClauseIndex, id: ClauseId) -> Vec<Cap> {
        let mut caps = Vec::new();
        for (at, field) in fields(item, FieldKeyword::Cap).enumerate() {
            if at >= CAPS_PER_CLAUSE_MAX {
                self.context.report(Diagnostic::new(Code::LimitReached, field.span, "上限太多", "too many caps"));
                break;
            }
            caps.extend(self.cap(field, subjects, index, id));
        }
        caps
    }

    fn floor(&mut self, item: &Item) -> Option<Expr> {
        let field = field(item, FieldKeyword::Floor).filter(|field| !field.value.is_empty())?;
        let tokens = self.context.tokens(&field.value, Mode::Expression);
        let surface = super::super::surface::read(&tokens, field.value.span, &mut self.context.out);
        self.money(&surface)
    }
}
