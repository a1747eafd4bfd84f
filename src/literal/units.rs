//! In: the name of a unit. Out: how many base units it is. Also the folding of widths that literals are read after.
//! Invariant: the built-in units of `docs/reference/language.md`, section 4, stand here and nowhere else.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A unit by name: how many base units it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUnit {
    /// One of it is `factor.0 / factor.1` of the base; both positive.
    pub factor: (i128, i128),
    /// Base units and their powers; empty for %, ‰ and the like.
    pub powers: Vec<(String, i8)>,
}

impl KnownUnit {
    /// Whether it is 年.
    #[must_use]
    pub fn is_year(&self) -> bool {
        self.factor == (12, 1) && self.powers == [("月".to_owned(), 1)]
    }
}

/// Built-in units: name, base unit, how many of it as numerator and denominator. An empty base is a pure number.
const UNITS: &[(&str, &str, i128, i128)] = &[
    ("%", "", 1, 100),
    ("‰", "", 1, 1_000),
    ("百分点", "", 1, 100),
    ("个百分点", "", 1, 100),
    ("BP", "", 1, 10_000),
    ("bp", "", 1, 10_000),
    ("基点", "", 1, 10_000),
    ("个基点", "", 1, 10_000),
    ("元", "CNY", 1, 1),
    ("元整", "CNY", 1, 1),
    ("元人民币", "CNY", 1, 1),
    ("人民币", "CNY", 1, 1),
    ("人民币元", "CNY", 1, 1),
    ("CNY", "CNY", 1, 1),
    ("RMB", "CNY", 1, 1),
    ("角", "CNY", 1, 10),
    ("分", "CNY", 1, 100),
    ("美元", "USD", 1, 1),
    ("USD", "USD", 1, 1),
    ("欧元", "EUR", 1, 1),
    ("EUR", "EUR", 1, 1),
    ("港元", "HKD", 1, 1),
    ("港币", "HKD", 1, 1),
    ("HKD", "HKD", 1, 1),
    ("日元", "JPY", 1, 1),
    ("JPY", "JPY", 1, 1),
    ("英镑", "GBP", 1, 1),
    ("GBP", "GBP", 1, 1),
    ("人", "人", 1, 1),
    ("户", "户", 1, 1),
    ("家", "家", 1, 1),
    ("个", "个", 1, 1),
    ("项", "项", 1, 1),
    ("件", "件", 1, 1),
    ("台", "台", 1, 1),
    ("套", "套", 1, 1),
    ("次", "次", 1, 1),
    ("亩", "亩", 1, 1),
    ("平方米", "平方米", 1, 1),
    ("㎡", "平方米", 1, 1),
    ("米", "米", 1, 1),
    ("吨", "吨", 1, 1),
    ("千瓦时", "千瓦时", 1, 1),
    ("千克", "千克", 1, 1),
    ("天", "天", 1, 1),
    ("日", "天", 1, 1),
    ("工作日", "工作日", 1, 1),
    ("个工作日", "工作日", 1, 1),
    ("月", "月", 1, 1),
    ("个月", "月", 1, 1),
    ("季度", "月", 3, 1),
    ("个季度", "月", 3, 1),
    ("年", "月", 12, 1),
    ("项目", "项目", 1, 1),
    ("个项目", "项目", 1, 1),
    ("主体", "主体", 1, 1),
    ("团队", "团队", 1, 1),
    ("企业", "企业", 1, 1),
    ("产品", "产品", 1, 1),
    ("课时", "课时", 1, 1),
    ("学时", "学时", 1, 1),
    ("小时", "小时", 1, 1),
    ("场", "场", 1, 1),
    ("期", "期", 1, 1),
    ("节", "节", 1, 1),
];

/// Half-width form of a full-width character, and an ASCII space for the ideographic one.
#[must_use]
pub fn fold_width(char: char) -> char {
    match char {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        '−' => '-',
        other => other,
    }
}

/// Built-in units by name.
static BY_NAME: LazyLock<FxHashMap<&str, KnownUnit>> = LazyLock::new(|| {
    let known = UNITS.iter().map(|(name, base, numerator, denominator)| {
        let powers = if base.is_empty() { Vec::new() } else { vec![((*base).to_owned(), 1)] };
        (*name, KnownUnit { factor: (*numerator, *denominator), powers })
    });
    known.collect()
});

/// A built-in unit.
#[must_use]
pub fn builtin_unit(name: &str) -> Option<KnownUnit> {
    BY_NAME.get(name).cloned()
}

/// Names of all built-in units, for suggestions.
pub fn builtin_unit_names() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, ..)| *name)
}
