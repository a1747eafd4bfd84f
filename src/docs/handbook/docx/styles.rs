//! The styles of the handbook and of official documents. Sizes are half points: 44 is 二号, 32 is 三号, 28 is 四号.

use std::fmt::Write as _;

use super::parts::MAIN;

/// A style: id, font, size, whether bold, properties of its paragraphs.
type Style = (&'static str, &'static str, u32, bool, &'static str);

/// Of the official text: GB/T 9704-2012, lines of 28.95 points, 22 on a page.
const OFFICIAL: [Style; 8] = [
    (
        "OfficialTitle",
        "方正小标宋简体",
        44,
        false,
        "<w:spacing w:before=\"579\" w:after=\"579\" w:line=\"700\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
    ),
    (
        "OfficialHead",
        "仿宋_GB2312",
        32,
        false,
        "<w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
    ),
    ("OfficialAddressee", "仿宋_GB2312", 32, false, "<w:spacing w:line=\"579\" w:lineRule=\"exact\"/>"),
    (
        "OfficialOne",
        "黑体",
        32,
        false,
        "<w:keepNext/><w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:outlineLvl w:val=\"1\"/>",
    ),
    (
        "OfficialTwo",
        "楷体_GB2312",
        32,
        false,
        "<w:keepNext/><w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>",
    ),
    (
        "OfficialThree",
        "仿宋_GB2312",
        32,
        true,
        "<w:keepNext/><w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>",
    ),
    (
        "OfficialBody",
        "仿宋_GB2312",
        32,
        false,
        "<w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"both\"/>",
    ),
    (
        "OfficialSigned",
        "仿宋_GB2312",
        32,
        false,
        "<w:spacing w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/>",
    ),
];

/// Of the handbook.
const HANDBOOK: [Style; 17] = [
    (
        "CoverTitle",
        "方正小标宋简体",
        52,
        false,
        "<w:spacing w:before=\"1600\" w:after=\"400\" w:line=\"800\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/>",
    ),
    ("CoverName", "黑体", 36, false, "<w:spacing w:before=\"0\" w:after=\"800\"/><w:jc w:val=\"center\"/>"),
    ("CoverLine", "楷体_GB2312", 28, false, "<w:spacing w:before=\"0\" w:after=\"80\"/><w:jc w:val=\"center\"/>"),
    (
        "ContentsTitle",
        "黑体",
        36,
        false,
        "<w:pageBreakBefore/><w:spacing w:before=\"0\" w:after=\"360\"/><w:jc w:val=\"center\"/>",
    ),
    ("Contents1", "黑体", 24, false, "<w:spacing w:before=\"120\" w:after=\"40\"/>"),
    ("Contents2", "仿宋_GB2312", 24, false, "<w:spacing w:before=\"0\" w:after=\"20\"/><w:ind w:left=\"480\"/>"),
    (
        "Heading1",
        "方正小标宋简体",
        44,
        false,
        "<w:keepNext/><w:pageBreakBefore/><w:spacing w:before=\"0\" w:after=\"360\"/><w:outlineLvl w:val=\"0\"/>",
    ),
    (
        "Heading2",
        "黑体",
        32,
        false,
        "<w:keepNext/><w:spacing w:before=\"480\" w:after=\"160\"/><w:outlineLvl w:val=\"1\"/>",
    ),
    (
        "Heading3",
        "楷体_GB2312",
        28,
        true,
        "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"2\"/>",
    ),
    (
        "Text",
        "仿宋_GB2312",
        24,
        false,
        "<w:spacing w:before=\"0\" w:after=\"100\" w:line=\"400\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/>",
    ),
    (
        "Quotation",
        "楷体_GB2312",
        24,
        false,
        "<w:pBdr><w:left w:val=\"single\" w:sz=\"18\" w:space=\"8\" w:color=\"8A2B1F\"/></w:pBdr><w:spacing w:before=\"0\" w:after=\"100\" w:line=\"400\" w:lineRule=\"exact\"/><w:ind w:left=\"240\"/>",
    ),
    (
        "Item",
        "仿宋_GB2312",
        24,
        false,
        "<w:spacing w:before=\"0\" w:after=\"40\" w:line=\"400\" w:lineRule=\"exact\"/>",
    ),
    ("CellHead", "黑体", 21, false, "<w:keepNext/><w:spacing w:before=\"40\" w:after=\"40\"/>"),
    ("Cell", "仿宋_GB2312", 21, false, "<w:spacing w:before=\"20\" w:after=\"20\"/>"),
    ("After", "仿宋_GB2312", 12, false, "<w:spacing w:before=\"0\" w:after=\"0\"/>"),
    ("Folio", "宋体", 28, false, "<w:jc w:val=\"center\"/>"),
    ("Normal", "仿宋_GB2312", 24, false, ""),
];

/// The part.
pub(super) fn styles() -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋_GB2312\" w:cs=\"Times New Roman\"/><w:sz w:val=\"24\"/>\
         <w:szCs w:val=\"24\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    );
    for (id, font, size, bold, paragraph) in HANDBOOK.into_iter().chain(OFFICIAL) {
        let bold = if bold { "<w:b/>" } else { "" };
        // 28 characters of 16 points are 448 points, the text block is 442: each gives up a quarter of a point.
        let closer = if id.starts_with("Official") && size == 32 { "<w:spacing w:val=\"-5\"/>" } else { "" };
        // Word knows its own headings by these names: they fill its navigation pane.
        let name = match id {
            "Heading1" => "heading 1".to_owned(),
            "Heading2" => "heading 2".to_owned(),
            "Heading3" => "heading 3".to_owned(),
            "Normal" => "Normal".to_owned(),
            other => format!("guiju {other}"),
        };
        let kind = match id {
            "Normal" => " w:default=\"1\"",
            "Heading1" | "Heading2" | "Heading3" => "",
            _ => " w:customStyle=\"1\"",
        };
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\"{kind} w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:pPr>{paragraph}</w:pPr><w:rPr>\
             <w:rFonts w:eastAsia=\"{font}\"/>{bold}{closer}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>"
        );
    }
    out.push_str("<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"Grid\"><w:name w:val=\"guiju Grid\"/><w:tblPr><w:tblBorders>");
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(out, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F8C99\"/>");
    }
    out.push_str(
        "</w:tblBorders><w:tblCellMar><w:top w:w=\"30\" w:type=\"dxa\"/><w:left w:w=\"90\" w:type=\"dxa\"/><w:bottom w:w=\"30\" w:type=\"dxa\"/>\
         <w:right w:w=\"90\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>",
    );
    out
}
