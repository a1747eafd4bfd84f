//! Official wording reads as an office writes it: no ids, no ISO days, full-width marks, quotations that close, sentences that end.

use super::*;

/// Fails where a document would not be written so.
pub fn reads_well(wording: &str) {
    let (mut open, mut nested) = (false, false);
    for line in wording.lines() {
        let text = line.trim_start_matches('　');
        if open {
            assert!(text.starts_with('“'), "a paragraph does not open: {line}\n{wording}");
            open = false;
        }
        for letter in text.chars() {
            match letter {
                '“' | '”' => {
                    assert!(open != (letter == '“') && !nested, "{letter} where none may stand: {line}\n{wording}");
                    open = !open;
                }
                '‘' | '’' => {
                    assert!(open && nested != (letter == '‘'), "{letter} where none may stand: {line}\n{wording}");
                    nested = !nested;
                }
                _ => {}
            }
        }
        let article = line.starts_with('　') && !text.starts_with('“');
        let ends = text.ends_with(['。', '：']) || text.ends_with("。”") || text.ends_with("；”") || open;
        assert!(ends || !article, "it does not end: {line}\n{wording}");
        marks(line, wording);
    }
    assert!(!open, "{wording}");
}

/// No half-width mark beside Chinese, no ISO day, no id in brackets.
fn marks(line: &str, wording: &str) {
    let letters: Vec<char> = line.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_alphanumeric);
        let number = digit(at.checked_sub(1)) && digit(Some(at + 1));
        let half = matches!(letter, ',' | ';' | '(' | ')' | '"' | '「' | '」' | '<' | '>' | '=');
        assert!(!half && (*letter != ':' || number), "{letter}: {line}\n{wording}");
    }
    let iso = letters.windows(10).any(|it| it[4] == '-' && it[7] == '-' && it[..4].iter().all(char::is_ascii_digit));
    assert!(!iso, "{line}\n{wording}");
    let id = line
        .split('（')
        .skip(1)
        .filter_map(|rest| rest.split_once('）'))
        .any(|(inner, _)| inner.starts_with(|first: char| first.is_ascii_lowercase()) && inner.is_ascii());
    assert!(!id, "an id: {line}\n{wording}");
}

const BASE: &str = "\
政策 示范发〔2025〕1号《若干措施》（demo）
  有效期：2026-01-01 至 2026-12-31
  舍入：元，四舍五入
部门 区科委（science）
部门 区财政局（finance）
对象 市场主体
  依法设立（established）：是否
  信用良好：是否，由 区科委 认定
  设备投入（equipment）：金额，不低于 0
条款 一《租金补贴》（rent）
  条件：满足下列条件之一
    （一）依法设立
    （二）信用良好
    （三）设备投入 超过 3万元
    （四）设备投入 超过 5万元
  支持：设备投入 的 50%
  上限：200万元，每市场主体每年
  责任部门：区科委
条款 二《购置补贴》（buy）
  条件：依法设立
  支持：1万元
  生效：2026-02-01
  责任部门：区科委
";

/// The articles of the amendment that makes some replacements.
fn articles(changes: &[(&str, &str)]) -> Vec<String> {
    let mut new = BASE.to_owned();
    for (from, to) in changes {
        assert_eq!(new.matches(from).count(), 1, "{from}");
        new = new.replace(from, to);
    }
    let written = round(&single(BASE), &single(&new)).unwrap();
    let lines = written.wording.lines().skip(3).map(|line| line.trim_start_matches('　').to_owned());
    let all: Vec<String> = lines.take_while(|line| !line.starts_with("本决定自")).collect();
    all
}

