//! Other forms of the policies of the repository, which mean the same: spaces, lines, widths, comments, the language of keywords and their
//! synonyms, the order of fields, numbers and days written another way. No comparison reports any of it, and there is nothing to amend.

use std::collections::BTreeMap;
use std::path::Path;

use guiju::calendar;
use guiju::diff::{self, Side};
use guiju::editions::editions;
use guiju::load::load;
use guiju::source::Sources;
use guiju::syntax::ast::{Field, File, Item, Part};
use guiju::syntax::fields::declares;
use guiju::syntax::keywords::{FieldKeyword, ItemKeyword};
use guiju::{model, revise};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::{docs, workbench};

type Files = BTreeMap<String, Vec<u8>>;

/// What is changed of a form; each can be looked at alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Keywords,
    Words,
    Order,
    Numbers,
    Widths,
    Spaces,
    Comments,
}

const FORMS: [Form; 7] =
    [Form::Keywords, Form::Words, Form::Order, Form::Numbers, Form::Widths, Form::Spaces, Form::Comments];

fn parsed(text: &str) -> File {
    let mut sources = Sources::new();
    let id = sources.add("main.policy", text);
    guiju::syntax::parse(id, text).0
}

/// A text with stretches replaced.
fn edited(text: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let (mut out, mut at) = (String::new(), 0);
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Other spellings of the keywords that open items and fields.
fn keywords(text: &str, choices: &mut Choices) -> String {
    let mut edits = Vec::new();
    for item in &parsed(text).items {
        let english = choices.below(2) == 0;
        let keyword = if english { format!("{} ", item.keyword.en()) } else { item.keyword.zh().to_owned() };
        edits.push((item.keyword_span.range(), keyword));
        for field in &item.fields {
            let Some(keyword) = field.keyword.filter(|keyword| !declares(item.keyword) || beside(*keyword)) else {
                continue;
            };
            let all: Vec<&str> =
                [keyword.zh(), keyword.en()].into_iter().chain(keyword.also().iter().copied()).collect();
            // `清单 设备：` of a case says more than its keyword.
            if !all.contains(&&text[field.label.span.range()]) || keyword == FieldKeyword::List {
                continue;
            }
            edits.push((field.label.span.range(), choices.one(&all).to_owned()));
        }
    }
    edited(text, edits)
}

/// Words within phrases by other spellings of theirs.
fn words(text: &str, choices: &mut Choices) -> String {
    let synonyms = [
        &["且", "并且", "and"][..],
        &["或", "或者", "or"],
        &["不低于", "≥", ">=", "not-below"],
        &["不超过", "≤", "<=", "not-exceeding"],
        &["超过", ">", "exceeds"],
        &["是", "is"],
        &["属于", "in"],
        &["满足下列条件之一", "符合下列条件之一", "any-of"],
    ];
    let mut edits = Vec::new();
    for item in &parsed(text).items {
        let fields = item.fields.iter().filter(|field| {
            let apart = [FieldKeyword::Note, FieldKeyword::Accept, FieldKeyword::Clawback, FieldKeyword::Inclusive];
            !field.keyword.is_some_and(|keyword| apart.contains(&keyword))
        });
        let phrases =
            fields.flat_map(|field| std::iter::once(&field.value).chain(field.list.iter().map(|line| &line.value)));
        for part in phrases.chain(&item.header.value).flat_map(|phrase| &phrase.parts) {
            let Part::Run(run) = part else { continue };
            if let Some(all) = synonyms.iter().find(|all| all.contains(&run.text.as_str())) {
                edits.push((run.span.range(), choices.one(all).to_owned()));
            }
        }
    }
    edited(text, edits)
}

fn beside(keyword: FieldKeyword) -> bool {
    matches!(keyword, FieldKeyword::Quote | FieldKeyword::Note)
}

/// The fields of items in another order, those of one keyword in theirs.
fn order(text: &str, choices: &mut Choices) -> String {
    let file = parsed(text);
    let cases = [ItemKeyword::Case, ItemKeyword::CaseTable, ItemKeyword::Scenario, ItemKeyword::Amendment];
    let free = |item: &&Item| !declares(item.keyword) && !cases.contains(&item.keyword) && item.header.list.is_empty();
    let mut edits = Vec::new();
    for item in file.items.iter().filter(free) {
        let plain = |field: &Field| field.trivia.before.is_empty() && field.trivia.after.is_none();
        if item.fields.len() < 2 || !item.fields.iter().all(plain) {
            continue;
        }
        let mut keys: Vec<(usize, FieldKeyword)> = Vec::new();
        for keyword in item.fields.iter().filter_map(|field| field.keyword) {
            if !keys.iter().any(|(_, known)| *known == keyword) {
                keys.push((choices.below(100), keyword));
            }
        }
        let key =
            |field: &&Field| keys.iter().find(|(_, keyword)| Some(*keyword) == field.keyword).map(|(key, _)| *key);
        let mut fields: Vec<&Field> = item.fields.iter().collect();
        fields.sort_by_key(key);
        let texts = fields.iter().map(|field| text[field.span.range()].to_owned());
        edits.extend(item.fields.iter().map(|field| field.span.range()).zip(texts));
    }
    edited(text, edits)
}

/// The places of a text that are neither quoted nor a comment nor the name of a file.
fn open(text: &str) -> Vec<bool> {
    let (mut close, mut comment, mut path, mut before): (Option<char>, bool, bool, char) = (None, false, false, '\n');
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        if before == '\n' {
            let line = text[at..].trim_start_matches(' ');
            let paths = ["引用", "import", "原件", "original"];
            (comment, path) = (false, close.is_none() && paths.iter().any(|word| line.starts_with(word)));
        }
        let mut free = close.is_none() && !path;
        match close {
            Some(mark) => close = (letter != mark).then_some(mark),
            None if comment => free = false,
            None if letter == '#' && (before == ' ' || before == '\n') => (comment, free) = (true, false),
            None => {
                let pairs = [('「', '」'), ('“', '”'), ('《', '》'), ('"', '"')];
                close = pairs.iter().find(|(mark, _)| *mark == letter).map(|(_, mark)| *mark);
            }
        }
        found.push(free);
        before = letter;
    }
    found
}

