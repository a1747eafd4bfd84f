//! The one table of keywords: each has a Chinese and an English spelling, either may be written anywhere, and each spelling stands
//! for one entry only, so that `fmt --keywords zh|en` converts back and forth without loss.

macro_rules! keywords {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $zh:literal $en:literal $(| $also:literal)*)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = concat!("`", $zh, "`, `", $en, "`.")] $variant,)*
        }

        impl $name {
            /// Every entry.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The Chinese spelling.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh),* }
            }

            /// The English spelling.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $($name::$variant => $en),* }
            }

            /// Further spellings that are read but never written by the formatter.
            #[must_use]
            pub fn also(self) -> &'static [&'static str] {
                match self { $($name::$variant => &[$($also),*]),* }
            }

            /// The entry of a spelling; English in any case.
            #[must_use]
            pub fn find(text: &str) -> Option<$name> {
                match text {
                    $($zh $(| $also)* => Some($name::$variant),)*
                    _ => $name::ALL.iter().copied().find(|entry| entry.en().eq_ignore_ascii_case(text)),
                }
            }
        }
    };
}

keywords! {
    /// Words that open an item at the start of a line.
    ItemKeyword {
        Policy "政策" "policy"
        Import "引用" "import"
        Department "部门" "department"
        Industry "产业" "industry"
        Direction "方向" "direction"
        Classification "分类" "classification"
        Enumeration "枚举" "enumeration"
        Unit "单位" "unit"
        Subject "对象" "subject"
        List "清单" "list"
        Calendar "日历" "calendar"
        Definition "定义" "definition"
        Tiers "分档" "tiers"
        Progressive "累进" "progressive"
        Lookup "对照" "lookup"
        SumOf "叠加" "sum-of"
        HighestOf "就高" "highest-of"
        Scope "适用范围" "scope"
        Clause "条款" "clause"
        Group "组合" "group"
        NonNormative "非规范" "non-normative"
        Scenario "情形" "scenario"
        Case "案例" "case"
        CaseTable "案例表" "case-table"
        Amendment "修订" "amendment"
    }
}

keywords! {
    /// Labels of fields.
    FieldKeyword {
        Issuers "发文机关" "issuers"
        Published "发布" "published" | "公布"
        Validity "有效期" "validity" | "有效期限"
        Original "原件" "original"
        Inclusive "本数" "inclusive"
        Rounding "舍入" "rounding"
        MonthEnd "月末" "month-end"
        Parent "上级" "parent"
        Level "级别" "level"
        Subject "对象" "subject" | "支持对象"
        Industry "产业" "industry"
        Condition "条件" "condition"
        Exclusion "排除" "exclusion" | "不予支持"
        Award "支持" "award" | "奖励" | "补贴" | "资助"
        Cap "上限" "cap"
        Floor "下限" "floor"
        Departments "责任部门" "department" | "departments"
        From "生效" "from"
        Until "失效" "until"
        ByReference "参照" "by-reference"
        Lift "突破" "lift"
        Term "期限" "term"
        Times "次数" "times"
        First "首次" "first-time"
        After "先后" "after"
        Deduction "扣除" "deduction"
        Match "配套" "match"
        Shares "分担" "shares"
        Payment "拨付" "payment"
        AtOnce "一次拨付" "at-once"
        Remainder "余数" "remainder"
        Clawback "追回" "clawback"
        Retroactive "追溯" "retroactive"
        Quota "名额" "quota"
        Budget "预算" "budget"
        Steps "结算次序" "settlement-order"
        Tail "期满" "on-expiry"
        Rule "方式" "rule"
        Members "条款" "clauses"
        Key "归户" "key"
        Choice "选择" "choice"
        Quote "原文" "source"
        Note "说明" "note"
        Accept "接受" "accept"
        Value "值" "value"
        Assume "假设" "assume"
        Expect "期望" "expect"
        BasedOn "基于" "based-on"
        On "日期" "on"
        Ledger "台账" "ledger"
        List "清单" "list"
        Range "范围" "range"
        DaysOff "放假" "days-off"
        WorkingDays "上班" "working-days"
        Columns "列" "columns"
        Commences "施行" "effective"
        Basis "基准" "base"
        Change "修改" "change"
        Insert "增加" "insert"
        Delete "删去" "delete" | "删除"
        Renumber "顺延" "renumber"
        Extend "延长" "extend"
        Repeal "废止" "repeal"
        AddedBy "增补" "added-by"
    }
}

