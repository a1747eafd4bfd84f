//! In: a verified program, and the texts that it was made of. Out: a bundle (`.gjb`), the same bytes for the same program and texts; and
//! back, with every byte accounted for.
//! Invariant: a bundle that decodes is the one that its program and texts encode to; memory stays proportional to the bytes that came in.

mod decode;
mod leb;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::diagnostics::{Code, Text};

use super::op::Op;
use super::program::{Place, Program};
use super::verify::{Flaw, Verified, verify};

pub use decode::{decode, texts};

use serde::{Deserialize, Serialize};

/// What a bundle starts with: no text, and damaged by whatever mangles line ends.
pub const MAGIC: [u8; 8] = *b"GJB\x1a\r\n\x00\n";
/// Version of the format that is written, and the only one that is read.
pub const FORMAT_VERSION: u16 = 3;
/// Version of the language that the code means.
pub const LANGUAGE_VERSION: u16 = 1;

/// Tables, code and places, in this order, and the texts, which may be missing.
const SECTIONS: [[u8; 4]; 4] = [*b"TABL", *b"CODE", *b"PLAC", *b"TEXT"];
/// How many sections every bundle has.
const SECTIONS_MIN: usize = 3;
/// Bytes of a row of the section table: id, offset, length, CRC-32.
const ROW_BYTES: usize = 4 + 8 + 8 + 4;
/// Bytes before the section table: magic, two versions, number of sections.
const HEAD_BYTES: usize = MAGIC.len() + 2 + 2 + 2;
/// Bytes of the closing SHA-256.
const DIGEST_BYTES: usize = 32;

/// The texts that a program was made of, so that it can be compared by what it means. Whoever uses them compiles them anew and sees that
/// the same program comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceTexts {
    /// The file that was compiled.
    pub entry: String,
    /// The day whose text it is; `None`: with all amendments.
    pub on: Option<i32>,
    /// Path and bytes of every file that was read, in order of path.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why bytes are no bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleError {
    /// Not a bundle, of another version, truncated, damaged or malformed.
    pub code: Code,
    /// Where, as bytes from the start.
    pub offset: usize,
    /// What is wrong.
    pub message: Text,
}

/// Why a bundle cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// Its bytes are wrong.
    Bundle(BundleError),
    /// Its program does not verify.
    Flaws(Vec<Flaw>),
}

impl LoadError {
    /// Code and message of each finding, in order.
    #[must_use]
    pub fn findings(&self) -> Vec<(Code, Text)> {
        match self {
            LoadError::Bundle(error) => vec![(error.code, error.message.clone())],
            LoadError::Flaws(flaws) => flaws.iter().map(|flaw| (flaw.code, flaw.message.clone())).collect(),
        }
    }
}

/// A bundle as a verified program.
pub fn load(bytes: &[u8]) -> Result<Verified, LoadError> {
    let program = decode(bytes).map_err(LoadError::Bundle)?;
    verify(program).map_err(LoadError::Flaws)
}

/// The bundle of a verified program, without the texts that it was made of.
#[must_use]
pub fn encode(program: &Verified) -> Vec<u8> {
    assemble(program.program(), None)
}

/// The bundle of a verified program with the texts that it was made of.
#[must_use]
pub fn encode_with(program: &Verified, texts: &SourceTexts) -> Vec<u8> {
    assemble(program.program(), Some(texts))
}

fn assemble(program: &Program, texts: Option<&SourceTexts>) -> Vec<u8> {
    let mut sections = vec![tables(program), code(&program.code), places(&program.places)];
    sections.extend(texts.map(|texts| postcard::to_stdvec(texts).unwrap_or_default()));
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend(FORMAT_VERSION.to_le_bytes());
    bytes.extend(LANGUAGE_VERSION.to_le_bytes());
    bytes.extend((sections.len() as u16).to_le_bytes());
    let mut offset = (HEAD_BYTES + sections.len() * ROW_BYTES) as u64;
    for (id, section) in SECTIONS.iter().zip(&sections) {
        bytes.extend(id);
        bytes.extend(offset.to_le_bytes());
        bytes.extend((section.len() as u64).to_le_bytes());
        bytes.extend(crc32fast::hash(section).to_le_bytes());
        offset = offset.saturating_add(section.len() as u64);
    }
    for section in &sections {
        bytes.extend(section);
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

/// Plain data into memory: the serializer has nothing to refuse.
fn tables(program: &Program) -> Vec<u8> {
    postcard::to_stdvec(&program.tables).unwrap_or_default()
}

fn code(code: &[Op]) -> Vec<u8> {
    let mut bytes = Vec::new();
    leb::write(&mut bytes, code.len() as u64);
    for op in code {
        bytes.push(op.byte());
        op.visit(|_, operand| leb::write(&mut bytes, u64::from(operand)));
    }
    bytes
}

/// Each as the difference to the one before: neighbours stand near each other.
fn places(places: &[Place]) -> Vec<u8> {
    let mut bytes = Vec::new();
    leb::write(&mut bytes, places.len() as u64);
    let mut last = Place::default();
    for place in places {
        for (from, to) in [(last.file, place.file), (last.line, place.line), (last.column, place.column)] {
            leb::write_signed(&mut bytes, i64::from(to) - i64::from(from));
        }
        last = *place;
    }
    bytes
}
