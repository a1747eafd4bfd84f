//! In: everything that has a name. Out: [`TermDoc`]: what each term means, first those of the policy, then words that every policy uses.

use super::build::Making;
use super::words::both;
use super::{ClassDoc, DefinitionDoc, DepartmentDoc, FactDoc, SubjectDoc, TermDoc, Words};

/// Words that every policy uses: Chinese, English, what they mean.
const WORDS: &[(&str, &str, &str, &str)] = &[
    (
        "认定",
        "determination",
        "由部门确认的一件事实，例如信用是否良好；没有认定以前不算成立，也不算不成立",
        "a fact that a department attests; open until it does",
    ),
    (
        "裁量",
        "discretion",
        "由部门在规定的范围内决定的金额或比例",
        "an amount or rate that a department sets within bounds",
    ),
    (
        "上限",
        "ceiling",
        "支持最多给多少：多少钱、对谁算、在多长时间里算",
        "the most that is given: how much, per whom, over which period",
    ),
    (
        "每项目累计",
        "per project in all",
        "同一个项目以前得到的都算在内",
        "everything the same project got before counts",
    ),
    (
        "突破",
        "lift",
        "经有权的部门批准，可以不受上限限制",
        "a ceiling is set aside where the named department approves",
    ),
    (
        "未定",
        "undetermined",
        "还缺事实，哪一种结果都有可能；缺什么、由谁认定写在旁边",
        "facts are missing that could still change the answer; which, and who gives them, stands beside it",
    ),
    ("不符合", "ineligible", "有一项条件不成立，写明是哪一项", "a condition does not hold; which one is said"),
    ("原文", "original", "公布的文件里的话，一字不改", "the words of the published document, unchanged"),
];

/// What there is to explain.
pub(super) struct Parts<'a> {
    pub(super) departments: &'a [DepartmentDoc],
    pub(super) subjects: &'a [SubjectDoc],
    pub(super) facts: &'a [FactDoc],
    pub(super) definitions: &'a [DefinitionDoc],
    pub(super) classes: &'a [ClassDoc],
}

impl Making<'_> {
    /// The glossary.
    pub(super) fn glossary(&self, parts: &Parts<'_>) -> Vec<TermDoc> {
        let mut terms = Vec::new();
        let term = |kind: &str, id: &str, term: &Words, meaning: Words| TermDoc {
            kind: kind.to_owned(),
            id: id.to_owned(),
            term: term.clone(),
            meaning,
            quotes: Vec::new(),
        };
        for department in parts.departments {
            let full = Words::same(&department.full_name);
            let meaning = match department.full_name.is_empty() {
                true => Words::new("部门", "a department"),
                false => both!("{}", "{}", full),
            };
            terms.push(term("department", &department.id, &department.name, meaning));
        }
        for subject in parts.subjects {
            let meaning = match subject.owner.as_ref().and_then(|id| parts.subjects.iter().find(|it| it.id == *id)) {
                Some(owner) => {
                    let owner = &owner.name;
                    both!("申请支持的一类对象，属于{}", "a kind of applicant, of a {}", owner)
                }
                None => Words::new("申请支持的一类对象", "a kind of applicant"),
            };
            terms.push(term("subject", &subject.id, &subject.name, meaning));
        }
        for class in parts.classes {
            let count = class.values.len();
            let meaning = Words::new(format!("分类，共 {count} 个值"), format!("a classification of {count} values"));
            terms.push(term("value", &class.id, &class.name, meaning));
        }
        for fact in parts.facts.iter().filter(|fact| !fact.made) {
            let (ty, by) = (&fact.type_words, &fact.given_by.words);
            let mut meaning = both!("申请的事实：{}，{}", "a fact of the application: {}, {}", ty, by);
            if !fact.note.is_empty() {
                meaning.zh.push_str(&format!("。{}", fact.note));
            }
            terms.push(term("fact", &fact.id, &fact.name, meaning));
        }
        for definition in parts.definitions {
            let mut made = term("definition", &definition.id, &definition.name, definition.words.clone());
            made.quotes.clone_from(&definition.quotes);
            terms.push(made);
        }
        let words = WORDS.iter().map(|(zh, en, meaning_zh, meaning_en)| {
            term("word", "", &Words::new(*zh, *en), Words::new(*meaning_zh, *meaning_en))
        });
        terms.extend(words);
        terms
    }
}