keywords! {
    /// Words inside phrases: operators, comparisons, heads of lists, parts of caps, awards, types and cases.
    Word {
        And "且" "and" | "并且" | "并" | "同时"
        Or "或" "or" | "或者"
        Not "非" "not" | "并非" | "未" | "没有"
        AtLeastPostfix "以上" "or-above"
        AtLeastAndPostfix "及以上" "and-above"
        NotBelow "不低于" "not-below" | "≥" | ">="
        NotLess "不少于" "not-less-than"
        Reaches "达到" "reaches"
        Full "满" "full"
        NotSmaller "不小于" "not-smaller"
        AtLeast "至少" "at-least"
        Exceeds "超过" "exceeds" | ">"
        Above "高于" "above"
        Breaks "突破" "breaks"
        At "在" "at"
        Between "之间" "between"
        Greater "大于" "greater-than"
        AtMostPostfix "以下" "or-below"
        AtMostAndPostfix "及以下" "and-below"
        WithinPostfix "以内" "or-within"
        NotExceeding "不超过" "not-exceeding" | "≤" | "<="
        NotAbove "不高于" "not-above"
        NotMore "不多于" "not-more-than"
        NotGreater "不大于" "not-greater-than"
        AtMost "至多" "at-most"
        ShortOf "不满" "short-of" | "<"
        Below "低于" "below"
        Under "不足" "under"
        Less "小于" "less-than"
        Is "是" "is"
        Equals "为" "equals"
        EqualTo "等于" "equal-to" | "="
        IsNot "不是" "is-not"
        NotEquals "不为" "not-equals"
        NotEqualTo "不等于" "not-equal-to" | "≠" | "!="
        In "属于" "in"
        NotIn "不属于" "not-in"
        Before "早于" "before"
        After "晚于" "after"
        NotBefore "不早于" "not-before"
        NotAfter "不晚于" "not-after"
        Of "的" "of"
        Plus "加" "plus" | "+"
        Minus "减" "minus" | "-" | "－"
        Times "乘以" "times" | "×" | "*"
        DividedBy "除以" "divided-by" | "÷" | "/"
        To "至" "to" | "—" | "——" | "～" | "~" | "–"
        Least "取低" "least"
        Greatest "取高" "greatest"
        Round "舍入" "round"
        Any "任一" "any-of" | "满足以下条件之一" | "符合以下条件之一" | "具备下列条件之一" | "具备以下条件之一" | "以下条件之一" | "有下列情形之一" | "有以下情形之一" | "属于下列情形之一" | "下列情形之一" | "满足下列条件之一" | "符合下列条件之一" | "下列条件之一" | "满足任一"
        All "全部" "all-of" | "同时满足以下条件" | "同时符合以下条件" | "同时具备下列条件" | "同时具备以下条件" | "同时满足下列条件" | "同时符合下列条件" | "同时满足" | "满足全部"
        OnDate "评定日" "decision-date" | "申请日"
        Yes "是的" "yes" | "true"
        No "否" "no" | "false"
        Unknown "未知" "unknown"
        NotApplicable "不适用" "not-applicable"
        Boolean "是否" "boolean"
        Integer "整数" "integer"
        Number "数" "number"
        Rate "比例" "rate"
        Money "金额" "money"
        Date "日期" "date"
        Period "期间" "period"
        Text "文本" "text"
        CreditCode "信用代码" "credit-code"
        Identifier "标识" "identifier"
        DecidedBy "由" "by"
        Attest "认定" "determination"
        Discretion "裁量" "discretion"
        Approve "批准" "approval"
        ResponsibleDepartment "责任部门" "responsible-department"
        Lead "牵头" "lead"
        AndRelevant "及相关部门" "and-relevant-departments" | "等相关部门" | "相关部门"
        Ascending "由低到高" "ascending"
        Descending "由高到低" "descending"
        Includes "含本数" "including" | "包括本数" | "包含本数"
        Excludes "不含本数" "excluding" | "不包括本数" | "不包含本数"
        HalfUp "四舍五入" "half-up"
        Down "舍去" "down" | "向下"
        Up "进一" "up" | "向上"
        HalfEven "四舍六入五成双" "half-even"
        LastDay "取月末" "last-day"
        NextMonth "顺延" "next-month"
        Per "每" "per" | "单个" | "每个" | "每家" | "每户" | "对每" | "对单个" | "对每个" | "对每家" | "对每户"
        Yearly "每年" "yearly" | "年度" | "每年度"
        Lifetime "累计" "lifetime" | "全期" | "全期累计"
        Once "一次性" "once"
        EachTime "每次" "each-time"
        OnceOrYearly "一次性或期限内每年" "once-or-yearly" | "一次性或一定期限内每年"
        WithinTerm "内" "within-term"
        WholePolicy "本政策" "whole-policy"
        Everyone "全部对象" "everyone"
        Together "合计" "together"
        Give "给予" "give" | "可给予" | "予以"
        AccordingTo "按" "according-to" | "按照"
        AwardNoun "补贴" "subsidy" | "奖励" | "支持" | "资助" | "补助" | "扶持" | "的补贴" | "的奖励" | "的支持" | "的资助" | "的补助"
        CertainReward "一定奖励" "certain-reward" | "一定支持" | "一定补贴" | "一定资助" | "适当支持" | "适当奖励" | "一定的奖励" | "一定的支持" | "一定的补贴" | "适当的奖励"
        AtHighest "最高" "at-highest" | "最多" | "最高不超过" | "最多不超过"
        Eligible "可获" "eligible" | "获得"
        Ineligible "不符合" "ineligible" | "不予支持"
        Undetermined "未定" "undetermined"
        NotInForce "不在有效期" "not-in-force" | "未生效"
        Needs "需" "needs"
        Await "待" "await"
        Because "因" "because"
        Bound "受限于" "bound-by"
        Total "总额" "total"
        Clause "条款" "clause"
        Decimals "位小数" "decimals"
        ByYear "按年" "by-year"
        ByAnniversary "按周年" "by-anniversary"
        ByCalendarYear "按年度" "by-calendar-year"
        YearNumber "年序" "year-number"
        Recent "近" "recent" | "最近"
        ThisYear "当年" "this-year"
        LastYear "上年" "last-year" | "上一年" | "上年度" | "上一年度"
        YearBefore "前年" "year-before-last"
        GrowthRate "同比增速" "growth-rate" | "同比增长率"
        GrowthAmount "同比增长额" "growth-amount"
        Against "较" "against"
        RateSince "增速" "rate-of-growth"
        AmountSince "增长额" "amount-of-growth"
        Average "平均" "average"
        EachOf "均" "each" | "都"
        Count "计数" "count"
        Distinct "不同值计数" "count-distinct"
        Maximum "最大" "maximum"
        Minimum "最小" "minimum"
        Top "前" "top"
        Where "其中" "where" | "筛选"
        If "如" "if" | "若" | "如果"
        Meeting "符合" "meeting"
        EachFull "每满" "per-full"
        Matched "配套" "matched"
        FirstTime "首次" "first-time" | "首次享受本条款"
        AsOf "于" "as-of"
        From "自" "from" | "从" | "since"
        Onwards "起" "onwards"
        PartOf "的部分" "part"
        Has "有" "has"
        Respectively "分别" "respectively"
        Stacked "叠加" "stacked"
        TakeHighest "就高" "take-highest"
        EndsUp "端点归高档" "ends-to-higher"
        EndsDown "端点归低档" "ends-to-lower"
        Otherwise "其余" "otherwise" | "其他" | "其它"
        Enjoyed "享受" "enjoyed"
        UsedUp "用完之后" "used-up" | "用完" | "用尽" | "用完后" | "享受完" | "享受完之后"
        InPrinciple "原则上" "in-principle" | "一般" | "一般情况下"
        LumpSum "一次性拨付" "lump-sum" | "一次性兑付" | "一次性发放"
        ByInstalments "分期" "instalments" | "分期拨付" | "分期兑付"
        ByShare "按比例" "by-share"
        ByAmount "按金额" "by-amount"
        ToFirst "归第一期" "to-first"
        ToLast "归最后一期" "to-last"
        HighestOnly "就高不重复" "highest-only" | "就高不重复享受"
        ChooseOne "择一" "choose-one" | "择一享受"
        PriorityOrder "优先" "priority" | "优先适用" | "按顺序优先"
        Stackable "可叠加" "stackable" | "可以叠加"
        ApplicationDate "申请日期" "application-date"
        EarliestFirst "先后" "earliest-first" | "由早到晚" | "从早到晚" | "早的在前"
        TiesByApplication "并列按申请先后" "ties-by-application"
        TiesAll "并列都予支持" "ties-all"
        TiesNone "并列都不支持" "ties-none"
        FirstCome "先到先得" "first-come" | "先报先得"
        ProRata "同比例压缩" "pro-rata" | "按比例压缩" | "同比例核减"
        Partial "按余额支持" "what-is-left"
        NoPartial "余额不足不予支持" "all-or-nothing"
        RemainderKept "余数留存" "remainder-kept"
        RemainderFirst "余数归最先" "remainder-to-first"
        RemainderLast "余数归最后" "remainder-to-last"
        RemainderLargest "余数归最大" "remainder-to-largest"
        AfterPayment "拨付后" "after-payment" | "兑付后" | "支持后"
        PaidBack "返还" "pay-back" | "退还" | "退回"
        OldStandard "原标准" "old-standard"
        MonthlyDifference "按月补差" "monthly-difference"
        GoOnPaying "已批准的继续兑付" "go-on-paying" | "继续兑付"
        StopPaying "停止兑付" "stop-paying" | "不再兑付"
        SharedBy "分担" "shared"
        Difference "补差" "difference"
        DueBack "应返还" "due-back"
        Conflict "择一冲突" "conflict"
    }
}

impl Word {
    /// Whether a word only makes a sentence run: 给予, 按, 补贴.
    #[must_use]
    pub fn is_noise(self) -> bool {
        matches!(self, Word::Give | Word::AccordingTo | Word::Yearly | Word::Once | Word::AwardNoun)
    }

    /// 给予 or 按.
    #[must_use]
    pub fn is_giving(self) -> bool {
        matches!(self, Word::Give | Word::AccordingTo)
    }
}
