//! In: 适用范围 and 条款 items. Out: the scope and the clauses, those by reference expanded.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::limits::{CAPS_PER_CLAUSE_MAX, CLAUSES_MAX};
use crate::source::Span;
use crate::syntax::ast::Item;
use crate::syntax::keywords::{FieldKeyword, Word};

use super::amounts::AwardDraft;
use super::clause::{Award, Clause, IndustryGate, Lift, Responsible, Window};
use super::context::Context;
use super::fields::{field, fields, names, note, phrases};
use super::segment::Mode;
use super::subjects::subject_of;
use super::tokens::TokenKind;
use super::types::{ClassId, MemberId, Type};
use super::typing::Typing;
use super::vocabulary::Entry;
use super::{Authority, ClauseId, DepartmentId, FactId, FactSource, SubjectId};

/// Clauses by id, title and address; a title or address that two share finds none.
#[derive(Debug, Clone, Default)]
pub struct ClauseIndex {
    by_name: HashMap<String, Option<ClauseId>>,
}

impl ClauseIndex {
    /// Adds a clause.
    pub fn insert(&mut self, id: ClauseId, alias: &str, title: &str, address: &str) {
        self.by_name.insert(alias.to_owned(), Some(id));
        for name in [title, address] {
            if !name.is_empty() {
                self.by_name
                    .entry(name.to_owned())
                    .and_modify(|found| *found = found.filter(|other| *other == id))
                    .or_insert(Some(id));
            }
        }
    }

    /// The clause of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ClauseId> {
        self.by_name.get(name).copied().flatten()
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}

