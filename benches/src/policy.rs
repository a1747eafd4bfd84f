//! In: how many clauses. Out: policies as drafters write them, as text, and the figures that are in them, for the peers.
//! Invariant: the same number gives the same text.

use std::fmt::Write;

/// One clause of the small policy: `award = min(round(amount × rate), cap)`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its industry, as a position in the list of industries.
    pub industry: u32,
    /// Millionths.
    pub rate: i64,
    /// Cents.
    pub cap: i64,
}

/// The clauses of the small policy, one an industry.
pub fn rules(clauses: u32) -> Vec<Rule> {
    let rule = |at: u32| {
        let at64 = i64::from(at);
        Rule { industry: at, rate: 12_500 + at64 * 7_500, cap: (100 + at64 * 50) * 1_000_000 }
    };
    (0..clauses).map(rule).collect()
}

/// The small policy: a scope of two facts; each clause has an industry, a flag, an amount above zero, a rate and a ceiling.
pub fn small(rules: &[Rule]) -> String {
    let mut text = String::from(HEAD);
    text.push_str("产业 重点产业（key）\n");
    for rule in rules {
        let _ = writeln!(text, "  {}（i{}）", industry(rule.industry), rule.industry);
    }
    text.push_str(SUBJECT);
    for rule in rules {
        let name = industry(rule.industry);
        let rate = decimal(rule.rate, 4);
        let _ = writeln!(text, "\n条款 二（{}）《支持{name}》（c{})", rule.industry + 1, rule.industry);
        let _ =
            writeln!(text, "  产业：{name}\n  条件：符合发展导向 且 申请金额 大于 0元\n  支持：申请金额 的 {rate}%");
        let _ = writeln!(text, "  上限：{}万元，每市场主体每年\n  责任部门：区科委", rule.cap / 1_000_000);
    }
    text
}

/// A large policy: like the small one, with more kinds of facts, four departments, two conditions, ids and titles of usual length.
pub fn large(clauses: u32) -> String {
    let industries = (clauses / 20).clamp(1, 2_000);
    let mut text = String::from(HEAD);
    text.push_str("产业 重点产业（key）\n");
    for at in 0..industries {
        let _ = writeln!(text, "  {}（i{at}）", industry(at));
    }
    text.push_str(SUBJECT);
    for at in 0..clauses {
        let name = industry(at % industries);
        let _ = writeln!(text, "\n条款 四（{}）{}《支持{name}提升能级第{at}项》（c{at}）", at / 100 + 1, at % 100 + 1);
        let _ = writeln!(text, "  产业：{name}");
        let flag = if at % 3 == 0 { "符合发展导向" } else { "经认定为重点项目" };
        let staff = if at % 4 == 0 { format!(" 且 职工人数{}人以上", 10 + at % 90) } else { String::new() };
        let _ = writeln!(text, "  条件：{flag} 且 业务规模 不低于 {}万元{staff}", 100 + at % 900);
        let _ = writeln!(text, "  支持：申请金额 的 {}%", decimal(i64::from(5_000 + at % 500 * 100), 4));
        let _ = writeln!(text, "  上限：{}万元，每市场主体每年", 50 + at % 950);
        let _ = writeln!(text, "  责任部门：{}", DEPARTMENTS[at as usize % DEPARTMENTS.len()]);
    }
    text
}

const DEPARTMENTS: [&str; 4] = ["区科委", "区商务委、区投促办", "区投促办", "区市场监管局（牵头）、区科委"];

const HEAD: &str = "政策 测发〔2025〕1号《测速政策》（measured）
  发文机关：区科委
  发布：2025-01-01
  有效期：2025-01-01 至 2026-12-31
  舍入：分，四舍五入

部门 区科委《区科学技术委员会》（science）
部门 区商务委《区商务委员会》（commerce）
部门 区投促办《区投资促进办公室》（investment）
部门 区市场监管局《区市场监督管理局》（market）

";

const SUBJECT: &str = "
对象 市场主体（entity）
  统一社会信用代码（uscc）：信用代码
  产业（industry）：产业
  依法设立（registered）：是否
  信用记录良好（credit）：是否，由 区市场监管局 认定
  符合发展导向（flag）：是否，由 区科委 认定
  经认定为重点项目（listed）：是否，由 区科委 认定
  申请金额（amount）：金额，不低于 0元
  业务规模（turnover）：金额，不低于 0元
  职工人数（staff）：整数（人）

适用范围
  条件：依法设立 且 信用记录良好
";

/// A name of an industry, without digits, so that it reads as one word.
pub fn industry(at: u32) -> String {
    const FIRST: [&str; 12] =
        ["智能", "航空", "时尚", "商务", "生命", "低空", "绿色", "数字", "现代", "海洋", "新型", "高端"];
    const SECOND: [&str; 12] =
        ["装备", "服务", "消费", "金融", "健康", "物流", "能源", "内容", "材料", "交通", "芯片", "检测"];
    const THIRD: [&str; 14] = [
        "业",
        "制造业",
        "研发业",
        "贸易业",
        "设计业",
        "运营业",
        "咨询业",
        "软件业",
        "租赁业",
        "会展业",
        "培训业",
        "维修业",
        "工程业",
        "集成业",
    ];
    let at = at as usize;
    format!("{}{}{}", FIRST[at % 12], SECOND[at / 12 % 12], THIRD[at / 144 % 14])
}

/// `value` over ten to the power of `digits`, without trailing zeros.
fn decimal(value: i64, digits: u32) -> String {
    let one = 10_i64.pow(digits);
    let fraction = format!("{:0width$}", value % one, width = digits as usize);
    format!("{}.{fraction}", value / one).trim_end_matches('0').trim_end_matches('.').to_owned()
}
