//! Random policies in the manual's language: facts of every type with and without owners, definitions, tables, a scope, clauses with every kind
//! of award, cap, period and key, floors, lifts, references, dates. Every policy is well typed by construction; thresholds come from
//! a short list, so that random cases fall on them.

use super::choices::Choices;
use super::random_tables;

/// Amounts in 元, rates, counts, days: what conditions compare with and cases give.
pub const AMOUNTS: [&str; 7] = ["0元", "99.99元", "100元", "100.01元", "5000元", "1万元", "1.5亿元"];
pub const RATES: [&str; 5] = ["0%", "5%", "30%", "33.3333%", "100%"];
pub const COUNTS: [&str; 4] = ["0", "1", "20", "300"];
pub const DAYS: [&str; 5] = ["2020-02-29", "2022-06-30", "2025-01-31", "2025-06-30", "2026-12-31"];

const FACTS: &str = "
对象 市场主体（entity）
  主体编号（entity-id）：文本，标识
  营业额（revenue）：金额，每年
  研发费（research）：金额，不低于 0元
  员工数（staff）：整数（人），不低于 0人，不超过 100万人
  用房面积（area）：平方米
  研发占比（share）：比例，不低于 0%，不超过 100%
  增幅（growth）：比例
  设立日期（founded）：日期
  租期（term）：期间，不低于 0个月，不超过 1200个月
  已登记（registered）：是否
  无失信（clean）：是否，由 甲局 认定
  所属产业（sector）：产业
  企业级别（level）：级别，由 乙局 认定
  企业性质（kind）：文本
  更大力度（more）：是否，由 乙局 认定
  销售额（sales）：金额，按年，不低于 0元
  高企（hnte）：认定（级别），由 甲局 认定
对象 项目（project），属于 市场主体
  项目编号（project-id）：文本，标识
  项目投资（investment）：金额，不低于 0元
  审定比例（approved-rate）：比例，由 甲局 裁量，不超过 100%
  核定额（approved）：金额，由 责任部门 裁量
  已竣工（finished）：是否，由 责任部门 认定
清单 设备（equipment），属于 市场主体，最多4项
  价格（price）：金额，不低于 0元，不超过 10亿元
  购置日（bought）：日期
  设备级别（equipment-level）：级别
  进口（imported）：是否
日历 甲历
  范围：2019-01-01 至 2027-12-31
  放假：2020-02-28 至 2020-03-02、2025-06-30
  上班：2025-02-01
";

struct Writer<'a, 'b> {
    choices: &'a mut Choices<'b>,
    /// Names of definitions that are conditions, so far.
    definitions: Vec<String>,
    /// Amounts that tables give.
    tables: Vec<String>,
    /// Whether facts of projects may be used.
    project: bool,
    /// Whether this is written in a clause.
    clause: bool,
}

/// A policy made by these choices.
pub fn policy(choices: &mut Choices) -> String {
    let places = choices.one(&["分", "角", "元", "百元", "千元", "万元"]);
    let mode = choices.one(&["四舍五入", "舍去", "进一", "四舍六入五成双"]);
    let month_end = choices.one(&["取月末", "顺延"]);
    let mut text = format!(
        "政策 《随机》（random）\n  发布：2024-01-01\n  有效期：2024-01-01 至 2026-12-31\n  舍入：{places}，{mode}\n  月末：{month_end}\n\
         部门 甲局（bureau-a）\n部门 乙局（bureau-b）\n\
         产业 信息产业（information）\n  人工智能（ai）\n  软件业（software）\n产业 服务业（services）\n\
         枚举 级别（grade），由低到高\n  区级\n  市级\n  国家级\n{FACTS}"
    );
    let mut writer = Writer { choices, definitions: Vec::new(), tables: Vec::new(), project: false, clause: false };
    for number in 0..writer.choices.below(3) {
        let condition = writer.condition(2);
        text += &format!("定义 定义{}（definition-{number}）：{condition}\n", letter(number));
        writer.definitions.push(format!("定义{}", letter(number)));
    }
    let tables = random_tables::tables(writer.choices, &writer.definitions);
    text += &tables.text;
    writer.tables = tables.amounts;
    if writer.choices.once_in(2) {
        text += &format!("适用范围\n  条件：{}\n", writer.condition(2));
        if writer.choices.once_in(2) {
            text += &format!("  排除：{}\n", writer.condition(1));
        }
    }
    let clauses = 1 + writer.choices.below(5);
    for number in 0..clauses {
        text += &writer.clause(number);
    }
    if writer.choices.once_in(3) {
        let industry = writer.choices.one(&["软件业", "信息产业", "服务业"]);
        text += &format!("条款 九《参照执行》（other）\n  产业：{industry}\n  参照：c0\n  责任部门：乙局\n");
    }
    text
}

