//! In: a stretch of a run that no name, word, number or date covers. Out: what is wrong with it, in a clerk's words, with what was
//! most likely meant.
//! Invariant: one finding a stretch; a fix is given only where one change makes it readable.

use std::ops::Range;

use crate::calendar;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::literal::{self, LiteralError, chinese};
use crate::source::Span;
use crate::syntax::keywords::{FieldKeyword, Word};

use super::segment::{Piece, Unreadable};
use super::tokens::{Stretch, Tokenizer};

/// How far before an unreadable stretch a misspelt name may begin, in characters.
const NAME_CHARS_BEFORE: usize = 6;
/// Longest unknown word after a number that is taken for a unit, in characters.
const UNIT_CHARS_MAX: usize = 6;

impl Tokenizer<'_> {
    /// The finding for a stretch without a single reading.
    pub(super) fn report(&self, stretch: &Stretch, unreadable: &Unreadable) -> Diagnostic {
        match unreadable {
            Unreadable::TooLong => {
                let span = stretch.span(&(0..1));
                Diagnostic::new(Code::LimitReached, span, "连写的文字太长，读不了", "a run without spaces is too long")
                    .help("用空格、标点或换行断开", "break it with spaces or punctuation")
            }
            Unreadable::Number(error, chars) => bad_number(error, stretch.span(chars), &stretch.chars(chars)),
            Unreadable::Ambiguous(one, other) => ambiguous(stretch, one, other),
            Unreadable::Unknown(chars) => {
                let text = stretch.chars(chars);
                growth_of_no_series(stretch, chars, &text)
                    .or_else(|| self.share_without_of(stretch, chars))
                    .or_else(|| link(stretch, chars, &text))
                    .or_else(|| self.near_name(stretch, chars, &text))
                    .or_else(|| self.price_each(stretch, chars, &text))
                    .or_else(|| self.missing_colon(stretch, chars))
                    .or_else(|| self.number_in_words(stretch, chars, &text))
                    .or_else(|| currency_before(stretch, chars, &text))
                    .or_else(|| loose_number(stretch, chars, &text))
                    .or_else(|| self.unknown_unit_after(stretch, chars, &text))
                    .or_else(|| self.near_longer_name(stretch, chars))
                    .unwrap_or_else(|| self.never_declared(stretch, chars, &text))
            }
        }
    }

    /// A name that differs in a character or two, or in a word left out or added.
    fn near_name(&self, stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
        let names = || self.segmenter.vocabulary.all();
        let near = nearest(text, names()).or_else(|| holding(text, names()))?;
        let span = stretch.span(chars);
        Some(not_declared(text, span).did_you_mean(span, &near))
    }

    /// `租金30%`, `租金30%的补贴`: a share of what stands before it lacks its 的.
    fn share_without_of(&self, stretch: &Stretch, chars: &Range<usize>) -> Option<Diagnostic> {
        let letters: Vec<char> = stretch.text.chars().collect();
        let rate = |letter: &char| letter.is_numeric() || matches!(letter, '.' | '．');
        let sign = |at: &usize| matches!(letters.get(*at), Some('%' | '％' | '‰'));
        let place = (chars.start.saturating_sub(1)..chars.end).filter(sign).find_map(|end| {
            let digits = letters.get(..end)?.iter().rev().take_while(|letter| rate(letter)).count();
            let start = end.checked_sub(digits).filter(|_| digits > 0)?;
            let before: String = letters.get(..start)?.iter().collect();
            self.segmenter.vocabulary.all().any(|name| before.ends_with(name)).then(|| stretch.span(&(start..end + 1)))
        })?;
        let report =
            Diagnostic::new(Code::IncompleteExpression, place, "比例前面少了“的”", "`of` is missing before this rate");
        Some(report.label("是前面的多少？", "a share of what stands before?").fix(
            Span { end: place.start, ..place },
            " 的 ",
            "加上“的”",
            "add `of`",
        ))
    }

    /// A misspelt name that begins with a word that can be read: 年度研法投入 for 年度研发投入.
    fn near_longer_name(&self, stretch: &Stretch, chars: &Range<usize>) -> Option<Diagnostic> {
        let starts = (0..chars.start).rev().take(NAME_CHARS_BEFORE);
        let near = starts.filter_map(|start| {
            let text = stretch.chars(&(start..chars.end));
            let near = nearest(&text, self.segmenter.vocabulary.all())?;
            // A whole name before the stretch is not misspelt.
            (!text.contains(near)).then(|| (strsim::osa_distance(&text, near), start))
        });
        let (_, start) = near.min()?;
        let wider = start..chars.end;
        self.near_name(stretch, &wider, &stretch.chars(&wider))
    }

    /// `支持10万元` at the start of a line: the field lacks its colon.
    fn missing_colon(&self, stretch: &Stretch, chars: &Range<usize>) -> Option<Diagnostic> {
        let first = stretch.span(&(0..1));
        let text = self.sources.get(first.file)?.text().get(..first.start as usize)?;
        let line = text.rsplit(['\n', '\r']).next().unwrap_or("");
        if chars.start > 0 || !line.trim().is_empty() {
            return None;
        }
        let spellings =
            FieldKeyword::ALL.iter().flat_map(|field| std::iter::once(field.zh()).chain(field.also().iter().copied()));
        let field = spellings.filter(|word| stretch.text.starts_with(word)).max_by_key(|word| word.len())?;
        let span = stretch.span(&(0..field.chars().count()));
        let report = Diagnostic::new(
            Code::MissingColon,
            span,
            format!("“{field}”后面缺少冒号"),
            format!("a colon is missing after `{field}`"),
        )
        .label("这里要写 `：`", "a `:` goes here");
        let next = self.sources.get(span.file)?.text().get(span.end as usize..)?.chars().next();
        Some(match next {
            Some(mark @ ('；' | ';' | '，' | ',' | '、')) => {
                let wrong = Span::new(span.file, span.end as usize, span.end as usize + mark.len_utf8());
                report.fix(wrong, "：", format!("`{mark}` 改为 `：`"), format!("change `{mark}` to `：`"))
            }
            _ => report.fix(span.after(), "：", "补上冒号", "add the colon"),
        })
    }

    /// `一千万元`, `三年`, `百分之十`, `三分之一`.
    fn number_in_words(&self, stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
        let span = stretch.span(chars);
        let report = |zh: &str, en: &str| {
            Diagnostic::new(Code::BadNumber, span, format!("“{text}”：{zh}"), format!("`{text}`: {en}"))
        };
        if chinese::is_fraction(text) {
            return Some(report("分数不能直接写", "a fraction cannot be written so").help(
                "写成百分数，如 50%；除不尽的写成“舍入（甲 除以 3，2位小数，四舍五入）”",
                "write a rate such as 50%, or `round(a divided-by 3, 2 decimals, half-up)`",
            ));
        }
        let digits = self.in_digits(text)?;
        Some(report("数字要用阿拉伯数字写", "numbers are written in digits").fix(
            span,
            digits.clone(),
            format!("改为“{digits}”"),
            format!("change to `{digits}`"),
        ))
    }

    /// A number in words, also after 近 and 第 and before 内 and the like: `近三年内`.
    fn in_digits(&self, text: &str) -> Option<String> {
        let of = |text: &str| chinese::in_digits(text, &|unit| self.is_unit(unit));
        let before =
            ["近", "最近", "第", "满", ""].into_iter().filter_map(|word| Some((word, text.strip_prefix(word)?)));
        before
            .flat_map(|(before, rest)| ["以内", "内", "以上", "以下", ""].map(|after| (before, rest, after)))
            .find_map(|(before, rest, after)| Some(format!("{before}{}{after}", of(rest.strip_suffix(after)?)?)))
    }

    /// `500公顷`: what stands right after a number is no unit.
    fn unknown_unit_after(&self, stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
        let before = chars.start.checked_sub(1).and_then(|at| stretch.text.chars().nth(at))?;
        if !(before.is_ascii_digit() || matches!(before, '百' | '千' | '万' | '亿'))
            || text.chars().count() > UNIT_CHARS_MAX
        {
            return None;
        }
        let span = stretch.span(chars);
        let mut report =
            Diagnostic::new(Code::UnknownUnit, span, format!("不认识的单位“{text}”"), format!("unknown unit `{text}`"))
                .help(
                    format!("换成已有的单位，或者加一行“单位 {text}”（能换算的写“单位 {text}：换算”）"),
                    format!("use a known unit, or add `unit {text}`"),
                );
        let declared = nearest(text, self.segmenter.units.declared.keys().map(String::as_str));
        if let Some(near) = declared.or_else(|| nearest(text, literal::builtin_unit_names())) {
            report = report.fix(span, near, format!("改为“{near}”"), format!("change to `{near}`"));
        }
        Some(report)
    }

    /// `每人每月3000元`: a price is written with what it is for.
    fn price_each(&self, stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
        let units: Vec<&str> = text.strip_prefix('每')?.split('每').collect();
        if !units.iter().all(|unit| self.is_unit(unit)) {
            return None;
        }
        let letters: Vec<char> = stretch.text.chars().collect();
        let (_, end) = literal::scan(&letters, chars.end, &|name| self.segmenter.units.get(name))?.ok()?;
        let price = format!("{}/{}", stretch.chars(&(chars.end..end)), units.join("/"));
        let by: Vec<&str> = units.iter().copied().filter(|unit| *unit != "年").collect();
        let (span, written) = (stretch.span(&(chars.start..end)), stretch.chars(&(chars.start..end)));
        let product = by.iter().fold(price.clone(), |product, unit| format!("{product} × {unit}数"));
        Some(
            Diagnostic::new(
                Code::BadNumber,
                span,
                format!("“{written}”是单价，写成“{price}”"),
                format!("`{written}` is a price: write `{price}`"),
            )
            .help(
                format!("金额是单价乘以数量：{product}（换成声明过的事实）"),
                format!("an amount is the price by its quantities: {product}, as facts that are declared"),
            ),
        )
    }

    fn is_unit(&self, text: &str) -> bool {
        self.segmenter.units.get(text).is_some() || literal::builtin_unit(text).is_some()
    }

    fn never_declared(&self, stretch: &Stretch, chars: &Range<usize>, text: &str) -> Diagnostic {
        let report = not_declared(text, stretch.span(chars));
        let whole = *chars == (0..stretch.text.chars().count());
        if whole && text.chars().count() > 1 {
            report.help(
                "名称要先在“对象”“定义”“产业”等条目里声明；运算词和名称之间可以加空格断开",
                "declare names in subject, definition or industry items first; a space may separate names from words",
            )
        } else {
            report.help(
                "在“对象”条目里加一行，如“名称：是否”或“名称：金额”，或者用“定义”",
                "add a line such as `name: boolean` or `name: money` to a subject item, or a definition",
            )
        }
    }
}