/// Numbers and days written another way.
fn numbers(text: &str, choices: &mut Choices) -> String {
    let (letters, free): (Vec<char>, Vec<bool>) = (text.chars().collect(), open(text));
    let mut out = String::new();
    let mut at = 0;
    while at < letters.len() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let begins =
            letters[at].is_ascii_digit() && before.is_none_or(|it| !it.is_ascii_alphanumeric() && !".-_".contains(it));
        let line: String = letters[..at].iter().rev().take_while(|letter| **letter != '\n').collect();
        let line: String = line.chars().rev().collect();
        // A note is free text, in which a number is what was written.
        let words = ["说明", "接受", "note", "accept"];
        let note = words.iter().any(|word| line.trim_start().starts_with(word));
        if begins && free[at] && !note {
            if let Some(Ok((day, end))) = guiju::literal::date(&letters, at) {
                let ways = [calendar::chinese(day.into()), calendar::iso(day.into())];
                out.push_str(&ways[choices.below(2)]);
                at = end;
                continue;
            }
            let number = guiju::literal::scan(&letters, at, &|_| None);
            let money = |unit: &[(String, i8)]| unit == [("元".to_owned(), 1)];
            if let Some(Ok((number, end))) =
                number.filter(|it| it.as_ref().is_ok_and(|(number, _)| money(&number.unit)))
            {
                out.push_str(&amount(number.value.normalize(), choices));
                at = end;
                continue;
            }
        }
        out.push(letters[at]);
        at += 1;
    }
    out
}

