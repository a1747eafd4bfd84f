//! In: figures. Out: a table of Markdown, as it stands in `docs/benchmarks.md`.

/// A line of the table.
pub struct Row {
    what: String,
    figure: String,
    remark: String,
}

impl Row {
    pub fn new(what: impl Into<String>, figure: String, remark: String) -> Row {
        Row { what: what.into(), figure, remark }
    }
}

/// Prints rows under a heading.
pub fn print(heading: &str, rows: &[Row]) {
    println!("\n### {heading}\n\n| 什么 | 用时或大小 | 比较 |\n|---|---:|---|");
    for Row { what, figure, remark } in rows {
        println!("| {what} | {figure} | {remark} |");
    }
}

/// Nanoseconds, as people read them.
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1e3 => format!("{short:.1} ns"),
        middle if middle < 1e6 => format!("{:.1} µs", middle / 1e3),
        long if long < 1e9 => format!("{:.1} ms", long / 1e6),
        longer => format!("{:.2} s", longer / 1e9),
    }
}