/// 和, 及, 同时 between conditions, 不 before one: other words for 且 and 非.
fn link(stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let (zh, en, word) = match text {
        "和" | "及" | "以及" | "与" | "同时" | "并" | "而且" | "且同时" => {
            ("连接两个条件用“且”", "join conditions with `and`", "且")
        }
        "不" | "未" | "没有" => ("否定一个条件用“非”", "negate a condition with `not`", "非"),
        "对" | "对于" | "就" => {
            let (zh, en) = (format!("“{text}”不用写"), format!("`{text}` is left out"));
            let report = Diagnostic::new(Code::UnknownName, stretch.span(chars), zh, en);
            return Some(report.help("直接写基数和比例：租金 的 50%", "write the base and its share: `租金 的 50%`"));
        }
        _ => return None,
    };
    let span = stretch.span(chars);
    Some(
        Diagnostic::new(
            Code::UnknownName,
            span,
            format!("“{text}”读不懂：{zh}"),
            format!("`{text}` cannot be read: {en}"),
        )
        .fix(span, word, format!("改为“{word}”"), format!("change to `{word}`")),
    )
}

fn not_declared(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownName, span, format!("“{text}”没有声明过"), format!("`{text}` is not declared"))
        .label("不认识这个词", "not a declared name")
}