/// An amount in 元, as 5万元, 50000元, 5 万元, 50,000元.
fn amount(value: rust_decimal::Decimal, choices: &mut Choices) -> String {
    let digits = value.to_string();
    let (whole, rest) =
        digits.split_once('.').map_or((digits.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let tens = (value / rust_decimal::Decimal::from(10_000)).normalize();
    match choices.below(4) {
        0 => format!("{digits}元"),
        1 => format!("{tens}万元"),
        2 => format!("{tens} 万元"),
        _ => format!("{grouped}{rest}元"),
    }
}

/// Marks and digits of the other width.
fn widths(text: &str, choices: &mut Choices) -> String {
    let (letters, free): (Vec<char>, Vec<bool>) = (text.chars().collect(), open(text));
    let near =
        |at: usize, step: isize| at.checked_add_signed(step).and_then(|at| letters.get(at)).copied().unwrap_or(' ');
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let numbers = near(at, -1).is_ascii_digit() && near(at, 1).is_ascii_digit();
        let latin = |letter: char| letter.is_ascii_alphabetic() || "-_.".contains(letter);
        let of_name = (0..)
            .map(|step| near(at, -step))
            .take_while(|it| it.is_ascii_alphanumeric() || latin(*it))
            .any(latin)
            || (0..).map(|step| near(at, step)).take_while(|it| it.is_ascii_alphanumeric() || latin(*it)).any(latin);
        let other = match letter {
            _ if !free[at] || choices.below(2) == 0 => None,
            '：' if !numbers => Some(':'),
            '，' if !numbers => Some(','),
            '；' => Some(';'),
            '（' => Some('('),
            '）' => Some(')'),
            '%' => Some('％'),
            digit if digit.is_ascii_digit() && !of_name => {
                char::from_u32(u32::from(*digit) - u32::from('0') + u32::from('０'))
            }
            _ => None,
        };
        out.push(other.unwrap_or(*letter));
    }
    out
}

/// Other spaces within lines and before them, lines without anything, the other line break.
fn spaces(text: &str, choices: &mut Choices) -> String {
    let free = open(text);
    let (mut out, mut start) = (String::new(), true);
    let ends = choices.one(&["\n", "\r\n"]);
    let indents = ["", "  ", "\t", "\u{3000}\u{3000}", "      "];
    for (at, letter) in text.chars().enumerate() {
        match letter {
            '\n' if free[at] => {
                out.push_str(ends);
                start = true;
                if choices.below(6) == 0 {
                    out.push_str(ends);
                }
                continue;
            }
            ' ' if free[at] && start => {
                if !out.ends_with([' ', '\t', '\u{3000}']) {
                    out.push_str(choices.one(&indents[1..]));
                }
                continue;
            }
            ' ' if free[at] => out.push_str(choices.one(&[" ", "  ", "\u{3000}"])),
            '，' | '；' if free[at] => {
                out.push(letter);
                out.push_str(choices.one(&["", " "]));
            }
            _ => out.push(letter),
        }
        start = false;
    }
    out
}

/// Comments at the ends of lines and between them.
fn comments(text: &str, choices: &mut Choices) -> String {
    let (free, mut out) = (open(text), String::new());
    for (at, letter) in text.chars().enumerate() {
        if letter == '\n' && free[at] {
            out.push_str(choices.one(&["", "  # 注：“不算数”", "\n# 上限：1元，另一行"]));
        }
        out.push(letter);
    }
    out
}

/// Choices enough for every place of a policy.
fn scattered(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..60_000).map(|_| next()).collect()
}

fn formed(files: &Files, forms: &[Form], choices: &mut Choices) -> Files {
    let mut one = |name: &String, bytes: &Vec<u8>| {
        let mut text = String::from_utf8(bytes.clone()).unwrap();
        for form in forms.iter().filter(|_| name.ends_with(".policy")) {
            text = match form {
                Form::Keywords => keywords(&text, choices),
                Form::Words => words(&text, choices),
                Form::Order => order(&text, choices),
                Form::Numbers => numbers(&text, choices),
                Form::Widths => widths(&text, choices),
                Form::Spaces => spaces(&text, choices),
                Form::Comments => comments(&text, choices),
            };
        }
        (name.clone(), text.into_bytes())
    };
    files.iter().map(|(name, bytes)| one(name, bytes)).collect()
}

fn compared(files: &Files) -> Side {
    let (loaded, found) = load("main.policy", files);
    Side::new("main.policy", loaded, found, None)
}

