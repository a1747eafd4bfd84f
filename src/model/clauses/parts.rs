//! In: 对象, 责任部门, 生效, 失效 and 突破 of a clause. Out: who, by whom, when, and who may lift its caps.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::clause::{Lift, Responsible, Window};
use super::super::context::Context;
use super::super::fields::field;
use super::super::segment::Mode;
use super::super::subjects::{MadeFact, subject_of};
use super::super::tokens::TokenKind;
use super::super::types::Type;
use super::super::typing::Typing;
use super::super::vocabulary::Entry;
use super::super::{Authority, DepartmentId, FactSource, SubjectId};
use super::Planned;

impl Context<'_> {
    pub(in crate::model) fn subject_list(&mut self, item: &Item) -> Vec<SubjectId> {
        let Some(field) = field(item, FieldKeyword::Subject) else { return Vec::new() };
        let tokens = self.tokens(&field.value, Mode::Phrase);
        let mut subjects = Vec::new();
        for token in &tokens {
            match (&token.kind, subject_of(token)) {
                (_, Some(subject)) if !subjects.contains(&subject) => subjects.push(subject),
                (TokenKind::Name(name, _), None) => self.unknown_subject(name, token.span),
                (TokenKind::Broken, _) => {
                    if let Some((name, span)) = self.retract_unknown(token.span) {
                        self.unknown_subject(&name, span);
                    }
                }
                _ => {}
            }
        }
        subjects
    }

    pub(in crate::model) fn departments_of(&mut self, item: &Item, span: Span) -> Responsible {
        match field(item, FieldKeyword::Departments) {
            Some(field) => self.responsible(field),
            None => {
                self.report(
                    Diagnostic::new(
                        Code::ClauseWithoutDepartment,
                        span,
                        "条款没有责任部门",
                        "this clause names no department",
                    )
                    .help("加一行“责任部门：…”", "add `department: …`"),
                );
                Responsible::default()
            }
        }
    }

    /// 生效, 失效 or 有效期; the policy's days where the clause says nothing.
    pub(in crate::model) fn clause_window(&mut self, item: &Item) -> Window {
        let policy = self.model.policy.in_force;
        let mut window = policy;
        if let Some(field) = field(item, FieldKeyword::Validity) {
            window = self.window(&field.value);
        }
        if let Some(field) = field(item, FieldKeyword::From) {
            window.first = self.date(&field.value).or(window.first);
        }
        if let Some(field) = field(item, FieldKeyword::Until) {
            window.last = self.date(&field.value).map(|day| day - 1).or(window.last);
        }
        let at = [FieldKeyword::From, FieldKeyword::Until, FieldKeyword::Validity]
            .into_iter()
            .find_map(|keyword| field(item, keyword));
        let Some(at) = at else { return window };
        if let (Some(first), Some(last)) = (window.first, window.last)
            && first > last
        {
            self.report(
                Diagnostic::new(
                    Code::DatesReversed,
                    at.span,
                    "条款的失效日期不晚于生效日期",
                    "this clause ends before it begins",
                )
                .help("看看年份是不是写错了", "check the years"),
            );
        }
        let early = window.first.zip(policy.first).is_some_and(|(first, policy)| first < policy);
        let late = window.last.zip(policy.last).is_some_and(|(last, policy)| last > policy);
        if early || late {
            let policy = self.model.policy.span;
            self.report(
                Diagnostic::new(
                    Code::OutsideValidity,
                    at.span,
                    "条款的日期在政策有效期之外",
                    "the dates of this clause lie outside the policy's",
                )
                .also(policy, "政策的有效期写在这里", "the policy's days are stated here")
                .help("改日期，或者改政策的有效期", "change these dates, or the policy's"),
            );
        }
        window
    }

    /// 突破: `更大力度支持，由 区投促办 批准，最高 2亿元`.
    pub(in crate::model) fn lift(
        &mut self,
        field: &crate::syntax::ast::Field,
        planned: &Planned<'_>,
        subjects: &[SubjectId],
    ) -> Option<Lift> {
        let tokens = self.tokens(&field.value, Mode::Phrase);
        let mut approver: Option<DepartmentId> = None;
        let (mut fact, mut highest) = (None, None);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match &token.kind {
                TokenKind::Broken => {
                    self.unread_lift(field);
                    return None;
                }
                TokenKind::Word(Word::AtHighest | Word::NotExceeding) => {
                    let rest: Vec<_> = tokens.iter().skip(at + 1).cloned().collect();
                    let surface = super::super::surface::read(&rest, field.value.span, &mut self.out);
                    highest = Typing { context: self, subjects: subjects.to_vec() }.money(&surface);
                    break;
                }
                TokenKind::Name(name, entries) => {
                    for entry in entries {
                        match entry {
                            Entry::Department(id) => {
                                approver = Some(*id);
                                self.use_department(*id);
                            }
                            Entry::Fact(id) => fact = Some((*id, name.clone(), token.span)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let Some(approver) = approver else {
            if field.value.is_empty() {
                return None;
            }
            self.unreadable(
                field,
                "写成“更大力度支持，由 区投促办 批准”，要写明由谁批准",
                "write `fact, by department approval`",
            );
            return None;
        };
        let span = field.span;
        let fact = match fact {
            Some((id, name, at)) => {
                if self.model.facts.get(id.index()).is_some_and(|fact| fact.ty != Type::Bool) {
                    self.report(Diagnostic::new(
                        Code::NotACondition,
                        at,
                        format!("“{name}”要是“是否”类型"),
                        format!("`{name}` must be yes or no"),
                    ));
                }
                id
            }
            None => {
                let holder = subjects.first().copied().or_else(|| self.default_subject())?;
                let (name, alias) = (format!("{}突破批准", planned.title), format!("{}.lift", planned.id));
                let source = FactSource::Determination(Authority::Department(approver));
                self.make_fact(MadeFact {
                    name,
                    alias,
                    subject: holder,
                    ty: Type::Bool,
                    source,
                    note: planned.id.clone(),
                    span,
                })
            }
        };
        Some(Lift { fact, approver, up_to: highest, span })
    }

    /// A lift with a word that is not declared: the department, or no department at all.
    pub(in crate::model) fn unread_lift(&mut self, field: &crate::syntax::ast::Field) {
        let text = super::super::fields::plain(&field.value);
        let approver = text.split_once(Word::DecidedBy.zh()).and_then(|(_, rest)| rest.split_once(Word::Approve.zh()));
        match approver {
            Some((name, _)) if !self.department_index.contains_key(name) => {
                while self.retract_unknown(field.value.span).is_some() {}
                let span = self.locate(field.value.span, name);
                self.department(name, span);
            }
            Some(_) => {}
            None => {
                while self.retract_unknown(field.value.span).is_some() {}
                self.unreadable(
                    field,
                    "写成“更大力度支持，由 区投促办 批准”，要写明由谁批准",
                    "write `fact, by department approval`",
                );
            }
        }
    }
}
