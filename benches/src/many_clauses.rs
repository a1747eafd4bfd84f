//! Policies of ten thousand and a hundred thousand clauses, stage by stage, in this process.

use guiju::bytecode;
use guiju::diagnostics::Code;
use guiju::model;
use guiju::source::Sources;
use guiju::syntax;
use guiju::vm::Vm;
use pest::Parser;
use pest_derive::Parser;

use crate::measure::{median, once};
use crate::policy::large;
use crate::table::{Row, time};

/// The compiler's grammar, to see what the parser generator alone costs.
#[derive(Parser)]
#[grammar = "../../grammar/guiju.pest"]
struct Grammar;

const STAGES: [&str; 9] = [
    "其中 pest（每行单独解析）",
    "分行与解析（layout + pest）",
    "检查（check）",
    "条件和表的证明（analysis::lint）",
    "降级（lower）",
    "验证（verify）",
    "编码（encode）",
    "读入并验证编译产物（load）",
    "虚拟机就绪（Vm::new）",
];

/// Seconds of each stage.
fn stages(text: &str) -> [f64; STAGES.len()] {
    let (pest, _) = once(|| text.lines().filter(|line| Grammar::parse(Rule::line, line.trim()).is_ok()).count());
    let mut sources = Sources::new();
    let id = sources.add("main.policy", text);
    let (parse, (file, found)) = once(|| syntax::parse(id, text));
    assert!(found.is_empty(), "{:#?}", found.first());
    let files = [file];
    let (check, (checked, found)) = once(|| model::check(&files, &sources, None));
    let Some(checked) = checked else { panic!("{:#?}", found.first()) };
    let (lint, found) = once(|| guiju::analysis::lint(checked.model()));
    // Twenty clauses of each industry give a share of one amount, and nothing says whether they may be had together.
    let other = found.iter().find(|found| found.code != Code::ClausesOverlap);
    assert!(other.is_none(), "{other:#?}");
    let (lower, program) = once(|| bytecode::lower(&checked, &sources));
    let program = program.unwrap_or_else(|found| panic!("{:#?}", found.first()));
    let (verify, verified) = once(|| bytecode::verify(program));
    let verified = verified.unwrap_or_else(|flaws| panic!("{:#?}", flaws.first()));
    let (encode, bytes) = once(|| bytecode::encode(&verified));
    let (load, loaded) = once(|| bytecode::load(&bytes));
    assert!(loaded.is_ok(), "what was encoded loads");
    let (ready, _) = once(|| Vm::new(&verified).machine().vm().case());
    [pest, parse, check, lint, lower, verify, encode, load, ready]
}

/// The medians of each stage at both sizes, and how they grow.
pub fn rows(rounds: usize, sizes: [u32; 2]) -> Vec<Row> {
    let medians = sizes.map(|clauses| {
        let text = large(clauses);
        let all: Vec<_> = (0..rounds.max(1)).map(|_| stages(&text)).collect();
        std::array::from_fn::<f64, { STAGES.len() }, _>(|stage| median(all.iter().map(|round| round[stage]).collect()))
    });
    let [small, big] = medians;
    let growth = f64::from(sizes[1]) / f64::from(sizes[0]);
    let line = |(name, (small, big)): (&&str, (&f64, &f64))| {
        let linear = big / small / growth;
        Row::new(*name, time(small * 1e9), format!("{} 条 {}；每条是 {:.2} 倍", sizes[1], time(big * 1e9), linear))
    };
    STAGES.iter().zip(small.iter().zip(&big)).map(line).collect()
}
