//! In: a comparison. Out: the 新旧条文对照表 as a .xlsx: one sheet, three columns, header row repeated in print, changed words marked.
//! Invariant: the same comparison gives the same bytes: the day of creation is fixed.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, Worksheet,
    XlsxError,
};

use unicode_width::UnicodeWidthStr;

use crate::diagnostics::Lang;

use super::super::words::{Fate, Piece};
use super::super::{Diff, say};
use super::columns::{self, Row};

/// Most characters of a cell that Excel holds.
const CELL_MAX: usize = 32_000;

/// Widths of the columns, in half-width characters.
const WIDTHS: [u32; 3] = [52, 52, 46];
/// Height of a line, in points.
const LINE: u32 = 16;
/// Greatest height of a row.
const ROW_MAX: u32 = 409;

/// The whole file; `None` only where it does not fit a sheet.
#[must_use]
pub fn xlsx(diff: &Diff, lang: Lang) -> Option<Vec<u8>> {
    made(diff, lang).ok()
}

struct Formats {
    title: Format,
    below: Format,
    head: Format,
    cell: Format,
    plain: Format,
    name: Format,
    removed: Format,
    added: Format,
}

impl Formats {
    fn new() -> Formats {
        let font = |name: &str| Format::new().set_font_name(name).set_font_size(11);
        let cell = font("仿宋").set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
        Formats {
            title: font("宋体").set_font_size(18).set_bold().set_align(FormatAlign::Center),
            below: font("仿宋").set_text_wrap().set_align(FormatAlign::Top),
            head: font("黑体")
                .set_font_size(12)
                .set_align(FormatAlign::VerticalCenter)
                .set_align(FormatAlign::Center)
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(0x00D9_D9D9)),
            plain: font("仿宋"),
            name: font("黑体"),
            removed: font("仿宋").set_font_strikethrough().set_font_color(Color::RGB(0x00A6_1C00)),
            added: font("仿宋")
                .set_bold()
                .set_underline(FormatUnderline::Single)
                .set_font_color(Color::RGB(0x000B_5394)),
            cell,
        }
    }
}

fn made(diff: &Diff, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(1980, 1, 1)?;
    let title = columns::title(diff);
    book.set_properties(
        &DocProperties::new().set_title(title.get(lang)).set_author("guiju").set_creation_datetime(&day),
    );
    let formats = Formats::new();
    let sheet = book.add_worksheet();
    sheet.set_name(match lang {
        Lang::Zh => "新旧条文对照表",
        Lang::En => "Comparison",
    })?;
    for (column, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(0, 0, 0, 2, title.get(lang), &formats.title)?;
    sheet.set_row_height(0, 30)?;
    let mut at = 1;
    for line in columns::below_title(diff, lang) {
        across(sheet, at, &line, &formats.below)?;
        at += 1;
    }
    let head = at;
    for (column, text) in (0_u16..).zip(columns::heads(lang)) {
        sheet.write_string_with_format(head, column, text, &formats.head)?;
    }
    sheet.set_row_height(head, 22)?;
    at += 1;
    for row in columns::rows(diff) {
        let Row { names: [old, new], texts: [left, right], said } = row;
        rich(sheet, (at, 0), (&old, &left), &formats, lang)?;
        rich(sheet, (at, 1), (&new, &right), &formats, lang)?;
        let notes = shortened(&columns::notes(&said, lang).join("\n"));
        let text = |name: &[Piece], paragraphs: &[Vec<Piece>]| {
            let one = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
            let all: Vec<String> = std::iter::once(one(name)).chain(paragraphs.iter().map(|it| one(it))).collect();
            all.join("\n")
        };
        let texts = [text(&old, &left), text(&new, &right), notes.clone()];
        let lines = texts.iter().zip(WIDTHS).map(|(text, width)| lines(text, width)).max().unwrap_or(1);
        sheet.set_row_height(at, (lines * LINE + 4).min(ROW_MAX))?;
        sheet.write_string_with_format(at, 2, notes, &formats.cell)?;
        at += 1;
    }
    for line in columns::notes(&say::between(diff), lang) {
        across(sheet, at, &line, &formats.below)?;
        at += 1;
    }
    for (name, text) in say::departments(diff) {
        across(sheet, at, &format!("{name}：{}", text.get(lang)), &formats.below)?;
        at += 1;
    }
    across(sheet, at, columns::legend(lang), &formats.below)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(head, head)?;
    sheet.set_freeze_panes(head + 1, 0)?;
    sheet.set_footer("&C— &P —");
    book.save_to_buffer()
}

/// A line across all columns, high enough for its text: a merged cell does not grow by itself.
fn across(sheet: &mut Worksheet, row: u32, text: &str, format: &Format) -> Result<(), XlsxError> {
    sheet.merge_range(row, 0, row, 2, &shortened(text), format)?;
    let lines = lines(text, WIDTHS.iter().sum());
    sheet.set_row_height(row, (lines * LINE).min(ROW_MAX))?;
    Ok(())
}

/// How many lines a text takes in a column: LibreOffice does not find the height of a row with marked words by itself.
fn lines(text: &str, width: u32) -> u32 {
    let room = usize::try_from(width).unwrap_or(usize::MAX).saturating_sub(4).max(1);
    let lines: usize = text.split('\n').map(|line| line.width().div_ceil(room).max(1)).sum();
    u32::try_from(lines.min(1_000)).unwrap_or(1)
}

/// A cell of marked words.
fn rich(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (name, paragraphs): (&[Piece], &[Vec<Piece>]),
    formats: &Formats,
    lang: Lang,
) -> Result<(), XlsxError> {
    let mut parts: Vec<(&Format, String)> = Vec::new();
    let mut left = CELL_MAX;
    let mut push = |format, text: &str| {
        let text: String = text.chars().take(left).collect();
        left -= text.chars().count();
        if !text.is_empty() {
            parts.push((format, text));
        }
    };
    for piece in name {
        let format = if piece.fate == Fate::Kept { &formats.name } else { marked(piece.fate, formats) };
        push(format, &piece.text);
    }
    for (at, paragraph) in paragraphs.iter().enumerate() {
        if at > 0 || !name.is_empty() {
            push(&formats.plain, "\n");
        }
        for piece in paragraph {
            push(marked(piece.fate, formats), &piece.text);
        }
    }
    if parts.is_empty() {
        let none = match lang {
            Lang::Zh => "（无）",
            Lang::En => "(none)",
        };
        parts.push((&formats.plain, none.to_owned()));
    }
    // A cell of one part is not rich to Excel; a second, empty to the eye, makes it so.
    if parts.len() == 1 {
        parts.push((&formats.plain, " ".to_owned()));
    }
    let parts: Vec<(&Format, &str)> = parts.iter().map(|(format, text)| (*format, text.as_str())).collect();
    sheet.write_rich_string_with_format(row, column, &parts, &formats.cell)?;
    Ok(())
}

fn marked(fate: Fate, formats: &Formats) -> &Format {
    match fate {
        Fate::Kept => &formats.plain,
        Fate::Removed => &formats.removed,
        Fate::Added => &formats.added,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(CELL_MAX).collect()
}