impl Context<'_> {
    /// 适用范围.
    pub fn scope_item(&mut self, item: &Item) {
        let quotes = self.quotes(item);
        let mut typing = Typing { context: self, subjects: Vec::new() };
        let conditions = field(item, FieldKeyword::Condition).map_or(Vec::new(), |field| typing.conditions(field));
        let exclusions = field(item, FieldKeyword::Exclusion).map_or(Vec::new(), |field| typing.exclusions(field));
        self.model.scope.extend(conditions);
        self.model.scope_exclusions.extend(exclusions);
        self.model.scope_quotes.extend(quotes);
    }

    /// All clauses: first their names, then what they say, then those by reference.
    pub fn clauses(&mut self, items: &[&Item]) -> ClauseIndex {
        let mut index = ClauseIndex::default();
        let mut named: Vec<(&Item, String, String, String)> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for item in items {
            let Some((id, title, address)) = self.clause_names(item, &mut seen) else { continue };
            if named.len() >= CLAUSES_MAX {
                self.report(Diagnostic::new(Code::LimitReached, item.keyword_span, "条款太多", "too many clauses"));
                break;
            }
            named.push((item, id, title, address));
        }
        // Clauses by reference come out as one clause for each that they refer to, so ids are given in order of expansion.
        let mut plan: Vec<Planned<'_>> = Vec::new();
        let by_alias: HashMap<String, usize> =
            named.iter().enumerate().map(|(at, (_, id, ..))| (id.clone(), at)).collect();
        for (at, (item, id, title, address)) in named.iter().enumerate() {
            match field(item, FieldKeyword::ByReference) {
                None => plan.push(Planned {
                    item,
                    id: id.clone(),
                    title: title.clone(),
                    address: address.clone(),
                    source: at,
                    refers_to: None,
                }),
                Some(field) => {
                    for target in self.reference_targets(field, at, &named, &by_alias) {
                        let Some((_, target_id, target_title, _)) = named.get(target) else { continue };
                        plan.push(Planned {
                            item,
                            id: format!("{id}/{target_id}"),
                            title: format!("{title}：{target_title}"),
                            address: address.clone(),
                            source: at,
                            refers_to: Some(target),
                        });
                    }
                }
            }
        }
        for (at, planned) in plan.iter().enumerate() {
            let id = ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
            index.insert(
                id,
                &planned.id,
                &planned.title,
                if planned.refers_to.is_none() { &planned.address } else { "" },
            );
        }
        let position: HashMap<usize, ClauseId> = plan
            .iter()
            .enumerate()
            .filter(|(_, planned)| planned.refers_to.is_none())
            .map(|(at, planned)| (planned.source, ClauseId(u32::try_from(at).unwrap_or(u32::MAX))))
            .collect();
        let mut built: Vec<Option<Clause>> = vec![None; plan.len()];
        for (at, planned) in plan.iter().enumerate().filter(|(_, planned)| planned.refers_to.is_none()) {
            let clause = self.clause(planned, ClauseId(u32::try_from(at).unwrap_or(u32::MAX)), &index);
            if let Some(slot) = built.get_mut(at) {
                *slot = clause;
            }
        }
        for (at, planned) in plan.iter().enumerate() {
            let target = planned.refers_to.and_then(|target| position.get(&target)).copied();
            let base =
                target.and_then(|target| built.get(target.index()).cloned().flatten().map(|clause| (target, clause)));
            if let Some((target, base)) = base {
                let id = ClauseId(u32::try_from(at).unwrap_or(u32::MAX));
                let clause = self.by_reference(planned, id, target, base, &index);
                if let Some(slot) = built.get_mut(at) {
                    *slot = Some(clause);
                }
            }
        }
        // A clause that could not be built was reported, so the model is not used; the others keep their places in order.
        self.model.clauses = built.into_iter().flatten().collect();
        index
    }

    /// Id, title and address of a clause's first line.
    fn clause_names(&mut self, item: &Item, seen: &mut HashMap<String, Span>) -> Option<(String, String, String)> {
        let span = item.keyword_span.to(item.header.span);
        let title = item.header.title.as_ref().map(|title| title.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let alias = item.header.alias.as_ref();
        let damaged = item.header.damaged;
        if title.as_ref().is_none_or(String::is_empty) && !damaged {
            self.report(
                Diagnostic::new(Code::MissingName, span, "条款没有标题", "this clause has no title")
                    .help("首行写成：条款 地址《标题》（标识）", "write `clause address \"title\" (id)`"),
            );
        }
        let Some(alias) = alias else {
            self.clauses_lost = true;
            if damaged {
                return None;
            }
            self.report(
                Diagnostic::new(Code::MissingName, span, "条款没有标识", "this clause has no id")
                    .label("标题后面加一个括号", "add brackets after the title")
                    .help(
                        "标识是字母开头的英文代号，如（ai-industry），结果和报表用它来指这一条",
                        "an id starts with a letter, such as (ai-industry); results refer to the clause by it",
                    ),
            );
            return None;
        };
        if let Some(first) = seen.get(&alias.text).copied() {
            self.repeated_clause(&alias.text, alias.span, first, seen);
            return None;
        }
        seen.insert(alias.text.clone(), alias.span);
        let address = item.header.lead.as_ref().map_or(String::new(), |lead| lead.text.split_whitespace().collect());
        Some((alias.text.clone(), title.unwrap_or_default(), address))
    }

    fn repeated_clause(&mut self, id: &str, span: Span, first: Span, seen: &HashMap<String, Span>) {
        let free =
            (2..).map(|number| format!("{id}-{number}")).find(|other| !seen.contains_key(other)).unwrap_or_default();
        self.report(
            Diagnostic::new(
                Code::DuplicateName,
                span,
                format!("标识“{id}”已经是另一条款的"),
                format!("`{id}` is the id of another clause already"),
            )
            .also(first, "第一次写在这里", "first written here")
            .help("同一条粘贴了两遍就删去一遍，否则换一个标识", "drop a clause pasted twice, or choose another id")
            .fix(span, free.clone(), format!("改为“{free}”"), format!("change to `{free}`")),
        );
    }

    /// The clauses that a 参照 field names; itself, unknown ones and other clauses by reference are reported.
    fn reference_targets(
        &mut self,
        field: &crate::syntax::ast::Field,
        this: usize,
        named: &[(&Item, String, String, String)],
        by_alias: &HashMap<String, usize>,
    ) -> Vec<usize> {
        let mut targets = Vec::new();
        for phrase in phrases(field).cloned().collect::<Vec<_>>() {
            for (name, span) in names(&phrase) {
                let name = name.trim_start_matches(Word::Clause.zh()).trim_start_matches(Word::Clause.en()).to_owned();
                let found = by_alias
                    .get(&name)
                    .copied()
                    .or_else(|| named.iter().position(|(_, _, title, address)| *title == name || *address == name));
                match found {
                    None => {
                        let near = nearest(&name, named.iter().map(|(_, id, ..)| id.as_str())).map(str::to_owned);
                        self.unknown_clause(&name, span, near);
                    }
                    Some(target)
                        if target == this
                            || named.get(target).is_some_and(|(item, ..)| {
                                super::fields::field(item, FieldKeyword::ByReference).is_some()
                            }) =>
                    {
                        let other = named.get(target).map_or(span, |(item, ..)| item.header.span);
                        self.report(
                            Diagnostic::new(
                                Code::ReferenceCycle,
                                span,
                                format!("“{name}”自己也是参照别的条款的，不能再参照"),
                                format!("`{name}` refers to other clauses itself"),
                            )
                            .also(other, "它写在这里", "it stands here")
                            .help("直接参照写明金额的那一条", "refer to the clause that states the amount"),
                        );
                    }
                    Some(target) => targets.push(target),
                }
            }
        }
        targets
    }

    /// Reports a clause that is not there.
    pub fn unknown_clause(&mut self, name: &str, span: Span, near: Option<String>) {
        if self.clauses_lost {
            return;
        }
        let mut report = Diagnostic::new(
            Code::UnknownClause,
            span,
            format!("没有条款“{name}”"),
            format!("there is no clause `{name}`"),
        );
        report = match near {
            Some(near) => report.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?")).fix(
                span,
                near.clone(),
                format!("改为“{near}”"),
                format!("change to `{near}`"),
            ),
            None => report.help(
                "写条款的标识，就是标题后面括号里的英文代号",
                "write the clause's id, in brackets after its title",
            ),
        };
        self.report(report);
    }

    /// A clause that states its own award.
    fn clause(&mut self, planned: &Planned<'_>, id: ClauseId, index: &ClauseIndex) -> Option<Clause> {
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
        let industry = self.industry(item, &subjects);
        let mut typing = Typing { context: self, subjects: subjects.clone() };
        let conditions = field(item, FieldKeyword::Condition).map_or(Vec::new(), |field| typing.conditions(field));
        let exclusions = field(item, FieldKeyword::Exclusion).map_or(Vec::new(), |field| typing.exclusions(field));
        let award = match field(item, FieldKeyword::Award) {
            Some(field) => typing.award(field),
            // A line whose label or colon is wrong may be the one that is missing.
            None if typing.context.holds_unread_field(item, before) => None,
            None => {
                let report =
                    Diagnostic::new(Code::MissingField, span, "条款没有写给多少", "this clause states no award").help(
                        "加一行“支持：…”：定额、比例、“不超过 …”或“一定奖励”",
                        "add `award: …`: an amount, a rate, `not-exceeding …` or `certain-reward`",
                    );
                typing.context.report(report);
                None
            }
        };
        let mut caps = Vec::new();
        for (at, field) in fields(item, FieldKeyword::Cap).enumerate() {
            if at >= CAPS_PER_CLAUSE_MAX {
                typing.context.report(Diagnostic::new(Code::LimitReached, field.span, "上限太多", "too many caps"));
                break;
            }
            caps.extend(typing.cap(field, &subjects, index, id));
        }
        let floor = field(item, FieldKeyword::Floor).filter(|field| !field.value.is_empty()).and_then(|field| {
            let tokens = typing.context.tokens(&field.value, Mode::Expression);
            let surface = super::surface::read(&tokens, field.value.span, &mut typing.context.out);
            typing.money(&surface)
        });
        let lift = field(item, FieldKeyword::Lift).and_then(|field| self.lift(field, planned, &subjects));
        let draft = award?;
        self.check_award(&draft, item, rounding.is_some());
        let holder = subjects.first().copied().or_else(|| self.default_subject());
        let award = self.finish_award(draft, planned, holder, span)?;
        self.floor_and_caps(&award, floor.as_ref(), &caps);
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
            quotes,
            note: note(self, item),
            refers_to: None,
            span,
        })
    }

    /// Whether a line of an item was reported as no field, by the surface or in the findings after the first `before`.
    fn holds_unread_field(&self, item: &Item, before: usize) -> bool {
        item.fields.iter().any(|field| field.keyword.is_none())
            || self.out.iter().skip(before).any(|found| found.code == Code::MissingColon)
    }

    /// A clause by reference: the amounts of `base`, with the subjects, industry, departments, days, conditions said here.
    fn by_reference(
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
        let mut typing = Typing { context: self, subjects: subjects.clone() };
        if let Some(field) = field(item, FieldKeyword::Condition) {
            clause.conditions.extend(typing.conditions(field));
        }
        if let Some(field) = field(item, FieldKeyword::Exclusion) {
            clause.exclusions.extend(typing.exclusions(field));
        }
        let caps: Vec<_> =
            fields(item, FieldKeyword::Cap).filter_map(|field| typing.cap(field, &subjects, index, id)).collect();
        clause.caps.extend(caps);
        if let Some(field) = field(item, FieldKeyword::Lift) {
            clause.lift = self.lift(field, planned, &subjects);
        }
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

    fn default_subject(&self) -> Option<SubjectId> {
        (!self.model.subjects.is_empty()).then_some(SubjectId(0))
    }

    fn finish_award(
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
    fn amount_fact(&mut self, planned: &Planned<'_>, holder: Option<SubjectId>, span: Span) -> Option<FactId> {
        let Some(holder) = holder else {
            self.report(
                Diagnostic::new(Code::UnknownSubject, span, "政策没有声明任何对象", "the policy declares no subject")
                    .help("先写一个“对象 市场主体”条目", "add a subject item"),
            );
            return None;
        };
        let (name, alias) = (format!("{}核定金额", planned.title), format!("{}.amount", planned.id));
        let source = FactSource::Discretion(Authority::Responsible);
        Some(self.make_fact(name, alias, holder, Type::money(), source, planned.id.clone(), span))
    }

    fn subject_list(&mut self, item: &Item) -> Vec<SubjectId> {
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

    fn departments_of(&mut self, item: &Item, span: Span) -> Responsible {
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
    fn clause_window(&mut self, item: &Item) -> Window {
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

    /// 产业: the values that qualify, and the fact that is tested.
    fn industry(&mut self, item: &Item, subjects: &[SubjectId]) -> Option<IndustryGate> {
        let field = field(item, FieldKeyword::Industry)?;
        let class = self.model.classes.iter().position(|class| class.name == FieldKeyword::Industry.zh());
        let Some(class) = class.map(|class| ClassId(u32::try_from(class).unwrap_or(u32::MAX))) else {
            self.report(
                Diagnostic::new(
                    Code::UnknownMember,
                    field.value.span,
                    "政策没有声明任何产业",
                    "the policy declares no industries",
                )
                .help("先写“产业 …”条目", "add industry items"),
            );
            return None;
        };
        let mut members: Vec<MemberId> = Vec::new();
        for (name, span) in names(&field.value) {
            match self.member_named(&name, class) {
                Some(member) => members.push(member),
                None => self.unknown_member(&name, span, class),
            }
        }
        members.sort_unstable();
        members.dedup();
        let fact = self.industry_fact(class, subjects, field.span)?;
        (!members.is_empty()).then_some(IndustryGate { fact, members, span: field.span })
    }

    /// A value of a class by name or id.
    pub fn member_named(&self, name: &str, class: ClassId) -> Option<MemberId> {
        self.vocabulary.get(name).into_iter().find_map(|entry| match entry {
            Entry::Member(id) if self.model.members.get(id.0 as usize).is_some_and(|member| member.class == class) => {
                Some(id)
            }
            _ => None,
        })
    }

    /// Reports a value that a class does not have.
    pub fn unknown_member(&mut self, name: &str, span: Span, class: ClassId) {
        let class_name = self.model.classes.get(class.0 as usize).map_or(String::new(), |class| class.name.clone());
        let members: Vec<&str> = self
            .model
            .members
            .iter()
            .filter(|member| member.class == class)
            .map(|member| member.name.as_str())
            .collect();
        // Of two characters one is half of the meaning: 省级 is not 区级.
        let long = name.chars().count() > 2;
        let near = nearest(name, members.iter().copied()).filter(|_| long).map(str::to_owned);
        let mut report = Diagnostic::new(
            Code::UnknownMember,
            span,
            format!("“{class_name}”里没有“{name}”"),
            format!("`{class_name}` has no value `{name}`"),
        );
        report = match near {
            Some(near) => report.help(format!("是不是“{near}”？"), format!("did you mean `{near}`?")).fix(
                span,
                near.clone(),
                format!("改为“{near}”"),
                format!("change to `{near}`"),
            ),
            None => {
                let shown = members.iter().take(6).copied().collect::<Vec<_>>().join("、");
                report.help(format!("已有的值：{shown}"), format!("values: {shown}"))
            }
        };
        self.report(report);
    }

    /// The fact of a class: of the clause's subjects first, then of their owners, then the only one there is.
    fn industry_fact(&mut self, class: ClassId, subjects: &[SubjectId], span: Span) -> Option<FactId> {
        let of_class = |fact: &super::Fact| fact.ty == Type::Member(class);
        let chains: Vec<SubjectId> = subjects.iter().flat_map(|subject| self.with_owners(*subject)).collect();
        let find = |subject: Option<SubjectId>| {
            self.model
                .facts
                .iter()
                .position(|fact| of_class(fact) && subject.is_none_or(|subject| fact.subject == subject))
        };
        let found = chains.iter().find_map(|subject| find(Some(*subject))).or_else(|| find(None));
        if found.is_none() {
            self.report(
                Diagnostic::new(
                    Code::MissingField,
                    span,
                    "没有哪个对象有类型为“产业”的事实",
                    "no subject has a fact of type `industry`",
                )
                .help("在“对象 市场主体”里加一行“产业：产业”", "add `industry: industry` to a subject"),
            );
        }
        found.map(|at| FactId(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// 突破: `更大力度支持，由 区投促办 批准，最高 2亿元`.
    fn lift(
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
                    let surface = super::surface::read(&rest, field.value.span, &mut self.out);
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
                self.make_fact(name, alias, holder, Type::Bool, source, planned.id.clone(), span)
            }
        };
        Some(Lift { fact, approver, up_to: highest, span })
    }

    /// A lift with a word that is not declared: the department, or no department at all.
    fn unread_lift(&mut self, field: &crate::syntax::ast::Field) {
        let text = super::fields::plain(&field.value);
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

    fn check_award(&mut self, draft: &AwardDraft, item: &Item, rounded: bool) {
        let AwardDraft::Computed(expr) = draft else { return };
        if expr.ty.scale() > 2 && matches!(expr.kind, super::ExprKind::Constant(_)) {
            self.report(
                Diagnostic::new(Code::TooPrecise, expr.span, "金额不到一分", "the amount is finer than a cent")
                    .help("最多写两位小数", "write two decimals at most"),
            );
        } else if expr.ty.scale() > 2 && !rounded {
            let at = field(item, FieldKeyword::Award).map_or(expr.span, |field| field.value.span);
            let insert = field(item, FieldKeyword::Award).map_or(expr.span.after(), |field| field.span.after());
            self.report(
                Diagnostic::new(
                    Code::RoundingUndeclared,
                    at,
                    "算出来的金额可能不到一分，没有写明怎么舍入",
                    "this amount can have a fraction of a cent, and no rounding is declared",
                )
                .help(
                    "在“政策”条目或本条款加一行“舍入：元，四舍五入”",
                    "add `rounding: 元, half-up` to the policy or this clause",
                )
                .fix(insert, "\n  舍入：元，四舍五入", "舍入到元，四舍五入", "round half up to 元"),
            );
        }
    }

    /// Compares a floor and a fixed award with fixed caps.
    fn floor_and_caps(&mut self, award: &Award, floor: Option<&super::Expr>, caps: &[super::Cap]) {
        let known = |expr: &super::Expr| match &expr.kind {
            super::ExprKind::Constant(super::Value::Number(value)) => Some(*value),
            _ => None,
        };
        let low = match award {
            Award::Discretion { low: Some(low), .. } => Some(low),
            _ => floor,
        };
        if let Some((low, value)) = low.and_then(|low| known(low).map(|value| (low, value))) {
            for cap in caps.iter().filter(|cap| known(&cap.amount).is_some_and(|cap| cap < value)) {
                self.report(
                    Diagnostic::new(Code::FloorAboveCap, low.span, "下限高于上限", "the floor lies above the cap")
                        .also(cap.span, "上限写在这里", "the cap is stated here")
                        .help("看看是不是万、亿写错了", "check the magnitudes"),
                );
            }
        }
        if let Award::Computed(fixed) = award
            && let Some(value) = known(fixed)
        {
            for cap in caps
                .iter()
                .filter(|cap| cap.period == super::CapPeriod::Each && known(&cap.amount).is_some_and(|cap| cap > value))
            {
                self.report(
                    Diagnostic::new(
                        Code::CapNeverBinds,
                        cap.span,
                        "定额支持不会碰到这个上限",
                        "a fixed award never reaches this cap",
                    )
                    .also(fixed.span, "每次只给这么多", "this is all that is given each time")
                    .help(
                        "上限本来按年或者累计的，改期间；否则删去上限",
                        "state the period that is meant, or drop the cap",
                    ),
                );
            }
        }
    }
}

/// A clause to be built: its item, its names, and for one by reference which it refers to.
struct Planned<'i> {
    item: &'i Item,
    id: String,
    title: String,
    address: String,
    source: usize,
    refers_to: Option<usize>,
}