#[test]
fn changes_of_the_policy_itself_are_said_without_an_address() {
    assert_eq!(
        articles(&[("至 2026-12-31", "至 2027-12-31")]),
        ["将有效期“至2026年12月31日”修改为“至2027年12月31日”。"]
    );
    assert_eq!(
        articles(&[("至 2026-12-31", "至 2026-11-30")]),
        ["将有效期“至2026年12月31日”修改为“至2026年11月30日”。"]
    );
    assert_eq!(articles(&[("《若干措施》", "《若干措施（试行）》")]), ["将标题修改为“若干措施（试行）”。"]);
    assert_eq!(articles(&[("〔2025〕1号", "〔2025〕2号")]), ["将文号修改为“示范发〔2025〕2号”。"]);
}

#[test]
fn ids_are_never_printed() {
    let said = articles(&[("《租金补贴》（rent）", "《租金支持》（rent2）")]);
    assert_eq!(said, ["将第一条的标题修改为“租金支持”。"]);
    let said = articles(&[("支持：1万元", "先后：条款 rent 用完之后\n  支持：1万元")]);
    assert_eq!(said, ["第二条增加规定：“享受次序：第一条用完之后。”"]);
    let said = articles(&[("条件：依法设立\n", "条件：established 且 equipment >= 2万元\n")]);
    assert_eq!(said, ["将第二条支持条件修改为：“依法设立且设备投入不低于2万元”。"]);
    let said = articles(&[("2026-02-01", "2026-03-01")]);
    assert_eq!(said, ["将第二条施行日期修改为：“2026年3月1日”。"]);
}

#[test]
fn numerals_are_chinese_and_lists_end() {
    let said = articles(&[("    （三）设备投入 超过 3万元\n    （四）", "    （三）")]);
    assert_eq!(said, ["删去第一条支持条件第三项；第四项改为第三项。"]);
    let said = articles(&[(
        "    （三）设备投入 超过 3万元\n    （四）",
        "    （三）非 信用良好\n    （四）设备投入 超过 3万元\n    （五）",
    )]);
    assert_eq!(said, ["第一条支持条件增加一项，作为第三项，其后各项序号依次顺延：“（三）非信用良好；”"]);
    let said = articles(&[("责任部门：区科委\n条款 二", "责任部门：区科委、区财政局\n条款 二")]);
    assert_eq!(said, ["将第一条责任部门修改为：“区科委、区财政局”。"]);
}

/// What is asked of applicants stands in no document, and is told apart.
#[test]
fn what_no_document_says_is_listed() {
    let new = BASE.replace("  设备投入（equipment）", "  员工人数：整数（人）\n  设备投入（equipment）");
    let written = round(&single(BASE), &single(&new)).unwrap();
    assert_eq!(written.wording, "");
    assert_eq!(written.left_out, ["对象“市场主体”"]);
}

/// Facts are asked of applicants, but who decides them is said.
#[test]
fn another_department_that_decides_is_said() {
    let said = articles(&[("由 区科委 认定", "由 区财政局 认定")]);
    assert_eq!(said, ["将“信用良好”的认定部门由“区科委”修改为“区财政局”。"]);
}

#[test]
fn a_cap_among_others_is_put_in_and_groups_are_sentences() {
    let caps = "上限：200万元，每市场主体每年\n  上限：300万元，每市场主体累计\n";
    let group = "组合 租购不同享（rent-or-buy）\n  方式：就高不重复\n  条款：rent、buy\n";
    let base = BASE.replace("上限：200万元，每市场主体每年\n", caps) + group;
    let new = base
        .replace("  上限：300万元", "  上限：2500000元，每市场主体 3年内累计\n  上限：300万元")
        .replace("方式：就高不重复", "方式：择一")
        + "  上限：210万元，每市场主体每年\n";
    let written = round(&single(&base), &single(&new)).unwrap();
    for said in [
        "第一条最高限额增加一项，作为第二项：“每市场主体3年内累计250万元”。",
        "将“租购不同享”规定修改为：“第一条、第二条的支持只能择一享受，合计每市场主体每年最高210万元。”",
    ] {
        assert!(written.wording.contains(said), "{}", written.wording);
    }
}
