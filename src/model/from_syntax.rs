//! In: surface trees of all files of a policy, in order of 引用, and the archived original. Out: a [`Checked`] policy where no error
//! was found, and all findings in source order.
//! Invariant: this is the only place that makes a [`Checked`].

use std::collections::{BTreeMap, HashMap};

use crate::diagnostics::{Code, Diagnostic, Severity, sort};
use crate::source::{FileId, Sources, Span};
use crate::standard::library;
use crate::syntax::ast::{File, Item};
use crate::syntax::fields::is_table;
use crate::syntax::keywords::{FieldKeyword, ItemKeyword, Word};

use super::clauses::ClauseIndex;
use super::context::{Context, Place, UnitTable};
use super::definitions::{definitions, depth};
use super::fields::note;
use super::source_text::OriginalText;
use super::vocabulary::{Entry, Vocabulary};
use super::{Checked, DefinitionId, Model, NonNormative, Original, Policy, SettlementRules, SubjectId, Window};

/// Checks a policy.
#[must_use]
pub fn check(files: &[File], sources: &Sources, original: Option<Original>) -> (Option<Checked>, Vec<Diagnostic>) {
    check_but_for(files, sources, original, |_| false)
}

/// Checks what a policy means: what its quotations hold against it is found, but does not stand in the way. For comparing policies whose
/// quotations lag behind; what comes of it is not to be published.
#[must_use]
pub fn check_meaning(
    files: &[File],
    sources: &Sources,
    original: Option<Original>,
) -> (Option<Checked>, Vec<Diagnostic>) {
    check_but_for(files, sources, original, is_of_quotations)
}

/// Whether a finding is about quotations and the original alone.
#[must_use]
pub fn is_of_quotations(found: &Diagnostic) -> bool {
    matches!(found.code, Code::QuoteNotFound | Code::AmountNotInQuote | Code::OriginalMissing)
}

/// As [`check`], with the warnings that the policy accepts: for checks that go on from them.
#[must_use]
pub fn check_all(files: &[File], sources: &Sources, original: Option<Original>) -> (Option<Checked>, Vec<Diagnostic>) {
    all_but_for(files, sources, original, |_| false)
}

fn check_but_for(
    files: &[File],
    sources: &Sources,
    original: Option<Original>,
    passes: fn(&Diagnostic) -> bool,
) -> (Option<Checked>, Vec<Diagnostic>) {
    let (checked, mut out) = all_but_for(files, sources, original, passes);
    accept(&mut out, files);
    sort(&mut out);
    let sound = out.iter().all(|found| !found.is_error() || passes(found));
    (checked.filter(|_| sound), out)
}

fn all_but_for(
    files: &[File],
    sources: &Sources,
    original: Option<Original>,
    passes: fn(&Diagnostic) -> bool,
) -> (Option<Checked>, Vec<Diagnostic>) {
    let (mut context, complete) = build(files, sources, original);
    if complete {
        context.lint();
    }
    let mut out = context.out;
    if !files.iter().all(|file| file.sound) {
        // What a line that could not be read holds may only seem to be missing.
        out.retain(Diagnostic::is_error);
    }
    // What a policy does not use of the standard library is no concern of its drafter.
    out.retain(|found| found.is_error() || !library::holds(sources.name(found.primary.span)));
    sort(&mut out);
    let sound = out.iter().all(|found| !found.is_error() || passes(found));
    let model = if complete && sound { Some(Checked { model: context.model }) } else { None };
    (model, out)
}

/// Drops the warnings that an item accepts: `接受（P0414）：理由`. Errors cannot be accepted.
pub fn accept(out: &mut Vec<Diagnostic>, files: &[File]) {
    let mut accepted: Vec<(Span, &str)> = Vec::new();
    let mut unknown = Vec::new();
    for item in files.iter().flat_map(|file| &file.items) {
        for field in item.fields.iter().filter(|field| field.keyword == Some(FieldKeyword::Accept)) {
            match field.alias.as_ref().and_then(|alias| Code::find(&alias.text)) {
                Some(code) if code.severity() != Severity::Error => accepted.push((item.span, code.number())),
                _ => unknown.push(
                    Diagnostic::new(
                        Code::FieldUnreadable,
                        field.span,
                        "“接受”要写明一个警告的编号",
                        "`accept` names the code of a warning",
                    )
                    .help(
                        "写成“接受（P0414）：理由”；错误不能接受，只能改正",
                        "write `accept (P0414): reason`; errors cannot be accepted",
                    ),
                ),
            }
        }
    }
    out.retain(|found| {
        let at = found.primary.span;
        found.severity == Severity::Error
            || !accepted.iter().any(|(span, code)| {
                *code == found.code.number() && span.file == at.file && span.start <= at.start && at.end <= span.end
            })
    });
    out.append(&mut unknown);
}

