//! In: the text of a data file. Out: its values with their places, or why it is not JSON.
//! Invariant: size, depth and number of values are bounded before anything is built; numbers keep the digits as written; keys that
//! are written twice are both there. `serde_json` keeps none of these.

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::diagnostics::{Code, Diagnostic};
use crate::limits::{DATA_BYTES_MAX, DATA_DEPTH_MAX, DATA_VALUES_MAX, LEDGER_BYTES_MAX, LEDGER_VALUES_MAX};
use crate::source::{FileId, Span};

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of JSON values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub span: Span,
    /// The value.
    pub value: Json,
}

/// Reads a file.
pub fn parse(file: FileId, text: &str) -> Result<Json, Box<Diagnostic>> {
    bounds(file, text, (DATA_BYTES_MAX, DATA_VALUES_MAX))?;
    parse_bounded(file, text)
}

/// As [`parse`], of a ledger, which may be larger.
pub fn parse_ledger(file: FileId, text: &str) -> Result<Json, Box<Diagnostic>> {
    bounds(file, text, (LEDGER_BYTES_MAX, LEDGER_VALUES_MAX))?;
    parse_bounded(file, text)
}

fn parse_bounded(file: FileId, text: &str) -> Result<Json, Box<Diagnostic>> {
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let place = Place { file, skipped };
    let whole = Span::new(file, text.len(), text.len());
    match parse_to_ast(text.get(skipped..).unwrap_or(""), &CollectOptions::default(), &options) {
        Ok(result) => result
            .value
            .map(|value| place.json(value))
            .ok_or_else(|| not_json(whole, "文件是空的", "the file is empty")),
        Err(error) => {
            let (zh, en) = words(error.kind());
            Err(not_json(place.span(error.range()), zh, en))
        }
    }
}

fn not_json(span: Span, zh: &str, en: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(
        Code::NotJson,
        span,
        format!("数据文件不是 JSON：{zh}"),
        format!("the data file is not JSON: {en}"),
    ))
}

/// Size, depth and number of values, before parsing: a million `[` is one finding, not a million calls.
fn bounds(file: FileId, text: &str, (bytes_max, values_max): (usize, usize)) -> Result<(), Box<Diagnostic>> {
    let too_large = |at: usize, zh: String, en: String| {
        Err(Box::new(Diagnostic::new(Code::DataTooLarge, Span::new(file, at, at.saturating_add(1)), zh, en)))
    };
    if text.len() > bytes_max {
        let most = bytes_max >> 20;
        return too_large(0, format!("数据文件超过 {most} MiB"), format!("the data file is larger than {most} MiB"));
    }
    let (mut depth, mut values, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => (depth, values) = (depth + 1, values + 1),
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            b',' if !in_text => values += 1,
            _ => {}
        }
        if depth > DATA_DEPTH_MAX {
            return too_large(
                at,
                format!("数据文件嵌套超过 {DATA_DEPTH_MAX} 层"),
                format!("the data file is nested deeper than {DATA_DEPTH_MAX} levels"),
            );
        }
        if values > values_max {
            return too_large(
                at,
                format!("数据文件超过 {values_max} 个值"),
                format!("the data file holds more than {values_max} values"),
            );
        }
    }
    Ok(())
}

struct Place {
    file: FileId,
    skipped: usize,
}

impl Place {
    fn span(&self, range: Range) -> Span {
        Span::new(self.file, range.start + self.skipped, range.end + self.skipped)
    }

    /// The parser's tree, taken apart piece by piece.
    fn json(&self, value: ast::Value) -> Json {
        let span = self.span(value.range());
        let kind = match value {
            ast::Value::NullKeyword(_) => Kind::Null,
            ast::Value::BooleanLit(literal) => Kind::Bool(literal.value),
            ast::Value::NumberLit(literal) => Kind::Number(literal.value.to_owned()),
            ast::Value::StringLit(literal) => Kind::Text(literal.value.into_owned()),
            ast::Value::Array(array) => {
                Kind::List(array.elements.into_iter().map(|element| self.json(element)).collect())
            }
            ast::Value::Object(object) => Kind::Object(
                object
                    .properties
                    .into_iter()
                    .map(|property| Entry {
                        span: self.span(property.name.range()),
                        key: property.name.into_string(),
                        value: self.json(property.value),
                    })
                    .collect(),
            ),
        };
        Json { kind, span }
    }
}