fn letter(number: usize) -> char {
    ['甲', '乙', '丙', '丁', '戊', '己'][number % 6]
}

impl Writer<'_, '_> {
    fn clause(&mut self, number: usize) -> String {
        self.clause = true;
        self.project = self.choices.once_in(2);
        let subject = if self.project { "项目" } else { "市场主体" };
        let mut text = format!("条款 {}《条款{}》（c{number}）\n  对象：{subject}\n", number + 1, letter(number));
        if self.choices.once_in(3) {
            text += &format!("  产业：{}\n", self.choices.one(&["人工智能", "软件业、服务业", "信息产业"]));
        }
        if self.choices.once_in(2) {
            text += &self.conditions();
        }
        if self.choices.once_in(3) {
            text += &format!("  排除：{}\n", self.condition(2));
        }
        text += &format!("  支持：{}\n", self.award());
        for _ in 0..self.choices.below(4) {
            text += &format!("  上限：{}\n", self.cap(number));
        }
        if self.choices.once_in(4) {
            let floors =
                if self.project { &["1元", "0.5元", "项目投资 的 1%"][..] } else { &["1元", "0.5元"] };
            text += &format!("  下限：{}\n", self.choices.one(floors));
        }
        if self.choices.once_in(4) {
            let name = self.choices.one(&["", "更大力度，"]);
            let most = self.choices.one(&["", "，最高 2亿元", "，最高 1万元"]);
            text += &format!("  突破：{name}由 乙局 批准{most}\n");
        }
        text += self.choices.one(&["", "  生效：2025-01-31\n", "  失效：2025-06-30\n"]);
        text + "  责任部门：甲局（牵头）、乙局\n"
    }

    fn conditions(&mut self) -> String {
        if !self.choices.once_in(2) {
            return format!("  条件：{}\n", self.condition(3));
        }
        let head = self.choices.one(&["满足下列条件之一", "同时满足"]);
        let inner = self.choices.one(&["同时满足", "任一"]);
        let parts = [self.condition(1), self.condition(1), self.condition(1)];
        format!(
            "  条件：{head}\n    （一）首项：{}\n    （二）其他：{inner}\n      1. {}\n      2. {}\n",
            parts[0], parts[1], parts[2]
        )
    }