/// The vocabulary and units of a policy, for the formatter; as far as its declarations can be read.
#[must_use]
pub fn vocabulary(files: &[File], sources: &Sources) -> (Vocabulary, UnitTable) {
    let mut context = context(sources, None);
    declare(&mut context, &Items::of(files));
    (context.vocabulary, context.units)
}

/// Items by keyword, in order.
struct Items<'f> {
    by_keyword: BTreeMap<ItemKeyword, Vec<&'f Item>>,
    all: Vec<&'f Item>,
}

impl<'f> Items<'f> {
    fn of(files: &'f [File]) -> Items<'f> {
        let all: Vec<&Item> = files.iter().flat_map(|file| &file.items).collect();
        let mut by_keyword: BTreeMap<ItemKeyword, Vec<&Item>> = BTreeMap::new();
        for item in &all {
            by_keyword.entry(item.keyword).or_default().push(item);
        }
        Items { by_keyword, all }
    }

    /// Items that declare a derived fact: definitions and tables.
    fn derived(&self) -> Vec<&'f Item> {
        let derived = |item: &&Item| item.keyword == ItemKeyword::Definition || is_table(item.keyword);
        self.all.iter().copied().filter(derived).collect()
    }

    fn get(&self, keyword: ItemKeyword) -> &[&'f Item] {
        self.by_keyword.get(&keyword).map_or(&[], Vec::as_slice)
    }
}

fn context(sources: &Sources, original: Option<Original>) -> Context<'_> {
    let nowhere = Span::new(FileId(0), 0, 0);
    let policy = Policy {
        number: String::new(),
        title: String::new(),
        alias: String::new(),
        issuers: Vec::new(),
        published: None,
        in_force: Window::default(),
        rounding: None,
        month_end: None,
        note: None,
        quotes: Vec::new(),
        span: nowhere,
    };
    let indexed = original.as_ref().map(|original| OriginalText::new(&original.text));
    let model = Model {
        policy,
        departments: Vec::new(),
        classes: Vec::new(),
        members: Vec::new(),
        subjects: Vec::new(),
        facts: Vec::new(),
        lists: Vec::new(),
        columns: Vec::new(),
        series: Vec::new(),
        calendars: Vec::new(),
        definitions: Vec::new(),
        scope: Vec::new(),
        scope_exclusions: Vec::new(),
        scope_quotes: Vec::new(),
        clauses: Vec::new(),
        settlement: SettlementRules::default(),
        cases: Vec::new(),
        non_normative: Vec::new(),
        original,
    };
    Context {
        sources,
        model,
        vocabulary: Vocabulary::default(),
        units: UnitTable::default(),
        inclusive: BTreeMap::new(),
        bounds_used: BTreeMap::new(),
        original: indexed,
        out: Vec::new(),
        department_index: HashMap::new(),
        currency: None,
        sound: true,
        clauses_lost: false,
        departments_used: Vec::new(),
        place: Place::default(),
        list_units: Vec::new(),
        clause_index: ClauseIndex::default(),
    }
}

/// Units, departments, classes, subjects with their facts, names of definitions: in the order in which they need each other.
fn declare(context: &mut Context<'_>, items: &Items<'_>) {
    for item in items.get(ItemKeyword::Unit) {
        context.unit_item(item);
    }
    for item in items.get(ItemKeyword::Department) {
        context.department_item(item);
    }
    context.classes(&items.all);
    context.subjects(items.get(ItemKeyword::Subject), items.get(ItemKeyword::List));
    for item in items.get(ItemKeyword::Calendar) {
        context.calendar_item(item);
    }
    context.calendars_whole();
    key_names(context);
    for (at, item) in items.derived().iter().enumerate() {
        let id = DefinitionId(u32::try_from(at).unwrap_or(u32::MAX));
        if let Some(lead) = &item.header.lead {
            let name: String = lead.text.split_whitespace().collect();
            context.vocabulary.insert(&name, Entry::Definition(id));
        }
        if let Some(alias) = &item.header.alias {
            context.vocabulary.insert(&alias.text, Entry::Definition(id));
        }
    }
}

/// `每主体`, `每企业` mean 市场主体, `每单位` the subject whose name says so; with no such subject the only one that belongs to no other.
fn key_names(context: &mut Context<'_>) {
    let subjects = &context.model.subjects;
    let position = |matches: &dyn Fn(&super::Subject) -> bool| {
        subjects.iter().position(matches).and_then(|at| u32::try_from(at).ok()).map(SubjectId)
    };
    let named = |word: &'static str| position(&move |subject| subject.name.contains(word));
    let firm = position(&|subject| subject.name == "市场主体");
    let roots = subjects.iter().filter(|subject| subject.owner.is_none()).count();
    let only_root = (roots == 1).then(|| position(&|subject| subject.owner.is_none())).flatten();
    let meant = [
        ("主体", firm.or_else(|| named("主体"))),
        ("企业", firm.or_else(|| named("企业"))),
        ("单位", named("单位").or(firm)),
        ("户", named("户")),
    ];
    let meant = meant.map(|(name, subject)| (name, subject.or(only_root)));
    for (name, subject) in meant {
        if let Some(subject) = subject
            && context.vocabulary.get(name).is_empty()
        {
            context.vocabulary.insert_key(name, Entry::Subject(subject));
        }
    }
}

