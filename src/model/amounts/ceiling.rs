//! In: the text of an award. Out: what is given, and the ceiling that was written after it. Invariant: an award that starts with its
//! ceiling (`不超过 50万元`), and bounds in brackets or of a range, are left alone.

/// A ceiling among the words of an award.
pub(super) struct Ceiling<'t> {
    /// The amount.
    pub sum: &'t str,
    /// Whether it is said to be by year.
    pub yearly: bool,
    /// Whether more is said about years.
    pub years: bool,
}

/// Words that open a ceiling.
const OPENS: [&str; 8] =
    ["最高不超过", "最多不超过", "最高", "不超过", "不高于", "上限", "at-highest", "not-exceeding"];
/// Words between these and the amount.
const BETWEEN: [&str; 9] = ["给予", "可达", "为", "限额", "支持", "补贴", "奖励", "（含）", "(含)"];
/// Words before these that belong to the ceiling.
const BEFORE: [&str; 12] =
    ["给予", "单个项目", "单个主体", "每年", "每家企业", "每户企业", "每个企业", "每人", "总额", "累计", "且", "但"];

/// What is given, and the ceiling after it; `None` where there is none.
pub(super) fn split(text: &str) -> Option<(&str, Ceiling<'_>)> {
    let (at, word) = OPENS
        .iter()
        .filter_map(|word| Some((text.find(word)?, *word)))
        .min_by_key(|(at, word)| (*at, usize::MAX - word.len()))?;
    let (head, tail) = text.split_at(at);
    if !said(head) || head.matches(['（', '(']).count() > head.matches(['）', ')']).count() {
        return None;
    }
    let mut rest = tail.strip_prefix(word)?.trim_start();
    while let Some(next) = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next.trim_start();
    }
    let sum = rest.split(['，', ',', '；', ';', '。']).next()?.trim_end();
    let sum = BETWEEN.iter().find_map(|word| sum.strip_suffix(word)).unwrap_or(sum).trim_end();
    if !sum.starts_with(|letter: char| letter.is_numeric()) {
        return None;
    }
    let mut before = head.trim_end();
    while let Some(shorter) = BEFORE.iter().find_map(|word| before.strip_suffix(word)) {
        before = shorter.trim_end();
    }
    let yearly = head.get(before.len()..).is_some_and(|words| words.contains("每年"));
    let years = rest.get(sum.len()..).is_some_and(|words| words.contains('年'));
    Some((head.get(..before.len())?, Ceiling { sum, yearly, years }))
}

/// Whether a text says how much is given: a share or an amount of its own, or a clause of the sentence.
fn said(head: &str) -> bool {
    head.contains(['%', '％', '‰', '，', ',', '；', ';']) && !head.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn ceilings_in_awards() {
        let of = |text| split(text).map(|(before, found)| (before, found.sum, found.yearly, found.years));
        assert_eq!(of("租金 的 50%，最高5万元"), Some(("租金 的 50%，", "5万元", false, false)));
        assert_eq!(
            of("按租金的50%给予补贴，每家企业每年最高5万元，最多补贴3年"),
            Some(("按租金的50%给予补贴，", "5万元", true, true))
        );
        assert_eq!(of("按租金的30%给予最高50万元"), Some(("按租金的30%", "50万元", false, false)));
        assert_eq!(of("研发投入的10%，最高不超过（含）50万元支持"), Some(("研发投入的10%，", "50万元", false, false)));
        for alone in
            ["不超过 50万元", "最高不超过 50万元", "租金 的 50%（最高 5万元）", "研发投入 的 10%", "给予最高50万元支持"]
        {
            assert_eq!(of(alone), None, "{alone}");
        }
    }
}
