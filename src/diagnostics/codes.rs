//! The registry of codes: number, slug, default severity and a one-line summary of each. Numbers are never reused.
//! Each code has a page `docs/errors/<number>.md`, compiled in for `guiju explain`.

use serde::{Serialize, Serializer};

use super::{Severity, Text};

macro_rules! codes {
    ($($number:ident $variant:ident $slug:literal $severity:ident $zh:literal $en:literal)*) => {
        /// A stable diagnostic code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $en] $variant,)*
        }

        impl Code {
            /// Every code, in order of number.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The number, such as `P0304`.
            #[must_use]
            pub fn number(self) -> &'static str {
                match self { $(Code::$variant => stringify!($number)),* }
            }

            /// The slug, such as `cap-without-period`.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Code::$variant => $slug),* }
            }

            /// How bad it is unless said otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// One line that says what it is.
            #[must_use]
            pub fn summary(self) -> Text {
                match self { $(Code::$variant => Text::new($zh, $en)),* }
            }

            /// The page that explains it, in Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../docs/errors/", stringify!($number), ".md"))),* }
            }
        }
    };
}

codes! {
    P0001 InvalidUtf8 "invalid-utf8" Error "文件不是 UTF-8 文本" "the file is not UTF-8 text"
    P0002 FileTooLarge "file-too-large" Error "文件过大" "the file is too large"
    P0003 ControlCharacter "control-character" Error "文件含有控制字符" "the file holds a control character"
    P0004 EmptyFile "empty-file" Error "文件是空的" "the file is empty"
    P0005 NestingTooDeep "nesting-too-deep" Error "括号嵌套过深" "brackets are nested too deep"
    P0006 LimitReached "limit-reached" Error "超过编译器的上限" "a limit of the compiler is reached"
    P0101 MissingColon "missing-colon" Error "缺少冒号" "a colon is missing"
    P0102 UnknownItem "unknown-item" Error "不认识的条目" "unknown item"
    P0103 UnknownField "unknown-field" Error "不认识的栏目" "unknown field"
    P0104 UnclosedQuote "unclosed-quote" Error "引号没有收尾" "a quotation mark is not closed"
    P0105 UnclosedBracket "unclosed-bracket" Error "括号不成对" "a bracket has no partner"
    P0106 HeaderUnreadable "header-unreadable" Error "条目首行读不懂" "the first line of an item cannot be read"
    P0107 MissingName "missing-name" Error "条目缺少名称、标题或标识" "an item lacks its name, title or id"
    P0108 DuplicateField "duplicate-field" Error "栏目重复" "a field is written twice"
    P0109 MissingField "missing-field" Error "缺少必填栏目" "a required field is missing"
    P0110 EmptyField "empty-field" Error "栏目是空的" "a field is empty"
    P0111 NoSuchDate "no-such-date" Error "没有这一天" "there is no such date"
    P0112 ListWithoutReading "list-without-reading" Error "列表没有写明任一还是全部" "a list does not say whether any or all must hold"
    P0113 BadNumber "bad-number" Error "数字写法不对" "a number is not well written"
    P0114 UnexpectedList "unexpected-list" Error "这一栏不能分项列举" "this field takes no list"
    P0115 IncompleteExpression "incomplete-expression" Error "式子不完整" "an expression is incomplete"
    P0116 NoPolicy "no-policy" Error "没有写“政策”条目，或写了不止一个" "there is no policy item, or more than one"
    P0117 FieldOutsideItem "field-outside-item" Error "栏目不在任何条目里" "a field stands outside every item"
    P0118 FieldUnreadable "field-unreadable" Error "栏目内容读不懂" "the content of a field cannot be read"
    P0201 UnknownName "unknown-name" Error "没有声明过的名称" "a name is not declared"
    P0202 AmbiguousRun "ambiguous-run" Error "连写的词有两种读法" "a run of words has two readings"
    P0203 DuplicateName "duplicate-name" Error "名称重复" "a name is declared twice"
    P0204 ImportNotFound "import-not-found" Error "引用的文件找不到" "an imported file is not found"
    P0205 ImportCycle "import-cycle" Error "文件互相引用成环" "files import each other in a cycle"
    P0206 UnknownDepartment "unknown-department" Error "没有声明过的部门" "a department is not declared"
    P0207 UnknownClause "unknown-clause" Error "没有这一条款" "there is no such clause"
    P0208 UnknownSubject "unknown-subject" Error "没有声明过的对象" "a subject kind is not declared"
    P0209 UnknownMember "unknown-member" Error "分类或枚举里没有这个值" "a classification or enumeration has no such value"
    P0210 DefinitionCycle "definition-cycle" Error "定义互相引用成环" "definitions refer to each other in a cycle"
    P0211 AmbiguousName "ambiguous-name" Error "名称指向不止一处" "a name stands for more than one thing"
    P0212 OwnerCycle "owner-cycle" Error "从属关系成环" "subject kinds or classes belong to each other in a cycle"
    P0213 UnknownUnit "unknown-unit" Error "不认识的单位" "unknown unit"
    P0214 UnknownType "unknown-type" Error "不认识的类型" "unknown type"
    P0215 ReservedName "reserved-name" Error "名称与语言的用词相同" "a name is a word of the language"
    P0216 CaseTableCells "case-table-cells" Error "案例表的格与列对不上" "the cells of a table of cases do not match its columns"
    P0220 AmendmentTarget "amendment-target-not-found" Error "修订要改的地方找不到" "what an amendment is to change is not there"
    P0221 OldValueNotThere "old-value-not-there" Error "修订要改的内容和现在的不一样" "the value that an amendment replaces is not there"
    P0222 OldValueAmbiguous "old-value-ambiguous" Error "修订要改的内容不止一处" "the value that an amendment replaces stands more than once"
    P0223 AmendmentsConflict "amendments-conflict" Error "同一天施行的修订互相冲突" "amendments of one day conflict"
    P0224 AmendmentUnreadable "amendment-unreadable" Error "修订读不懂" "an amendment cannot be read"
    P0225 BaseChanged "base-changed" Error "修订依据的条款已经变了" "the clause that an amendment was written for has changed"
    P0226 AmendmentTooEarly "amendment-too-early" Error "修订的施行日不晚于旧的文本" "an amendment begins before the text that it changes"
    P0227 AmendmentNotWritten "amendment-not-written" Error "写不成修订" "no amendment gives the new policy"
    P0228 ExtendedAfterExpiry "extended-after-expiry" Warning "延长的时候已经期满" "a validity is extended after its end"
    P0301 UnitMismatch "unit-mismatch" Error "单位不一致" "units do not agree"
    P0302 KindMismatch "kind-mismatch" Error "两边不是同一类的值" "the two sides are not of one kind"
    P0303 CurrencyMismatch "currency-mismatch" Error "币种不一致" "currencies do not agree"
    P0304 CapWithoutPeriod "cap-without-period" Error "上限没有写明按谁、按什么期间计算" "a cap lacks its key or its period"
    P0305 TooPrecise "too-precise" Error "小数位数超过允许的精度" "a number has more decimals than its type keeps"
    P0306 RoundingUndeclared "rounding-undeclared" Error "金额会出现零头，没有写明舍入" "an amount can have a fraction of a cent and no rounding is declared"
    P0307 OutOfRange "out-of-range" Error "数字超出范围" "a number is out of range"
    P0308 NotACondition "not-a-condition" Error "这里要写能判断是或否的条件" "a condition that is true or false is needed here"
    P0309 NotAnAmount "not-an-amount" Error "这里要写金额" "an amount of money is needed here"
    P0310 DivisionWithoutRounding "division-without-rounding" Error "除法没有写明保留几位" "a division does not say how it is rounded"
    P0311 MonthEndUndeclared "month-end-undeclared" Error "按月推算日期，没有写明月末怎么算" "months are added to a date and no month-end rule is declared"
    P0312 DatesReversed "dates-reversed" Error "起止日期颠倒" "the end of a period lies before its start"
    P0313 WrongClassification "wrong-classification" Error "这个值属于另一个分类" "a value belongs to another classification"
    P0314 MonthsAndDays "months-and-days" Error "月与天不能直接换算" "months and days cannot be converted"
    P0315 KeyOutOfReach "key-out-of-reach" Error "上限按一个本条款没有的对象计算" "a cap is keyed by a subject that its clause does not have"
    P0316 RateAsAmount "rate-as-amount" Error "只写了比例，没有写明以什么为基数" "a rate stands without its base"
    P0317 NotComparable "not-comparable" Error "这类值不能比较大小" "values of this kind have no order"
    P0318 WrongCaseValue "wrong-case-value" Error "案例里的值不对" "a value in a case does not fit its fact"
    P0319 FactOutOfReach "fact-out-of-reach" Error "用了别的对象的事实" "a fact of a subject that the clause does not have"
    P0321 AmbiguousTerm "ambiguous-term" Error "没有写明按周年还是按年度算" "it is not said how years are counted"
    P0322 NoCalendar "no-calendar" Error "不知道用哪个日历数工作日" "working days without a calendar"
    P0323 CalendarUnreadable "calendar-unreadable" Error "日历读不懂" "a calendar cannot be read"
    P0324 StackingNotSaid "stacking-not-said" Error "几项都有时，没有写明叠加还是就高" "it is not said whether several values add up"
    P0325 PairsDiffer "pairs-differ" Error "“分别”前后的个数不同" "two lists that are read in pairs differ in length"
    P0326 ListWithoutBound "list-without-bound" Error "清单没有写最多几项" "a list does not say how many records it may have"
    P0327 SeriesWithoutYear "series-without-year" Error "按年的事实没有写是哪一年" "a fact given by year is used without its year"
    P0328 OrderCycle "order-cycle" Error "条款的先后成环" "clauses wait for each other in a cycle"
    P0329 InstalmentsDoNotAddUp "instalments-do-not-add-up" Error "分期合起来不等于支持金额" "instalments do not add up to the award"
    P0330 GroupInvalid "group-invalid" Error "组合写得不完整" "a group lacks members or its rule"
    P0331 ShareInvalid "share-invalid" Error "分担的比例不对" "the shares of those who pay are not right"
    P0332 PaymentUnreadable "payment-unreadable" Error "拨付、追回或追溯读不懂" "payment, clawback or difference cannot be read"
    P0333 BudgetInvalid "budget-invalid" Error "名额或预算写得不完整" "a quota or budget is not complete"
    P0334 MilestoneInvalid "milestone-invalid" Error "拨付节点不是能判断到没到的事实" "a milestone is no fact that tells whether it is reached"
    P0401 QuoteNotFound "quote-not-found" Error "引文在原件里找不到" "a quotation is not in the archived original"
    P0402 AmountNotInQuote "amount-not-in-quote" Error "条款的金额在引文里没有" "an amount of the clause is not in its quotation"
    P0403 QuotedAmountUnused "quoted-amount-unused" Warning "引文里的金额没有写进条款" "an amount in the quotation is missing from the clause"
    P0404 QuotedDepartmentUnused "quoted-department-unused" Warning "引文里的部门没有写进条款" "a department in the quotation is missing from the clause"
    P0405 DepartmentNotInQuote "department-not-in-quote" Warning "条款的部门在引文里没有" "a department of the clause is not in its quotation"
    P0406 QuotedDateUnused "quoted-date-unused" Warning "引文里的日期没有写进条款" "a date in the quotation is missing from the clause"
    P0407 SentenceUncovered "sentence-uncovered" Warning "原件有句子没有条款引用，也没有标为非规范" "a sentence of the original is neither quoted nor marked non-normative"
    P0408 MixedAndOr "mixed-and-or" Warning "且、或混用而没有括号" "and and or are mixed without brackets"
    P0409 InclusiveUndeclared "inclusive-undeclared" Error "以上与及以上混用，没有声明本数" "words for inclusive bounds are mixed and none is declared"
    P0410 ClauseWithoutQuote "clause-without-quote" Warning "条款没有原文" "a clause quotes nothing"
    P0411 ClauseWithoutDepartment "clause-without-department" Warning "条款没有责任部门" "a clause names no department"
    P0412 OutsideValidity "outside-validity" Error "条款的日期在政策有效期之外" "the dates of a clause lie outside those of its policy"
    P0413 ReferenceCycle "reference-cycle" Error "条款互相参照成环" "clauses refer to each other in a cycle"
    P0414 TrialTooLong "trial-too-long" Warning "试行期超过两年" "a trial policy runs for more than two years"
    P0415 DepartmentUnused "department-unused" Warning "部门没有出现在任何条款里" "a department that no clause names"
    P0416 NameUnused "name-unused" Warning "声明了却没有用到" "a declared name is not used"
    P0417 DuplicateCondition "duplicate-condition" Warning "同一个条件写了两遍" "a condition is written twice"
    P0418 QuotedTwice "quoted-twice" Warning "条款引用的句子又标为非规范" "a quoted sentence is also marked non-normative"
    P0419 DepartmentOrder "department-order" Warning "部门次序与引文不同" "the order of departments differs from the quotation"
    P0420 OriginalMissing "original-missing" Error "原件找不到" "the archived original is not found"
    P0421 FloorAboveCap "floor-above-cap" Error "下限高于上限" "a floor lies above a cap"
    P0422 CapNeverBinds "cap-never-binds" Warning "固定金额不会碰到上限" "a fixed amount never reaches its cap"
    P0423 OnceOrLumpSum "once-or-lump-sum" Warning "“一次性给予”有两种意思" "once may mean only once or all at once"
    P0430 TiersShareEndPoint "tiers-share-end-point" Error "相邻两档都含同一个端点" "two tiers hold the same end point"
    P0431 TableLineUnreadable "table-line-unreadable" Error "表里有一行读不懂" "a line of a table cannot be read"
    P0433 LookupIncomplete "lookup-incomplete" Warning "对照表漏了值" "a lookup lacks values"
    P0434 SoftCapWithoutException "soft-cap-without-exception" Warning "原则上的上限没有写谁能突破" "a soft cap without a lift"
    P0435 QuotaWithoutOrder "quota-without-order" Warning "名额没有写谁先谁后" "a quota does not say who comes first"
    P0436 PaymentsAfterExpiry "payments-after-expiry" Warning "政策期满以后还有分年拨付，没有写明怎么办" "instalments fall due after expiry and nothing is said of them"
    P0437 FairCompetition "fair-competition" Warning "要先过公平竞争审查" "this needs fair competition review"
    P0440 TierGap "tier-gap" Warning "两档之间有空档" "there is a gap between two tiers"
    P0441 TierOverlap "tier-overlap" Warning "两档有重叠" "two tiers overlap"
    P0442 TierUnreachable "tier-unreachable" Error "这一档永远轮不到" "a tier can never be reached"
    P0443 AmountFalls "amount-falls" Warning "基数变大，金额反而变小" "a larger base gives a smaller amount"
    P0444 ConditionImpossible "condition-impossible" Warning "条件不可能成立" "a condition can never hold"
    P0445 ConditionAlwaysTrue "condition-always-true" Warning "条件总是成立" "a condition always holds"
    P0446 ConditionsConflict "conditions-conflict" Error "条款的条件互相矛盾，没有申请能符合" "the conditions of a clause contradict each other"
    P0450 ClauseNeverWins "clause-never-wins" Warning "条款在组合里永远轮不到" "a member of a group that never wins"
    P0451 ClausesOverlap "clauses-overlap" Warning "两个条款按同一笔钱给，没有写能不能叠加" "two clauses pay for one amount and nothing says whether both may"
    P0452 ValueUnserved "value-unserved" Warning "分类里有值没有条款适用" "a value of a classification that no clause serves"
    P0453 HigherLeftOut "higher-left-out" Warning "“分别”列了低的，漏了高的" "a paired list has lower values and lacks a higher one"
    P0454 CapOutOfReach "cap-out-of-reach" Warning "上限不会用到" "a cap that is never reached"
    P0455 CapAboveJointCap "cap-above-joint-cap" Warning "上限高于合计的上限或预算" "a cap above the joint cap or the budget"
    P0456 AwardFalls "award-falls" Warning "事实大了一点，条款给的反而少" "a fact grows by its smallest step and the clause gives less"
    P0457 AwardJumps "award-jumps" Note "事实大了一点，条款给的多十倍以上" "a fact grows by its smallest step and the clause gives ten times as much"
    P0458 NoCeiling "no-ceiling" Warning "裁量的金额没有上限" "a discretionary amount without a ceiling"
    P0459 ExpiryNear "expiry-near" Warning "政策快要期满" "the policy expires soon"
    P0460 NamedFirm "named-firm" Warning "条款指名给特定的企业" "a clause is for a firm by name"
    P0461 CaseByCase "case-by-case" Warning "一事一议没有客观条件" "case by case without objective conditions"
    P0501 NotABundle "not-a-bundle" Error "不是编译产物" "the file is not a bundle"
    P0502 BundleVersion "bundle-version" Error "编译产物的版本不同" "the bundle is of another version"
    P0503 BundleTruncated "bundle-truncated" Error "编译产物不完整" "the bundle is cut short"
    P0504 BundleDamaged "bundle-damaged" Error "编译产物已损坏" "the bundle is damaged"
    P0505 BundleMalformed "bundle-malformed" Error "编译产物的内容不合格式" "a section of the bundle is malformed"
    P0506 VerifyFailed "verify-failed" Error "字节码没有通过验证" "the bytecode does not verify"
    P0507 TooCostly "too-costly" Error "计算量超过上限" "the cost of one evaluation is over the limit"
    P0601 CaseFailed "case-failed" Error "案例的结果与期望不同" "a case does not give what it expects"
    P0602 Uncovered "uncovered" Error "案例没有覆盖全部" "the cases do not cover everything"
    P0603 MutantSurvived "mutant-survived" Error "政策改动了，没有案例发现" "a change of the policy that no case notices"
    P0701 NotJson "not-json" Error "数据文件不是 JSON" "the data file is not JSON"
    P0702 UnknownFact "unknown-fact" Error "政策没有这一事实" "the policy has no such fact"
    P0703 WrongType "wrong-type" Error "事实的值类型不对" "a fact has a value of the wrong type"
    P0704 DuplicateKey "duplicate-key" Error "同一个键写了两遍" "a key is written twice"
    P0705 ValueOutOfRange "value-out-of-range" Error "数值超出范围" "a value is out of range"
    P0706 NoSuchDay "no-such-day" Error "日期不存在或写法不对" "a date does not exist or is not well written"
    P0707 UnknownValue "unknown-value" Error "分类或枚举里没有这个值" "a value is not in its classification or enumeration"
    P0708 BadCreditCode "bad-credit-code" Error "统一社会信用代码的校验位不对" "a unified social credit code fails its check digit"
    P0709 ValueTooPrecise "value-too-precise" Error "数值的小数位过多" "a value has too many decimals"
    P0710 BadLedger "bad-ledger" Error "台账有误" "the ledger is not right"
    P0711 DataTooLarge "data-too-large" Error "数据文件过大或嵌套过深" "the data file is too large or nested too deep"
    P0712 YearMissing "year-missing" Error "按年的数缺了要用的一年" "a year that is needed is missing"
    P0713 ListTooLong "list-too-long" Error "清单的条数超过上限" "a list has more records than its bound"
    P0714 DuplicateApplication "duplicate-application" Error "两份申请的编号相同" "two applications have the same number"
    P0715 ChooseOneConflict "choose-one-conflict" Error "只能择一的几项都申请了" "several were claimed of which only one can be had"
    P0716 LedgerContradiction "ledger-contradiction" Error "台账自相矛盾" "the ledger contradicts the policy or itself"
    P0717 MilestoneOutOfOrder "milestone-out-of-order" Error "后面的节点到了，前面的还没有" "a milestone is reached before an earlier one"
    P0718 BadApplication "bad-application" Error "一批申请里的一份有误" "an application of a batch is not right"
    P0801 NothingShared "nothing-shared" Error "两份政策没有共同的条款" "the two policies share nothing"
    P0802 RevisionNotFound "revision-not-found" Error "版本库里没有这个版本或文件" "the repository has no such revision or file"
    P0803 BundleTextsDiffer "bundle-texts-differ" Error "编译产物里的源文件和程序对不上" "the source texts of a bundle are not those of its program"
    P0804 BundleWithoutTexts "bundle-without-texts" Error "编译产物里没有源文件" "a bundle holds no source texts"
    P0805 RevisionNotCompiled "revision-not-compiled" Error "有一边没有全部通过编译" "a side of a comparison does not compile as a whole"
    P0806 DocumentNeedsFile "document-needs-file" Error "这种格式要写到文件里" "this format is written to a file"
    P0807 TemplateUnreadable "template-unreadable" Error "这个文件做不了对照表的模板" "a file cannot be a template of the comparison table"
    P0808 TemplateWithoutPlace "template-without-place" Error "模板里没有放对照表的地方" "a template has no place for the table"
    P0820 PopulationColumnMissing "population-column-missing" Error "名单里没有要用的列" "a population lacks a column that is needed"
    P0821 PopulationColumnUnknown "population-column-unknown" Warning "名单里有政策不认识的列" "a column of a population that no policy knows"
    P0822 PopulationRowBroken "population-row-broken" Error "名单里有一行读不成" "a row of a population cannot be read"
    P0823 PopulationEmpty "population-empty" Error "名单是空的" "the population is empty"
    P0901 FileNotFound "file-not-found" Error "找不到文件" "the file is not found"
    P0902 CannotRead "cannot-read" Error "文件读不了" "the file cannot be read"
    P0903 CannotWrite "cannot-write" Error "文件写不了" "the file cannot be written"
    P0904 BadArgument "bad-argument" Error "命令的参数不对" "an argument of the command is not right"
    P0920 OutputNotOurs "output-not-ours" Error "输出文件夹里有别的东西" "the output folder holds something else"
    P0921 TemplateBroken "template-broken" Error "模板用不了" "a template cannot be used"
    P0922 SiteLinkBroken "site-link-broken" Error "网站里有链接没有去处" "a link of the site leads nowhere"
    P0923 PdfNotPossible "pdf-not-possible" Error "做不成 PDF" "no PDF can be made"
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

impl Code {
    /// The code of a number (`P0304`, in any case, or with `E`-less digits) or of a slug.
    #[must_use]
    pub fn find(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.number().eq_ignore_ascii_case(name) || code.slug() == name)
    }
}
