//! One application against a policy of seventeen clauses: the VM, the same rules by hand in Rust, and two expression engines.

use guiju::bytecode::program::Tables;
use guiju::bytecode::{self, Verified};
use guiju::vm::{Case, Machine, Outcome, State, Vm};

use crate::compile;
use crate::facts::{Facts, applications};
use crate::measure::{Contender, Timed, in_turns};
use crate::peers::{by_cel::Cel, by_hand, by_zen, by_zen::Zen};
use crate::policy::{Rule, rules, small};
use crate::table::{Row, time};

const CLAUSES: usize = 17;
/// So many that no branch predictor learns them, so few that what every contender keeps for each stays in the cache.
const CASES: usize = 1_024;
const CHECKED_CASES: usize = 20_000;
/// 2025-06-30.
pub const ON: i32 = 20_269;

type Awards = [Option<i64>; CLAUSES];

/// Where the facts of the small policy are in the VM's cases.
struct Slots {
    registered: u32,
    credit: u32,
    industry: u32,
    flag: u32,
    amount: u32,
    first_industry: u32,
}

impl Slots {
    fn new(tables: &Tables) -> Slots {
        let slot = |alias: &str| {
            tables.slots.iter().position(|slot| slot.alias == alias).expect("the policy has the fact") as u32
        };
        let first = tables.members.iter().position(|member| member.alias == "i0").expect("the policy has the industry");
        Slots {
            registered: slot("registered"),
            credit: slot("credit"),
            industry: slot("industry"),
            flag: slot("flag"),
            amount: slot("amount"),
            first_industry: first as u32,
        }
    }

    fn fill(&self, case: &mut Case, facts: &Facts) {
        case.clear();
        case.set_value(self.registered, facts.registered.into());
        case.set_value(self.credit, facts.credit.into());
        case.set_value(self.industry, (self.first_industry + facts.industry).into());
        case.set_value(self.flag, facts.flag.into());
        case.set_value(self.amount, facts.amount.into());
    }
}

#[inline(always)]
fn by_vm(machine: &mut Machine<'_>, case: &Case, awards: &mut Awards) {
    *awards = [None; CLAUSES];
    for (clause, outcome) in machine.run(case, ON).ran() {
        if let (Outcome::Eligible { low, .. }, Some(award)) = (outcome, awards.get_mut(clause as usize)) {
            *award = Some(low as i64);
        }
    }
}

/// Everything that decides, over the same applications.
struct Setting {
    rules: Vec<Rule>,
    program: Verified,
    facts: Vec<Facts>,
}

/// Measures, after all four gave the same awards; the rows of the table.
pub fn rows(rounds: usize) -> Vec<Row> {
    let rules = rules(CLAUSES as u32);
    let program = compile::verified(&small(&rules));
    let facts = applications(CASES, &rules, 1);
    let setting = Setting { rules, program, facts };
    setting.compare();
    let mut rows = setting.hot(rounds);
    rows.extend(setting.cold(rounds));
    rows
}

/// Runs the VM alone, for a profiler.
pub fn spin(passes: usize) -> u64 {
    let rules = rules(CLAUSES as u32);
    let program = compile::verified(&small(&rules));
    let (vm, slots) = (Vm::new(&program), Slots::new(&program.program().tables));
    let facts = applications(CASES, &rules, 1);
    let mut cases = vec![vm.case(); facts.len()];
    cases.iter_mut().zip(&facts).for_each(|(case, facts)| slots.fill(case, facts));
    let mut machine = vm.machine();
    (0..passes).map(|_| each(&cases, |case, awards| by_vm(&mut machine, case, awards)) & 1).sum()
}

impl Setting {
    /// All four give the same awards.
    fn compare(&self) {
        let vm = Vm::new(&self.program);
        let (mut machine, mut case) = (vm.machine(), vm.case());
        let slots = Slots::new(&self.program.program().tables);
        let (mut zen, cel) = (Zen::new(&self.rules), Cel::new(&self.rules));
        let (mut granted, mut capped) = (0, 0);
        for facts in applications(CHECKED_CASES, &self.rules, 2) {
            slots.fill(&mut case, &facts);
            let mut awards: [Awards; 4] = [[Some(-1); CLAUSES]; 4];
            by_vm(&mut machine, &case, &mut awards[0]);
            by_hand::decide(&self.rules, &facts, ON, &mut awards[1]);
            zen.decide(&by_zen::context(&facts), &mut awards[2]);
            cel.decide(&cel.context(&facts), &mut awards[3]);
            assert!(awards.iter().all(|own| *own == awards[0]), "{facts:?}: {awards:?}");
            granted += awards[0].iter().flatten().count();
            capped += self.rules.iter().zip(&awards[0]).filter(|(rule, award)| **award == Some(rule.cap)).count();
        }
        assert!(
            granted > CHECKED_CASES / 4 && capped > granted / 10,
            "{granted} granted, {capped} of them at the ceiling"
        );
    }

