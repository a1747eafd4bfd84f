//! Small changes of a policy, one at a time: of its model (numbers, operators, conditions), and of its text (keys, departments, days …).

use std::collections::BTreeMap;
use std::path::Path;

use guiju::bytecode::{self, Verified};
use guiju::model::Checked;
use guiju::model::mutate::{Change, mutants};
use guiju::source::Sources;

use crate::workbench::{self, Bench};

/// A policy that compiles.
pub struct Policy {
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
    pub sources: Sources,
    pub checked: Checked,
    pub program: Verified,
}

/// A changed policy.
pub struct Mutant {
    /// What kind of change.
    pub kind: &'static str,
    /// Where and what.
    pub what: String,
    pub checked: Checked,
    pub program: Verified,
}

pub const POLICIES: [&str; 5] = [
    "policies/changning-2024-4",
    "policies/examples/county-investment",
    "policies/examples/science-park",
    "policies/examples/talent",
    "policies/examples/trade-growth",
];

pub fn policy(folder: &str) -> Policy {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let files: BTreeMap<String, Vec<u8>> = entries
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        // Cases change nothing that is compared.
        .filter(|(name, _)| !is_cases(name))
        .map(|(name, text)| if name == "main.policy" { (name, without_cases(text)) } else { (name, text) })
        .collect();
    let name = folder.rsplit('/').next().unwrap().to_owned();
    let (sources, checked, program) = compiled(&files).unwrap_or_else(|| {
        let found = workbench::check_types(&files);
        let lang = guiju::diagnostics::Lang::Zh;
        panic!("{folder} does not compile: {}", guiju::diagnostics::render::short(&found.found, &found.sources, lang))
    });
    Policy { name, files, sources, checked, program }
}

/// A policy with its cases; facts and clauses have the ids that [`policy`] gives them.
pub fn with_cases(folder: &str) -> Checked {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let files = entries
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    workbench::check_types(&files).checked.unwrap()
}

fn is_cases(name: &str) -> bool {
    name.starts_with("cases") || name.starts_with("scenarios")
}

fn without_cases(main: Vec<u8>) -> Vec<u8> {
    let main = String::from_utf8(main).unwrap();
    let lines = main.lines().filter(|line| !line.strip_prefix("引用 ").is_some_and(is_cases));
    lines.map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

pub fn compiled(files: &BTreeMap<String, Vec<u8>>) -> Option<(Sources, Checked, Verified)> {
    let Bench { sources, checked, .. } = workbench::check_types(files);
    let checked = checked?;
    let program = bytecode::verify(bytecode::lower(&checked, &sources).ok()?).ok()?;
    Some((sources, checked, program))
}

fn of_change(change: &Change) -> &'static str {
    match change {
        Change::Number { .. } => "门槛、金额、比例",
        Change::Day { .. } => "日期",
        Change::Operator { .. } => "运算符",
        Change::Connective { .. } => "且或",
        Change::Dropped { .. } => "删去条件",
        Change::Negated { .. } => "条件取反",
        Change::Period { .. } => "上限的期间",
    }
}

/// Changes of the model.
pub fn of_model(policy: &Policy) -> Vec<Mutant> {
    let written = |span| policy.sources.text(span).trim().to_owned();
    let made = mutants(&policy.checked).filter_map(|(mutation, checked)| {
        if policy.sources.name(mutation.span).starts_with("标准") {
            return None;
        }
        let program = bytecode::verify(bytecode::lower(&checked, &policy.sources).ok()?).ok()?;
        let (name, at) = (policy.sources.name(mutation.span), policy.sources.start(mutation.span));
        // The place tells changes of one text apart.
        let place = format!("{name}:{}:{}", at.line, at.column);
        let what = format!("{place} 「{}」{}", written(mutation.span), said(&mutation.change));
        Some(Mutant { kind: of_change(&mutation.change), what, checked, program })
    });
    made.collect()
}

fn said(change: &Change) -> String {
    match change {
        Change::Number { from, to, .. } => format!("{from} 改为 {to}"),
        Change::Day { from, to } => format!("推后 {} 天", to - from),
        Change::Operator { from, to } => format!("{from:?} 改为 {to:?}"),
        Change::Connective { all: true } => "且改为或".to_owned(),
        Change::Connective { all: false } => "或改为且".to_owned(),
        Change::Dropped { .. } => "删去".to_owned(),
        Change::Negated { .. } => "取反".to_owned(),
        Change::Period { from, to } => format!("{from:?} 改为 {to:?}"),
    }
}