/// The only name that the text is a shortened form of, or that the text holds: 信用良好 for 信用记录良好.
fn holding<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LEAST: usize = 3;
    let long_enough = |text: &str| text.chars().count() >= LEAST && !text.is_ascii();
    let within = |short: &str, long: &str| {
        let mut letters = long.chars();
        long_enough(short)
            && short.chars().count() * 2 >= long.chars().count()
            && short.chars().all(|letter| letters.any(|other| other == letter))
    };
    let mut found = names.filter(|name| within(text, name) || within(name, text));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// `￥100,000`, `人民币10万元`.
fn currency_before(stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
    if !matches!(text, "￥" | "¥" | "人民币" | "RMB" | "$" | "＄") {
        return None;
    }
    let all = stretch.text.chars().count();
    let rest = stretch.chars(&(chars.end..all));
    if !rest.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let span = stretch.span(chars);
    let report = Diagnostic::new(
        Code::BadNumber,
        span,
        format!("数字前面不写“{text}”"),
        format!("`{text}` does not stand before a number"),
    )
    .label("币种写在数字后面", "the currency follows the number");
    let (unit, span) = match text {
        "$" | "＄" => ("美元", stretch.span(&(chars.start..all))),
        _ if rest.ends_with('元') => {
            return Some(report.fix(span, "", format!("删去“{text}”"), format!("delete `{text}`")));
        }
        _ => ("元", stretch.span(&(chars.start..all))),
    };
    let written = format!("{}{unit}", rest.trim_end_matches("美元"));
    Some(report.fix(span, written.clone(), format!("改为“{written}”"), format!("change to `{written}`")))
}