fn build<'s>(files: &[File], sources: &'s Sources, original: Option<Original>) -> (Context<'s>, bool) {
    let mut context = context(sources, original);
    context.sound = files.iter().all(|file| file.sound);
    let items = Items::of(files);
    let Some(policy) = the_policy(&mut context, &items, files) else { return (context, false) };
    // Declarations come first, whatever the order of items: a clause may use what a later item declares.
    declare(&mut context, &items);
    context.policy_item(policy);
    definitions(&mut context, &items.derived());
    for item in items.get(ItemKeyword::Scope) {
        context.scope_item(item);
    }
    let index = context.clauses(items.get(ItemKeyword::Clause));
    context.settlement(policy, items.get(ItemKeyword::Group), &index);
    let scenario_items: Vec<&Item> = items
        .all
        .iter()
        .copied()
        .filter(|item| matches!(item.keyword, ItemKeyword::Scenario | ItemKeyword::Case | ItemKeyword::CaseTable))
        .collect();
    context.cases(&scenario_items, &index);
    for item in items.get(ItemKeyword::NonNormative) {
        let title =
            item.header.title.as_ref().or(item.header.lead.as_ref()).map_or(String::new(), |title| title.text.clone());
        let quotes = context.quotes(item);
        let passage =
            NonNormative { title, quotes, note: note(&context, item), span: item.keyword_span.to(item.header.span) };
        context.model.non_normative.push(passage);
    }
    depth(&mut context);
    (context, true)
}

/// Exactly one policy item.
fn the_policy<'f>(context: &mut Context<'_>, items: &Items<'f>, files: &[File]) -> Option<&'f Item> {
    match items.get(ItemKeyword::Policy) {
        [policy] => Some(policy),
        // Its first line may be one of those that could not be read.
        [] if files.iter().any(|file| !file.sound) => None,
        [] => {
            let file = files.first().map_or(FileId(0), |file| file.id);
            let span = Span::new(file, 0, 0);
            context.report(Diagnostic::new(Code::NoPolicy, span, "没有“政策”条目", "there is no policy item").help(
                "第一个条目写“政策 文号《标题》（标识）”，下面写有效期和原件",
                "start with `policy number \"title\" (id)`, its validity and its original",
            ));
            None
        }
        [first, second, ..] => {
            let (one, two) = (first.keyword_span, second.keyword_span);
            context.report(
                Diagnostic::new(Code::NoPolicy, two, "写了不止一个“政策”条目", "there is more than one policy item")
                    .also(one, "第一个在这里", "the first is here")
                    .help("一个文件夹只写一份政策", "a folder holds one policy"),
            );
            None
        }
    }
}

impl Context<'_> {
    /// 以上 and 及以上 in one document need a declaration.
    pub fn mixed_bounds(&mut self) {
        for (plain, and) in
            [(Word::AtLeastPostfix, Word::AtLeastAndPostfix), (Word::AtMostPostfix, Word::AtMostAndPostfix)]
        {
            let (Some(one), Some(two)) = (self.bounds_used.get(&plain).copied(), self.bounds_used.get(&and).copied())
            else {
                continue;
            };
            if self.inclusive.contains_key(&plain) {
                continue;
            }
            let policy = self.model.policy.span;
            self.report(
                Diagnostic::new(
                    Code::InclusiveUndeclared,
                    one,
                    format!("同时用了“{}”和“{}”，“{}”含不含本数？", plain.zh(), and.zh(), plain.zh()),
                    format!(
                        "both `{}` and `{}` are used: does `{}` include its bound?",
                        plain.en(),
                        and.en(),
                        plain.en()
                    ),
                )
                .also(two, format!("“{}”用在这里", and.zh()), format!("`{}` is used here", and.en()))
                .help(
                    format!("在“政策”条目加一行“本数：{} 含本数”或“{} 不含本数”", plain.zh(), plain.zh()),
                    format!("add `inclusive: {} including` or `excluding` to the policy item", plain.en()),
                )
                .fix(policy.after(), format!("\n  本数：{} 含本数", plain.zh()), "声明含本数", "declare it inclusive")
                .fix(
                    policy.after(),
                    format!("\n  本数：{} 不含本数", plain.zh()),
                    "声明不含本数",
                    "declare it exclusive",
                ),
            );
        }
    }
}