/// A change of the text: lines that begin so, and what becomes of the first of some words in them; without words the line goes.
struct Rule {
    kind: &'static str,
    line: &'static str,
    words: &'static [(&'static str, &'static str)],
}

const RULES: &[Rule] = &[
    Rule {
        kind: "上限按谁",
        line: "上限",
        words: &[
            ("每项目", "每市场主体"),
            ("每市场主体", "全部对象"),
            ("每企业", "全部对象"),
            ("每产品", "每企业"),
            ("每用人单位", "全部对象"),
            ("每人才、团队、项目", "每项目"),
            ("每人才", "全部对象"),
        ],
    },
    Rule {
        kind: "上限的期间",
        line: "上限",
        words: &[
            ("每年", "累计"),
            ("累计", "每年"),
            ("一次性或期限内每年", "每年"),
            ("一次性", "每年"),
            ("累计", "每次"),
        ],
    },
    Rule { kind: "删去上限", line: "上限", words: &[] },
    Rule { kind: "合计的范围", line: "上限", words: &[("，条款 new-product、lab-space 合计", "")] },
    Rule { kind: "突破", line: "突破", words: &[] },
    Rule {
        kind: "突破",
        line: "突破",
        words: &[("50万元", "60万元"), ("，最高 50万元", ""), ("区投促办 批准", "区科委 批准")],
    },
    Rule {
        kind: "责任部门",
        line: "责任部门",
        words: &[
            ("、区市场监管局", ""),
            ("、区财政局", ""),
            ("区科委", "区商务委"),
            ("园区财政局", "园区科技局"),
            ("区人社局", "区财政局"),
            ("县财政局", "县市场监管局"),
            ("、及相关部门", ""),
            ("区商务委、", ""),
            ("区发改委", "区财政局"),
        ],
    },
    Rule {
        kind: "有效期",
        line: "有效期",
        words: &[
            ("2026-12-31", "2027-12-31"),
            ("2027-12-31", "2026-06-30"),
            ("2024-11-15 至", "2025-01-01 至"),
            ("2025-01-01 至", "2024-07-01 至"),
            ("2028-06-30", "2030-06-30"),
            ("2025-07-01 至", "2026-01-01 至"),
        ],
    },
    Rule { kind: "生效", line: "生效", words: &[("2025-06-01", "2025-07-01")] },
    Rule { kind: "追溯", line: "追溯", words: &[] },
    Rule { kind: "追溯", line: "追溯", words: &[("2025-01-01", "2025-02-01"), ("800元", "900元")] },
    Rule {
        kind: "产业",
        line: "产业：",
        words: &[
            ("、航空及运输服务业", ""),
            ("智能互联网产业、", ""),
            ("人工智能、", ""),
            ("、时尚消费产业", ""),
            ("商贸业", "文旅服务业"),
            ("商贸业、", ""),
            ("文旅服务业", "商贸业"),
            ("人工智能", "智能互联网产业"),
        ],
    },
    Rule { kind: "产业", line: "产业：", words: &[] },
    Rule { kind: "排除", line: "排除", words: &[] },
    Rule {
        kind: "对象",
        line: "对象：",
        words: &[("人才、团队、项目", "项目"), ("人才、", ""), ("：企业", "：产品"), ("：项目", "：市场主体")],
    },
    Rule {
        kind: "期限、次数、首次",
        line: "期限",
        words: &[("3年", "4年"), ("5年", "4年"), ("按年度", "按周年"), ("按周年", "按年度")],
    },
    Rule { kind: "期限、次数、首次", line: "期限", words: &[] },
    Rule { kind: "期限、次数、首次", line: "次数", words: &[("1次", "2次"), ("累计", "每年")] },
    Rule { kind: "期限、次数、首次", line: "次数", words: &[] },
    Rule { kind: "期限、次数、首次", line: "首次", words: &[] },
    Rule { kind: "先后", line: "先后", words: &[] },
    Rule {
        kind: "拨付",
        line: "拨付",
        words: &[("5万元、3万元、2万元", "4万元、3万元、3万元"), ("40%、30%、30%", "50%、30%、20%")],
    },
    Rule {
        kind: "追回", line: "追回", words: &[("全部支持", "50%的支持"), ("5年", "3年"), ("3年", "2年")]
    },
    Rule { kind: "追回", line: "追回", words: &[] },
    Rule { kind: "分担", line: "分担", words: &[("1:1", "2:1")] },
    Rule { kind: "分担", line: "分担", words: &[] },
    Rule { kind: "配套", line: "配套", words: &[("1:1", "1:2"), ("1:1", "2:1")] },
    Rule {
        kind: "名额",
        line: "名额",
        words: &[("20人", "30人"), ("10家", "5家"), ("由高到低", "由低到高"), ("并列按申请先后", "并列都予支持")],
    },
    Rule { kind: "名额", line: "名额", words: &[] },
    Rule {
        kind: "预算",
        line: "预算",
        words: &[
            ("500万元", "400万元"),
            ("同比例压缩，舍去到元，余数归最先", "先到先得"),
            ("1200万元", "1000万元"),
            ("每年", "累计"),
        ],
    },
    Rule { kind: "预算", line: "预算", words: &[] },
    Rule {
        kind: "组合",
        line: "方式",
        words: &[("就高不重复", "优先"), ("择一", "就高不重复"), ("就高不重复", "择一")],
    },
    Rule { kind: "组合", line: "条款：", words: &[("settle-old、settle-new", "settle-new、settle-old")] },
    Rule {
        kind: "组合",
        line: "归户",
        words: &[("每企业，每年", "每企业，累计"), ("每市场主体，每年", "每市场主体，累计")],
    },
    Rule { kind: "裁量", line: "支持比例", words: &[("不超过 100%", "不超过 50%"), ("裁量", "认定")] },
    Rule {
        kind: "裁量",
        line: "支持：核定金额",
        words: &[("核定金额", "不超过 2000万元"), ("核定金额", "100万元 至 300万元"), ("核定金额", "一定奖励")],
    },
    Rule { kind: "支持", line: "支持：一定奖励", words: &[("一定奖励", "10万元")] },
    Rule { kind: "事实", line: "核定金额（", words: &[("不低于 0元", "不低于 1万元")] },
    Rule { kind: "事实", line: "信用记录良好（", words: &[("由 区市场监管局", "由 区商务委")] },
    Rule {
        kind: "舍入",
        line: "舍入",
        words: &[("分，四舍五入", "元，四舍五入"), ("分，四舍五入", "分，舍去"), ("分，四舍五入", "元，进一")],
    },
    Rule { kind: "本数", line: "本数", words: &[("以上、", "")] },
    Rule { kind: "期满", line: "期满", words: &[("已批准的继续兑付", "停止兑付")] },
];