    /// A condition, at most so deep.
    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.test();
        }
        match self.choices.below(7) {
            0..=2 => self.test(),
            3 => format!("（{}）且（{}）", self.condition(depth - 1), self.condition(depth - 1)),
            4 => format!("（{}）或（{}）", self.condition(depth - 1), self.condition(depth - 1)),
            5 => format!("非（{}）", self.condition(depth - 1)),
            _ => {
                let head = self.choices.one(&["任一", "全部"]);
                let parts = [self.condition(depth - 1), self.condition(0), self.condition(0)];
                format!("{head}（{}）", parts.join("；"))
            }
        }
    }

    fn test(&mut self) -> String {
        if !self.definitions.is_empty() && self.choices.once_in(5) {
            let index = self.choices.below(self.definitions.len());
            return self.definitions[index].clone();
        }
        let order = self.choices.one(&["不低于", "超过", "不超过", "低于"]);
        let same = self.choices.one(&["是", "不是"]);
        match self.choices.below(26) {
            0 => "已登记".to_owned(),
            1 => "无失信".to_owned(),
            2 => format!("营业额 {order} {}", self.choices.one(&AMOUNTS)),
            3 => format!("（{}）{order}（{}）", self.money(), self.money()),
            4 => format!("员工数 {order} {}人", self.choices.one(&COUNTS)),
            5 => format!("研发占比 {order} {}", self.choices.one(&RATES)),
            6 => format!("研发费 除以 营业额 {order} {}", self.choices.one(&RATES)),
            7 => {
                let from = self.choices.one(&[
                    "设立日期",
                    "设立日期 加 3年",
                    "设立日期 加 1月",
                    "评定日 减 30天",
                    "设立日期 加 租期",
                ]);
                let to = if self.choices.once_in(2) { "评定日" } else { self.choices.one(&DAYS) };
                format!("{from} {} {to}", self.choices.one(&["早于", "不早于", "晚于", "不晚于"]))
            }
            8 => format!(
                "所属产业 {} {}",
                self.choices.one(&["属于", "不属于"]),
                self.choices.one(&["信息产业", "人工智能、服务业"])
            ),
            9 => format!("企业级别 {order} {}", self.choices.one(&["区级", "市级", "国家级"])),
            10 => format!("企业级别 {same} {}", self.choices.one(&["区级", "国家级"])),
            11 => format!("员工数 {same} {}人", self.choices.one(&COUNTS)),
            12 => format!("租期 {order} {}", self.choices.one(&["12个月", "3年"])),
            13 => format!("用房面积 {order} {}平方米", self.choices.one(&["0.5", "300"])),
            14 => format!("近2年销售额 均 {order} {}", self.choices.one(&AMOUNTS)),
            15 => format!(
                "销售额{} {order} {}",
                self.choices.one(&["同比增速", "较2024年增速"]),
                self.choices.one(&RATES)
            ),
            16 => format!(
                "{}销售额 {order} {}",
                self.choices.one(&["上年", "当年", "2024年"]),
                self.choices.one(&AMOUNTS)
            ),
            17 => {
                let how = self.choices.one(&["", " 不低于 市级", " 是 国家级", " 于 设立日期"]);
                format!("高企{how}")
            }
            18 => {
                let fold = self.choices.one(&["任一", "全部"]);
                format!("{fold}（设备，其中 {}）", self.of_record())
            }
            19 => format!("计数（设备，其中 {}）{order} {}", self.of_record(), self.choices.one(&COUNTS)),
            20 => format!("不同值计数（设备 的 {}）{order} 2", self.choices.one(&["设备级别", "价格"])),
            21 => format!("设立日期 在近{}内", self.choices.one(&["3年", "6个月", "30天"])),
            22 => {
                let years = self.choices.one(&["按周年", "按年度"]);
                format!("年序（设立日期，{years}）{order} {}", self.choices.one(&["1", "第3年", "5"]))
            }
            23 => {
                let days = self.choices.one(&["0", "1", "5", "30"]);
                format!("设立日期 加 {days}个工作日 {} 评定日", self.choices.one(&["早于", "不早于"]))
            }
            24 if self.clause => self.choices.one(&["首次", "首次 条款 c0", "首次（每市场主体）"]).to_owned(),
            _ if self.project => format!("{}已竣工", self.choices.one(&["", "非 "])),
            _ => format!("主体编号 {same} 「甲」"),
        }
    }

    /// A condition on a record of the list.
    fn of_record(&mut self) -> String {
        let order = self.choices.one(&["不低于", "超过", "不超过", "低于"]);
        match self.choices.below(5) {
            0 => format!("价格 {order} {}", self.choices.one(&AMOUNTS)),
            1 => format!("购置日 {} {}", self.choices.one(&["早于", "不早于"]), self.choices.one(&DAYS)),
            2 => format!("设备级别 {order} {}", self.choices.one(&["区级", "市级", "国家级"])),
            3 => format!("{}进口", self.choices.one(&["", "非 "])),
            _ => format!("价格 {order} 营业额 或 购置日 满 {}", self.choices.one(&["1年", "30天"])),
        }
    }

    /// An amount in 元 with more to it than a product.
    fn more_money(&mut self) -> String {
        match self.choices.below(9) {
            0 => self
                .choices
                .one(&["合计（设备 的 价格）", "合计（设备 的 价格 × 5%）", "最大（设备 的 价格）"])
                .to_owned(),
            1 => {
                format!("{}（设备 的 价格，其中 {}）", self.choices.one(&["合计", "最小", "前2合计"]), self.of_record())
            }
            2 => format!("100元 × 计数（设备，其中 {}）", self.of_record()),
            3 => self.choices.one(&["近3年销售额合计", "销售额同比增长额", "上年销售额（最多 1万元）"]).to_owned(),
            4 => format!("100元 + 5000元（如 {}）", self.choices.one(&["已登记", "高企", "无失信"])),
            5 => "（企业级别 是 国家级、市级 分别 5000元、100元）".to_owned(),
            6 => {
                let mode = self.choices.one(&["叠加", "就高"]);
                format!("（设备 的 设备级别 有 国家级、市级 分别 5000元、100元，{mode}）")
            }
            7 => "员工数 每满20人 100元".to_owned(),
            _ => self.choices.one(&["300元/人/年 × 员工数 × 2年", "营业额 按 1:0.5 配套"]).to_owned(),
        }
    }

    /// An amount in 元.
    fn money(&mut self) -> String {
        if self.choices.once_in(3) {
            return self.more_money();
        }
        if !self.tables.is_empty() && self.choices.once_in(3) {
            return self.tables[self.choices.below(self.tables.len())].clone();
        }
        match self.choices.below(if self.project { 11 } else { 9 }) {
            0 => "营业额".to_owned(),
            1 => "研发费".to_owned(),
            2 => self.choices.one(&["100元", "5000元", "1.5亿元"]).to_owned(),
            3 => format!("营业额 的 {}", self.choices.one(&["5%", "30%", "33.3333%"])),
            4 => "500元/平方米 × 用房面积".to_owned(),
            5 => "3000元/人/月 × 员工数 × 租期".to_owned(),
            6 => format!("{}（营业额、研发费、100元）", self.choices.one(&["取低", "取高"])),
            7 => "营业额 减 研发费".to_owned(),
            8 => format!(
                "舍入（研发费 除以 {}，{}，{}）",
                self.choices.one(&["增幅", "3", "研发占比"]),
                self.choices.one(&["2位小数", "0位小数"]),
                self.choices.one(&["四舍五入", "舍去", "进一", "四舍六入五成双"])
            ),
            9 => "项目投资 加 研发费".to_owned(),
            _ => "项目投资 × 审定比例".to_owned(),
        }
    }

    fn award(&mut self) -> String {
        if self.choices.once_in(8) {
            return self
                .choices
                .one(&["营业额 × 研发占比 ÷ 12", "300元/人/年 × 员工数 × 租期", "销售额同比增速 × 1万元"])
                .to_owned();
        }
        match self.choices.below(if self.project { 9 } else { 7 }) {
            0 => "一次性给予 5000元".to_owned(),
            1..=3 => self.money(),
            4 => format!("不超过 {}", self.choices.one(&["1万元", "营业额 的 30%", "100元"])),
            5 => self.choices.one(&["营业额 的 5%—20%", "100元 至 5000元"]).to_owned(),
            6 => "一定奖励".to_owned(),
            7 => "核定额".to_owned(),
            _ => "项目投资 × 审定比例".to_owned(),
        }
    }

    fn cap(&mut self, number: usize) -> String {
        let amount = self.choices.one(&["5000元", "100元", "1万元", "营业额 的 30%", "研发费 加 100元"]);
        let keys: &[&str] = if self.project {
            &["每项目", "每市场主体", "全部对象"]
        } else {
            &["每市场主体", "全部对象"]
        };
        let key = self.choices.one(keys);
        let period = self.choices.one(&["每年", "累计", "一次性", "每次", "3年内累计", "一次性或期限内每年"]);
        let scope = match self.choices.below(4) {
            3 => "，本政策合计".to_owned(),
            2 if number > 0 => format!("，条款 c0、c{number} 合计"),
            _ => String::new(),
        };
        format!("{amount}，{key}{period}{scope}")
    }
}