    fn hot(&self, rounds: usize) -> Vec<Row> {
        let vm = Vm::new(&self.program);
        let slots = Slots::new(&self.program.program().tables);
        let case = |facts: &Facts| {
            let mut case = vm.case();
            slots.fill(&mut case, facts);
            case
        };
        let cases: Vec<Case> = self.facts.iter().map(case).collect();
        let mut open = cases.clone();
        open.iter_mut().for_each(|case| case.set_state(slots.credit, State::Unknown));
        let zen_contexts: Vec<_> = self.facts.iter().map(by_zen::context).collect();
        let (mut zen, cel) = (Zen::new(&self.rules), Cel::new(&self.rules));
        let cel_contexts: Vec<_> = self.facts.iter().map(|facts| cel.context(facts)).collect();
        let (mut machine, mut filled, mut waiting) = (vm.machine(), vm.machine(), vm.machine());
        let (mut all, mut tracing) = (vm.machine(), vm.machine());
        let (mut one, mut traced) = (vm.case(), 0usize);
        let mut contenders = [
            Contender::new("手写 Rust", CASES, || {
                each(&self.facts, |facts, awards| by_hand::decide(&self.rules, facts, ON, awards))
            }),
            Contender::new("虚拟机", CASES, || each(&cases, |case, awards| by_vm(&mut machine, case, awards))),
            Contender::new("虚拟机，连同写入事实", CASES, || {
                each(&self.facts, |facts, awards| {
                    slots.fill(&mut one, facts);
                    by_vm(&mut filled, &one, awards);
                })
            }),
            Contender::new("虚拟机，读出全部十七条的结果", CASES, || {
                cases
                    .iter()
                    .map(|case| all.run(case, ON).iter().filter(|outcome| eligible(*outcome)).count() as u64)
                    .sum()
            }),
            Contender::new("虚拟机，一个认定未知", CASES, || {
                each(&open, |case, awards| by_vm(&mut waiting, case, awards))
            }),
            Contender::new("zen-expression", CASES, || each(&zen_contexts, |scope, awards| zen.decide(scope, awards))),
            Contender::new("cel", CASES, || each(&cel_contexts, |context, awards| cel.decide(context, awards))),
            Contender::new("虚拟机，带全部理由（trace）", CASES, || {
                traced = 0;
                for case in &cases {
                    traced += tracing.trace(case, ON).decide().clauses.len();
                }
                traced as u64
            }),
        ];
        table(&in_turns(rounds, &mut contenders))
    }

    /// From bytes, or source text, to the first award.
    fn cold(&self, rounds: usize) -> Vec<Row> {
        let bytes = bytecode::encode(&self.program);
        let text = small(&self.rules);
        let Some(first) = self.facts.first() else { return Vec::new() };
        let decide = |program: &Verified| {
            let vm = Vm::new(program);
            let (mut machine, mut case) = (vm.machine(), vm.case());
            Slots::new(&program.program().tables).fill(&mut case, first);
            let mut awards = [None; CLAUSES];
            by_vm(&mut machine, &case, &mut awards);
            awards.iter().flatten().sum::<i64>() as u64
        };
        let mut contenders = [
            Contender::new("冷启动：读入并验证编译产物，算第一例", 1, || {
                decide(&bytecode::load(&bytes).expect("it loads"))
            }),
            Contender::new("冷启动：从源文本编译，算第一例", 1, || decide(&compile::verified(&text))),
            Contender::new("冷启动：zen-expression 编译，算第一例", 1, || {
                let mut awards = [None; CLAUSES];
                Zen::new(&self.rules).decide(&by_zen::context(first), &mut awards);
                awards.iter().flatten().sum::<i64>() as u64
            }),
            Contender::new("冷启动：cel 编译，算第一例", 1, || {
                let mut awards = [None; CLAUSES];
                let cel = Cel::new(&self.rules);
                cel.decide(&cel.context(first), &mut awards);
                awards.iter().flatten().sum::<i64>() as u64
            }),
        ];
        let timed = in_turns(rounds, &mut contenders);
        let row = |timed: &Timed| Row::new(timed.name, time(timed.median()), String::new());
        timed.iter().map(row).collect()
    }
}

fn eligible(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Eligible { .. })
}

/// Decides every one of `all` and adds the awards up.
#[inline(always)]
fn each<T>(all: &[T], mut decide: impl FnMut(&T, &mut Awards)) -> u64 {
    let (mut sum, mut awards) = (0, [None; CLAUSES]);
    for one in all {
        decide(std::hint::black_box(one), &mut awards);
        sum += std::hint::black_box(&awards).iter().flatten().sum::<i64>();
    }
    sum as u64
}

fn table(timed: &[Timed]) -> Vec<Row> {
    let [hand, vm, ..] = timed else { return Vec::new() };
    let row = |own: &Timed| {
        let against_hand = format!("手写的 {:.1} 倍", own.times(hand));
        let ratio = if own.name == hand.name {
            String::new()
        } else {
            format!("{against_hand}，虚拟机的 {:.1} 倍", own.times(vm))
        };
        Row::new(own.name, time(own.median()), ratio)
    };
    timed.iter().map(row).collect()
}