/// Changes of the text that still compile.
pub fn of_text(policy: &Policy) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (name, text) in &policy.files {
        if !name.ends_with(".policy") {
            continue;
        }
        let text = String::from_utf8(text.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            for (kind, becomes) in changes(line) {
                let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                // What stands under a line goes with it.
                let depth = |line: &str| line.len() - line.trim_start().len();
                let under = lines.iter().skip(at + 1).take_while(|under| depth(under) > depth(line)).count();
                match &becomes {
                    Some(becomes) => changed[at] = becomes.clone(),
                    None => drop(changed.splice(at..=at + under, [])),
                }
                let mut files = policy.files.clone();
                files.insert(name.clone(), (changed.join("\n") + "\n").into_bytes());
                if let Some((_, checked, program)) = compiled(&files) {
                    let becomes = becomes.map_or("删去".to_owned(), |becomes| format!("改为「{}」", becomes.trim()));
                    let what = format!("{name}:{} 「{}」{becomes}", at + 1, line.trim());
                    all.push(Mutant { kind, what, checked, program });
                }
            }
        }
    }
    all
}

fn changes(line: &str) -> Vec<(&'static str, Option<String>)> {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') {
        return Vec::new();
    }
    let mut all = Vec::new();
    for rule in RULES.iter().filter(|rule| trimmed.starts_with(rule.line)) {
        if rule.words.is_empty() {
            all.push((rule.kind, None));
        }
        for (from, to) in rule.words.iter().filter(|(from, _)| line.contains(from)) {
            all.push((rule.kind, Some(line.replacen(from, to, 1))));
        }
    }
    all
}
