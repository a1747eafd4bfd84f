//! In: rows of cells. Out: lines whose columns stand one below the other on a terminal, where a Chinese character is two cells wide.

use unicode_width::UnicodeWidthStr;

/// The lines of a table, each indented; the first column is left-aligned, the others right-aligned.
pub(super) fn table(rows: &[Vec<String>], indent: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width - cell.width());
            if at > 0 {
                line.push_str("  ");
            }
            if at == 0 {
                line.push_str(cell);
                line.push_str(&room);
            } else {
                line.push_str(&room);
                line.push_str(cell);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_are_two_cells_wide() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let text = table(&[row(&["条款", "可获"]), row(&["abc", "1"])], 1);
        assert_eq!(text, " 条款  可获\n abc      1\n");
    }
}
