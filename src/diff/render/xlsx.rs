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
/// Most lines of a row; an item that needs more takes several rows.
const LINES_MAX: u32 = 24;

/// The whole file; `None` only where it does not fit a sheet.
#[must_use]
pub fn xlsx(diff: &Diff, lang: Lang) -> Option<Vec<u8>> {
    made(diff, lang).ok()
}

struct Formats {
    title: Format,
    below: Format,
    head: Format,
    /// By whether a row is the first and the last of its item.
    cells: [[Format; 2]; 2],
    plain: Format,
    name: Format,
    removed: Format,
    added: Format,
}

impl Formats {
    fn new() -> Formats {
        let font = |name: &str| Format::new().set_font_name(name).set_font_size(11);
        let edge = |is: bool| if is { FormatBorder::Thin } else { FormatBorder::None };
        let cell = |first: bool, last: bool| {
            let sides = font("仿宋").set_text_wrap().set_align(FormatAlign::Top);
            let sides = sides.set_border_left(FormatBorder::Thin).set_border_right(FormatBorder::Thin);
            sides.set_border_top(edge(first)).set_border_bottom(edge(last))
        };
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
            cells: [false, true].map(|first| [false, true].map(|last| cell(first, last))),
        }
    }

    fn cell(&self, first: bool, last: bool) -> &Format {
        let [inner, outer] = &self.cells;
        let [open, closed] = if first { outer } else { inner };
        if last { closed } else { open }
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
        at = item(sheet, at, row, &formats, lang)?;
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

/// A paragraph of a cell: whether it is the name of an item, and its pieces.
type Paragraph = (bool, Vec<Piece>);

/// An item, in as many rows as it needs; the row after it.
fn item(sheet: &mut Worksheet, at: u32, row: Row, formats: &Formats, lang: Lang) -> Result<u32, XlsxError> {
    let Row { names: [old, new], texts: [left, right], said } = row;
    let kept = |text: &str| vec![Piece { fate: Fate::Kept, text: text.to_owned() }];
    let side = |name: Vec<Piece>, texts: Vec<Vec<Piece>>| -> Vec<Paragraph> {
        let name = Some((true, name)).filter(|(_, name)| !name.is_empty());
        let all: Vec<Paragraph> = name.into_iter().chain(texts.into_iter().map(|text| (false, text))).collect();
        if all.is_empty() { vec![(false, kept(columns::none(lang)))] } else { all }
    };
    let notes = columns::notes(&said, lang).iter().map(|note| (false, kept(note))).collect();
    let columns = [side(old, left), side(new, right), notes];
    let [old, new, notes] = [0, 1, 2].map(|column| {
        let width = WIDTHS.get(column).copied().unwrap_or(1);
        portions(columns.get(column).map_or(&[][..], Vec::as_slice), width)
    });
    let rows = old.len().max(new.len()).max(notes.len()).max(1);
    let mut at = at;
    for number in 0..rows {
        let format = formats.cell(number == 0, number + 1 == rows);
        let mut most = 1;
        for ((column, portions), width) in (0_u16..).zip([&old, &new, &notes]).zip(WIDTHS) {
            let portion = portions.get(number).map_or(&[][..], Vec::as_slice);
            rich(sheet, (at, column), portion, formats, format)?;
            most = most.max(portion.iter().map(|(_, pieces)| lines(&text(pieces), width)).sum());
        }
        sheet.set_row_height(at, (most * LINE + 4).min(ROW_MAX))?;
        at += 1;
    }
    Ok(at)
}

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Paragraphs in portions that a row has room for; a paragraph that no row has room for is cut.
fn portions(paragraphs: &[Paragraph], width: u32) -> Vec<Vec<Paragraph>> {
    let mut all: Vec<Vec<Paragraph>> = Vec::new();
    let mut left = 0;
    for (is_name, pieces) in paragraphs {
        for part in cut(pieces, width) {
            let takes = lines(&text(&part), width);
            match all.last_mut() {
                Some(last) if takes <= left => last.push((*is_name, part)),
                _ => {
                    all.push(vec![(*is_name, part)]);
                    left = LINES_MAX;
                }
            }
            left = left.saturating_sub(takes);
        }
    }
    all
}

/// A paragraph in parts of at most [`LINES_MAX`] lines.
fn cut(pieces: &[Piece], width: u32) -> Vec<Vec<Piece>> {
    if lines(&text(pieces), width) <= LINES_MAX {
        return vec![pieces.to_vec()];
    }
    let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut used = String::new();
    for piece in pieces {
        for letter in piece.text.chars() {
            used.push(letter);
            if lines(&used, width) > LINES_MAX {
                parts.push(Vec::new());
                used = letter.to_string();
            }
            let Some(part) = parts.last_mut() else { continue };
            match part.last_mut() {
                Some(last) if last.fate == piece.fate => last.text.push(letter),
                _ => part.push(Piece { fate: piece.fate, text: letter.to_string() }),
            }
        }
    }
    parts
}

/// A cell of marked words.
fn rich(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    paragraphs: &[Paragraph],
    formats: &Formats,
    format: &Format,
) -> Result<(), XlsxError> {
    let mut parts: Vec<(&Format, &str)> = Vec::new();
    for (at, (is_name, pieces)) in paragraphs.iter().enumerate() {
        if at > 0 {
            parts.push((&formats.plain, "\n"));
        }
        for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
            let plain = piece.fate == Fate::Kept && *is_name;
            parts.push((if plain { &formats.name } else { marked(piece.fate, formats) }, &piece.text));
        }
    }
    if parts.iter().all(|(part, _)| **part == formats.plain) {
        let text: String = parts.iter().map(|(_, text)| *text).collect();
        sheet.write_string_with_format(row, column, text, format)?;
        return Ok(());
    }
    // A cell of one part is not rich to Excel; a second, empty to the eye, makes it so.
    if parts.len() == 1 {
        parts.push((&formats.plain, " "));
    }
    sheet.write_rich_string_with_format(row, column, &parts, format)?;
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
