//! In: a stream of a JSON list of objects, or of one object a line. Out: blocks of whole objects, each with the line on which it begins.
//! Invariant: one block stands in memory at a time; what does not close is an object too, and reading it says what is wrong.

use std::io::{self, Read};

use guiju::limits::APPLICATION_BYTES_MAX;

/// How much is read at a time.
const BLOCK_BYTES: usize = 4 << 20;

/// Whole elements of a list of objects, or of lines of objects, out of a stream.
pub struct Elements<R> {
    from: R,
    /// What was read and not yet given out.
    rest: Vec<u8>,
    /// The line on which the rest begins.
    line: u64,
    ended: bool,
}

/// Objects one after the other, with the line on which each begins.
pub struct Block {
    /// Their text.
    pub text: Vec<u8>,
    /// Start, end and line.
    pub elements: Vec<(usize, usize, u64)>,
}

impl<R: Read> Elements<R> {
    /// The elements of a stream.
    pub fn new(from: R) -> Elements<R> {
        Elements { from, rest: Vec::with_capacity(BLOCK_BYTES * 2), line: 1, ended: false }
    }

    /// The next block; `None` at the end. What does not close is an element too: reading it says what is wrong.
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.ended {
            let read = self.from.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut self.rest)?;
            self.ended = read == 0;
            let (elements, done, line) = split(&self.rest, self.line, self.ended);
            if elements.is_empty() && !self.ended && self.rest.len() < APPLICATION_BYTES_MAX {
                continue;
            }
            let (elements, done, line) = if elements.is_empty() && !self.ended {
                split(&self.rest, self.line, true)
            } else {
                (elements, done, line)
            };
            let rest = self.rest.split_off(done);
            let text = std::mem::replace(&mut self.rest, rest);
            self.line = line;
            return Ok((!elements.is_empty()).then_some(Block { text, elements }));
        }
        Ok(None)
    }
}

/// The objects of a text, how much of it they take up, and the line after. Between objects there may be spaces, `[`, `,` and `]`;
/// anything else is an element by itself up to the end of the line.
fn split(text: &[u8], mut line: u64, all: bool) -> (Vec<(usize, usize, u64)>, usize, u64) {
    let (mut elements, mut done, mut done_line) = (Vec::new(), 0, line);
    let (mut depth, mut in_text, mut escaped, mut start, mut start_line) = (0usize, false, false, 0, line);
    let mut stray = false;
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'\n' {
            line += 1;
        }
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                // No text of JSON spans lines: the object is broken, and the next line is another.
                b'\n' => {
                    (depth, in_text) = (0, false);
                    elements.push((start, at, start_line));
                    (done, done_line) = (at + 1, line);
                }
                _ => {}
            }
            continue;
        }
        if depth == 0 && !stray {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b'[' | b']' | b',' => (done, done_line) = (at + 1, line),
                b'{' => (depth, start, start_line) = (1, at, line),
                0xef | 0xbb | 0xbf => (done, done_line) = (at + 1, line),
                _ => (stray, start, start_line) = (true, at, line),
            }
            continue;
        }
        match byte {
            b'\n' if stray => {
                stray = false;
                elements.push((start, at, start_line));
                (done, done_line) = (at + 1, line);
            }
            _ if stray => {}
            b'"' => in_text = true,
            b'{' if starts_anew(text.get(start..at).unwrap_or(&[]), depth) => {
                let broken = text.get(start..at).unwrap_or(&[]).trim_ascii_end();
                elements.push((start, start + broken.len(), start_line));
                (depth, start, start_line, done, done_line) = (1, at, line, at, line);
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    elements.push((start, at + 1, start_line));
                    (done, done_line) = (at + 1, line);
                }
            }
            _ => {}
        }
    }
    if all && done < text.len() {
        elements.push((start, text.len(), start_line));
        (done, done_line) = (text.len(), line);
    }
    (elements, done, done_line)
}

/// Whether an object that opens on a new line is one of its own, since the one before it, still open, was not closed: nothing but a
/// colon, within lists also `[` and a comma, may stand before an object within an object.
fn starts_anew(before: &[u8], depth: usize) -> bool {
    let spaces = before.iter().rev().take_while(|byte| byte.is_ascii_whitespace());
    let new_line = spaces.clone().any(|byte| *byte == b'\n');
    let last = before.iter().rev().nth(spaces.count());
    new_line && !matches!((last, depth), (Some(b':'), _) | (Some(b'[' | b','), 2..))
}
