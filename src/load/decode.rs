//! In: bytes of a file. Out: its text, or where it stops being UTF-8 and what it looks like instead.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Bytes that are not UTF-8.
pub(super) struct NotUtf8 {
    /// The valid text before them.
    pub(super) before: String,
    byte: u8,
    guess: Guess,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Guess {
    Gbk,
    Utf16,
    Unknown,
}

/// The text of `bytes`.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, NotUtf8> {
    String::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        NotUtf8 {
            before: String::from_utf8_lossy(valid).into_owned(),
            byte: rest.first().copied().unwrap_or(0),
            guess: guess(error.as_bytes()),
        }
    })
}

impl NotUtf8 {
    /// The finding, at the place of the first bad byte.
    pub(super) fn diagnostic(&self, span: Span) -> Diagnostic {
        let (at, byte) = (self.before.len(), self.byte);
        let found = Diagnostic::new(
            Code::InvalidUtf8,
            span,
            format!("文件不是 UTF-8 文本：第 {at} 字节是 0x{byte:02X}"),
            format!("the file is not UTF-8 text: byte {at} is 0x{byte:02X}"),
        );
        match self.guess {
            Guess::Gbk => found.help(
                "看起来是 GBK（记事本的“ANSI”）；请用“另存为”选 UTF-8 编码再存一次",
                "it looks like GBK; save it again as UTF-8",
            ),
            Guess::Utf16 => found.help(
                "看起来是 UTF-16（记事本的“Unicode”）；请用“另存为”选 UTF-8 编码再存一次",
                "it looks like UTF-16; save it again as UTF-8",
            ),
            Guess::Unknown => found.help("请用“另存为”选 UTF-8 编码再存一次", "save it again as UTF-8"),
        }
    }
}

fn guess(bytes: &[u8]) -> Guess {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Guess::Utf16;
    }
    // Chinese text in GBK is nearly all pairs of the GB 2312 block: lead B0–F7 or A1–A9, trail A1–FE.
    let (mut common, mut pairs, mut broken) = (0usize, 0usize, 0usize);
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => break,
            [0..=0x7f, tail @ ..] => tail,
            [lead @ 0x81..=0xfe, trail @ (0x40..=0x7e | 0x80..=0xfe), tail @ ..] => {
                pairs += 1;
                common += usize::from(matches!(lead, 0xa1..=0xa9 | 0xb0..=0xf7) && *trail >= 0xa1);
                tail
            }
            [_, tail @ ..] => {
                broken += 1;
                tail
            }
        };
    }
    if broken * 20 <= pairs && common * 2 > pairs { Guess::Gbk } else { Guess::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(bytes: &[u8]) -> Option<(usize, Guess)> {
        text(bytes.to_vec()).err().map(|bad| (bad.before.len(), bad.guess))
    }

    #[test]
    fn the_encoding_is_guessed_and_the_place_told() {
        assert!(guessed("政策".as_bytes()).is_none());
        assert!(guessed(b"# a\n\xd5\xfe\xb2\xdf \xb3\xa4\xc4\xfe") == Some((4, Guess::Gbk)));
        assert!(guessed(b"\xff\xfe\x3f\x65") == Some((0, Guess::Utf16)));
        assert!(guessed(b"abc\xff") == Some((3, Guess::Unknown)));
    }
}