/// What the parser found, in a clerk's words.
fn words(kind: &ParseErrorKind) -> (&'static str, &'static str) {
    use ParseErrorKind as K;
    match kind {
        K::CommentsNotAllowed | K::UnterminatedCommentBlock => {
            ("这里不能写注释；可以加一个以 _ 开头的键", "comments cannot stand here; use a key that begins with `_`")
        }
        K::TrailingCommasNotAllowed => ("最后一项后面多了一个逗号", "there is a comma after the last entry"),
        K::ExpectedComma => ("这里缺少逗号", "a comma is missing here"),
        K::ExpectedColonAfterObjectKey => ("键的后面缺少冒号", "a colon is missing after the key"),
        K::ExpectedObjectValue => ("键的后面没有值", "a value is missing after the key"),
        K::ExpectedStringObjectProperty | K::UnexpectedTokenInObject => {
            ("键要写在双引号里", "a key must stand in double quotes")
        }
        K::SingleQuotedStringsNotAllowed => ("要用双引号，不是单引号", "use double quotes, not single ones"),
        K::UnexpectedWord | K::UnexpectedToken => {
            ("这里读不懂；文字要写在英文双引号里", "this cannot be read; text must stand in double quotes")
        }
        K::UnterminatedObject => ("大括号没有收尾", "a brace is not closed"),
        K::UnterminatedArray => ("方括号没有收尾", "a square bracket is not closed"),
        K::UnexpectedCloseBrace | K::UnexpectedCloseBracket => ("括号不成对", "a bracket has no partner"),
        K::UnexpectedColon | K::UnexpectedComma => ("这里缺少一个值", "a value is missing here"),
        K::MultipleRootJsonValues => ("结尾之后还有内容", "there is more after the end"),
        K::String(_) => ("文字的引号没有收尾，或者反斜杠用错了", "a text is not closed, or a backslash is misused"),
        K::NestingDepthExceeded => ("嵌套过深", "it is nested too deep"),
        K::BareDecimalPointNumbersNotAllowed
        | K::ExpectedDigit
        | K::ExpectedDigitFollowingNegativeSign
        | K::ExpectedPlusMinusOrDigitInNumberLiteral
        | K::HexadecimalNumbersNotAllowed
        | K::NonFiniteNumbersNotAllowed
        | K::UnaryPlusNumbersNotAllowed => ("数字写法不对", "a number is not well written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> String {
        match parse(FileId(0), text) {
            Ok(_) => "fine".to_owned(),
            Err(found) => {
                format!("{} {}..{}", found.code.number(), found.primary.span.start, found.primary.span.end)
            }
        }
    }

    #[test]
    fn places_survive_a_byte_order_mark() {
        let json = parse(FileId(0), "\u{feff}{\"甲\": 1.50}");
        let Ok(Json { kind: Kind::Object(entries), .. }) = json else { panic!("{json:?}") };
        let entry = entries.first();
        assert_eq!(entry.map(|entry| entry.span.range()), Some(4..9));
        assert_eq!(entry.map(|entry| entry.value.kind.clone()), Some(Kind::Number("1.50".to_owned())));
    }

    #[test]
    fn only_json_is_json() {
        assert_eq!(errors(""), "P0701 0..0");
        assert_eq!(errors("{\"a\": 1,}"), "P0701 7..8");
        assert_eq!(errors("{\"a\": 1} // x"), "P0701 9..13");
        assert_eq!(errors("{'a': 1}"), "P0701 1..2");
        assert_eq!(errors("{\"a\": 1 \"b\": 2}"), "P0701 7..7");
        assert_eq!(errors("{\"a\": 01}").get(..5), Some("P0701"));
        assert_eq!(errors("{\"a\": NaN}").get(..5), Some("P0701"));
        assert_eq!(errors("{\"a\": \"\\"), "P0701 6..8");
    }

    #[test]
    fn depth_is_bounded_before_parsing() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(errors(&nested(DATA_DEPTH_MAX)), "fine");
        assert_eq!(errors(&nested(DATA_DEPTH_MAX + 1)), "P0711 64..65");
        assert_eq!(errors(&"[".repeat(1_000_000)), "P0711 64..65");
        assert_eq!(errors(&format!("\"{}\\\"[\"", "[".repeat(1_000))), "fine");
    }
}