/// `2020.6.1`, `2020年6月`, `10.5.0万元`, `10万亿亿元`.
fn loose_number(stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let letters: Vec<char> = stretch.text.chars().collect();
    let part_of =
        |letter: &char| letter.is_ascii_digit() || matches!(letter, '.' | '/' | '-' | '年' | '月' | '日' | ',');
    let back = letters.get(..chars.start)?.iter().rev().take_while(|letter| part_of(letter)).count();
    let start = chars.start - back;
    let end = start + letters.get(start..)?.iter().take_while(|letter| part_of(letter)).count();
    let written = stretch.chars(&(start..end));
    let span = stretch.span(&(start..end));
    if let Some(report) = loose_date(&written, span) {
        return Some(report);
    }
    let doubled = text.starts_with(['万', '亿']) && chars.start > 0;
    let broken = text.starts_with(['.', ',']) && written.starts_with(|letter: char| letter.is_ascii_digit());
    if !doubled && !broken {
        return None;
    }
    let (zh, en) = if doubled {
        ("万、亿写重了", "the magnitude is written twice")
    } else {
        ("数字里的点或逗号不对", "a point or comma is out of place")
    };
    let span = if doubled { stretch.span(chars) } else { span };
    let shown = if doubled { text } else { &written };
    Some(
        Diagnostic::new(Code::BadNumber, span, format!("“{shown}”：{zh}"), format!("`{shown}`: {en}"))
            .help("写成 1亿元、3000万元、1.5亿元 或 10,000,000元", "write 1亿元, 3000万元, 1.5亿元 or 10,000,000元"),
    )
}

/// `年度研发投入同比增速`: growth of what is not given by year.
fn growth_of_no_series(stretch: &Stretch, chars: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let words = [Word::GrowthRate, Word::GrowthAmount];
    let word = words.into_iter().find(|word| text.starts_with(word.zh()) || text.starts_with(word.en()))?;
    let span = stretch.span(chars);
    Some(
        Diagnostic::new(
            Code::SeriesWithoutYear,
            span,
            format!("“{}”前面要是按年的事实", word.zh()),
            format!("`{}` needs a fact given by year before it", word.en()),
        )
        .label("每年只有一个数，才有同比", "growth is from one year to the next")
        .help(
            "在声明的类型后面加“按年”，如“研发费用：金额，按年”",
            "add `by-year` after the type in its declaration, such as `name: money, by-year`",
        ),
    )
}