fn amended(files: &Files) -> revise::Side {
    let (loaded, found) = load("main.policy", files);
    let original = loaded.original.clone();
    let all = editions(loaded, found, model::check);
    let errors: Vec<_> = all.found.iter().filter(|found| found.is_error()).cloned().collect();
    let shown = guiju::diagnostics::render::short(&errors, &all.sources, guiju::diagnostics::Lang::Zh);
    revise::Side::new(&all, all.list.last().unwrap(), original).unwrap_or_else(|| panic!("{shown}"))
}

/// What a comparison and an amendment report of another form.
fn reported(old: &Files, new: &Files) -> Vec<String> {
    let mut all: Vec<String> = diff::diff(&compared(old), &compared(new))
        .items
        .iter()
        .map(|item| format!("{} {:?} {:?} {:?}", item.name(), item.direction, item.changes, item.lines))
        .collect();
    let day = calendar::day(2099, 1, 1).unwrap();
    let written = revise::write(&amended(old), &amended(new), &revise::Options { number: None, day });
    match written {
        Ok(written) => all.extend(written.map(|written| written.source)),
        Err(found) => all.extend(found.into_iter().map(|found| found.message.zh)),
    }
    all
}

/// The policies of the repository without their cases, and the manual's prelude with a clause of every field.
fn policies() -> Vec<(String, Files)> {
    let mut all: Vec<(String, Files)> = docs::policies()
        .into_iter()
        .map(|(path, _)| {
            (path.file_name().unwrap_or(Path::new("").as_os_str()).to_string_lossy().into_owned(), docs::folder(&path))
        })
        .collect();
    let fields = include_str!("support/settlement_fields.policy");
    all.push(("settlement_fields".to_owned(), workbench::files(&[("main.policy", fields)])));
    all
}

/// Every form of every policy alone: where one is reported, it is known which.
#[test]
fn no_form_of_a_policy_is_a_change() {
    for (name, files) in policies() {
        for (at, form) in FORMS.into_iter().enumerate() {
            let bytes = scattered(at as u64);
            let new = formed(&files, &[form], &mut Choices::new(&bytes));
            assert_ne!(files, new, "{name} {form:?} changes nothing");
            assert_eq!(reported(&files, &new), Vec::<String>::new(), "{name} {form:?}");
        }
    }
}

/// What is no form: the same generator with one number more is reported.
#[test]
fn a_change_beside_other_forms_is_reported() {
    for (name, files) in policies() {
        let mut changed = files.clone();
        let (file, text) = files
            .iter()
            .filter(|(name, _)| name.ends_with(".policy") && !name.starts_with("cases"))
            .find_map(|(name, bytes)| {
                let text = String::from_utf8(bytes.clone()).ok()?;
                let digit = |line: &str| line.find(|letter: char| ('1'..='8').contains(&letter));
                let amount = |line: &&str| ["  支持：", "  上限："].iter().any(|label| line.starts_with(label));
                let line = text.lines().filter(amount).find(|line| digit(line).is_some())?;
                let digit = digit(line)?;
                let mut other = line.to_owned();
                other.replace_range(digit..=digit, &char::from(line.as_bytes()[digit] + 1).to_string());
                Some((name.clone(), text.replacen(line, &other, 1)))
            })
            .unwrap();
        changed.insert(file, text.into_bytes());
        let bytes = scattered(7);
        let new = formed(&changed, &FORMS, &mut Choices::new(&bytes));
        let diff = diff::diff(&compared(&files), &compared(&new));
        assert!(!diff.items.is_empty(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forms_together_are_no_change(which in 0_usize..32, seed in any::<u64>(), forms in prop::sample::subsequence(FORMS.to_vec(), 1..=FORMS.len())) {
        let all = policies();
        let (name, files) = &all[which % all.len()];
        let new = formed(files, &forms, &mut Choices::new(&scattered(seed)));
        prop_assert_eq!(reported(files, &new), Vec::<String>::new(), "{} {:?}", name, forms);
    }
}