/// The finding for a date in another style, with the date as it is read; `None` where a text is no date.
pub fn loose_date(text: &str, span: Span) -> Option<Diagnostic> {
    let text = text.trim_end_matches(['日', '号']);
    let parts: Vec<&str> = text.trim_end_matches('月').split(['.', '/', '-', '年', '月']).collect();
    let number = |part: &&str, least: usize, most: usize| {
        let fits = (least..=most).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| fits)
    };
    let (year, month, day) = match parts.as_slice() {
        [year, month] => (number(year, 4, 4)?, number(month, 1, 2)?, None),
        [year, month, day] => (number(year, 4, 4)?, number(month, 1, 2)?, Some(number(day, 1, 2)?)),
        _ => return None,
    };
    if !(1900..2200).contains(&year) || month > 12 {
        return None;
    }
    let report = Diagnostic::new(
        Code::FieldUnreadable,
        span,
        format!("日期“{text}”的写法读不懂"),
        format!("the date `{text}` cannot be read"),
    )
    .help("写成 2025-06-30 或 2025年6月30日，年月日都要写", "write 2025-06-30: year, month and day");
    let Some(day) = day else { return Some(report) };
    let Some(known) = calendar::day(i64::from(year), month, day) else { return Some(report) };
    let iso = calendar::iso(i64::from(known));
    Some(report.fix(span, iso.clone(), format!("改为“{iso}”"), format!("change to `{iso}`")))
}

fn ambiguous(stretch: &Stretch, one: &[Piece], other: &[Piece]) -> Diagnostic {
    let words = |pieces: &[Piece]| pieces.iter().map(|piece| stretch.chars(&piece.chars)).collect::<Vec<_>>().join(" ");
    let (one, other) = (words(one), words(other));
    let span = stretch.span(&(0..stretch.text.chars().count()));
    // A reading that is one name is told by quotation marks: a space would not change it.
    let written = |reading: &str| if reading.contains(' ') { reading.to_owned() } else { format!("「{reading}」") };
    Diagnostic::new(
        Code::AmbiguousRun,
        span,
        format!("“{}”有两种读法", stretch.text),
        format!("`{}` has two readings", stretch.text),
    )
    .label(format!("“{one}”，还是“{other}”？"), format!("`{one}` or `{other}`?"))
    .help(
        "用空格断开，或者给整个名称加引号“「」”",
        "separate the words with spaces, or put a whole name in quotation marks",
    )
    .fix(span, written(&one), format!("读作“{one}”"), format!("read as `{one}`"))
    .fix(span, written(&other), format!("读作“{other}”"), format!("read as `{other}`"))
}

/// The report of a number or date that cannot be used.
pub fn bad_number(error: &LiteralError, span: Span, text: &str) -> Diagnostic {
    let code = match error {
        LiteralError::TooLarge => Code::OutOfRange,
        LiteralError::TooPrecise => Code::TooPrecise,
        LiteralError::Inexact => Code::UnitMismatch,
        LiteralError::NoSuchDate => Code::NoSuchDate,
    };
    let why = error.text();
    let report = Diagnostic::new(code, span, format!("“{text}”：{}", why.zh), format!("`{text}`: {}", why.en));
    if *error != LiteralError::NoSuchDate {
        return report;
    }
    let mut parts = text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month)) = (parts.next(), parts.next()) else { return report };
    if !(1..=12).contains(&month) {
        return report.help("一年只有 12 个月", "a year has 12 months");
    }
    let days = calendar::days_in_month(i64::from(year), month);
    report.help(format!("{year} 年 {month} 月只有 {days} 天"), format!("this month has {days} days"))
}
