//! In: bytes from anywhere. Out: the program they encode, not yet verified, or where and why they do not. Invariant: nothing is
//! allocated by a length that is only claimed.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::diagnostics::{Code, Text};
use crate::limits::BUNDLE_BYTES_MAX;

use super::super::op::Op;
use super::super::program::{Place, Program};
use super::{
    BundleError, DIGEST_BYTES, FORMAT_VERSION, HEAD_BYTES, LANGUAGE_VERSION, MAGIC, ROW_BYTES, SECTIONS, SECTIONS_MIN,
    SourceTexts, leb,
};

/// The program of a bundle.
pub fn decode(bytes: &[u8]) -> Result<Program, BundleError> {
    head(bytes)?;
    let [tables_at, code_at, places_at, texts_at] = sections(bytes)?;
    digest(bytes)?;
    let tables = spelt_once(tables_at)?;
    let code = code(code_at)?;
    let places = places(places_at, code.len())?;
    source_texts(texts_at)?;
    Ok(Program { tables, code, places })
}

/// The texts of a bundle; `None` where it was written without.
pub fn texts(bytes: &[u8]) -> Result<Option<SourceTexts>, BundleError> {
    head(bytes)?;
    let [.., texts_at] = sections(bytes)?;
    source_texts(texts_at)
}

fn source_texts(section: Section<'_>) -> Result<Option<SourceTexts>, BundleError> {
    if section.1.is_empty() {
        return Ok(None);
    }
    let texts: SourceTexts = spelt_once(section)?;
    let sorted = texts.files.windows(2).all(|pair| matches!(pair, [(one, _), (two, _)] if one < two));
    if !sorted {
        return malformed(section.0, "源文件没有按路径排列", "the source files are not in order of path");
    }
    Ok(Some(texts))
}

fn error<T>(code: Code, offset: usize, zh: impl Into<String>, en: impl Into<String>) -> Result<T, BundleError> {
    Err(BundleError { code, offset, message: Text::new(zh, en) })
}

fn truncated<T>(bytes: &[u8]) -> Result<T, BundleError> {
    let zh = format!("文件在第 {} 字节中断", bytes.len());
    error(Code::BundleTruncated, bytes.len(), zh, format!("the file ends at byte {}", bytes.len()))
}

fn malformed<T>(offset: usize, zh: &str, en: &str) -> Result<T, BundleError> {
    error(Code::BundleMalformed, offset, format!("第 {offset} 字节：{zh}"), format!("byte {offset}: {en}"))
}

fn bytes_at<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

fn head(bytes: &[u8]) -> Result<(), BundleError> {
    let start = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if !MAGIC.starts_with(start) {
        return error(Code::NotABundle, 0, "文件开头不是编译产物的标记", "the file does not start as a bundle does");
    }
    if bytes.len() > BUNDLE_BYTES_MAX {
        let zh = format!("编译产物超过 {BUNDLE_BYTES_MAX} 字节");
        return error(
            Code::BundleMalformed,
            BUNDLE_BYTES_MAX,
            zh,
            format!("a bundle has at most {BUNDLE_BYTES_MAX} bytes"),
        );
    }
    let (Some(format), Some(language)) = (bytes_at(bytes, MAGIC.len()), bytes_at(bytes, MAGIC.len() + 2)) else {
        return truncated(bytes);
    };
    let versions = [(u16::from_le_bytes(format), FORMAT_VERSION), (u16::from_le_bytes(language), LANGUAGE_VERSION)];
    for ((found, known), offset) in versions.into_iter().zip([MAGIC.len(), MAGIC.len() + 2]) {
        if found != known {
            return error(
                Code::BundleVersion,
                offset,
                format!("编译产物是第 {found} 版，这里只读第 {known} 版"),
                format!("the bundle is of version {found}, this program reads version {known}"),
            );
        }
    }
    Ok(())
}

/// A section and where it starts.
type Section<'a> = (usize, &'a [u8]);

/// The sections; the last is empty where it is missing.
fn sections(bytes: &[u8]) -> Result<[Section<'_>; 4], BundleError> {
    let Some(count) = bytes_at(bytes, HEAD_BYTES - 2) else { return truncated(bytes) };
    let count = usize::from(u16::from_le_bytes(count));
    if !(SECTIONS_MIN..=SECTIONS.len()).contains(&count) {
        return malformed(HEAD_BYTES - 2, "段的数目不对", "the number of sections is wrong");
    }
    let mut expected = HEAD_BYTES + count * ROW_BYTES;
    if bytes.len() < expected {
        return truncated(bytes);
    }
    let mut found: [Section<'_>; 4] = [(0, &[]); 4];
    for (at, (id, section)) in SECTIONS.iter().zip(&mut found).take(count).enumerate() {
        let row = HEAD_BYTES + at * ROW_BYTES;
        let (length, sum) = section_row(bytes, row, *id, expected)?;
        let Some(end) = expected.checked_add(length).filter(|end| *end <= bytes.len()) else {
            return truncated(bytes);
        };
        let content = bytes.get(expected..end).unwrap_or_default();
        if content.is_empty() && at >= SECTIONS_MIN {
            return malformed(row, "段是空的", "a section is empty");
        }
        if crc32fast::hash(content) != sum {
            return damaged(expected, &String::from_utf8_lossy(id));
        }
        *section = (expected, content);
        expected = end;
    }
    match bytes.len().checked_sub(expected) {
        Some(DIGEST_BYTES) => Ok(found),
        Some(more) if more > DIGEST_BYTES => {
            malformed(expected + DIGEST_BYTES, "后面还有多余的字节", "bytes follow the end of the bundle")
        }
        _ => truncated(bytes),
    }
}

/// Length and checksum of a section that must be `id` at `offset`.
fn section_row(bytes: &[u8], row: usize, id: [u8; 4], offset: usize) -> Result<(usize, u32), BundleError> {
    let (Some(found), Some(start), Some(length), Some(sum)) =
        (bytes_at(bytes, row), bytes_at(bytes, row + 4), bytes_at(bytes, row + 12), bytes_at(bytes, row + 20))
    else {
        return truncated(bytes);
    };
    if found != id || u64::from_le_bytes(start) != offset as u64 {
        return malformed(row, "段表不对", "the section table is wrong");
    }
    let Ok(length) = usize::try_from(u64::from_le_bytes(length)) else { return truncated(bytes) };
    Ok((length, u32::from_le_bytes(sum)))
}

fn damaged<T>(offset: usize, section: &str) -> Result<T, BundleError> {
    error(
        Code::BundleDamaged,
        offset,
        format!("{section} 段（从第 {offset} 字节起）的校验和不对"),
        format!("the checksum of section {section} (from byte {offset}) does not match"),
    )
}

fn digest(bytes: &[u8]) -> Result<(), BundleError> {
    let Some((content, digest)) = bytes.split_last_chunk::<DIGEST_BYTES>() else { return truncated(bytes) };
    if Sha256::digest(content).as_slice() != digest {
        return error(
            Code::BundleDamaged,
            content.len(),
            "整个文件的 SHA-256 不对",
            "the SHA-256 of the whole file does not match",
        );
    }
    Ok(())
}

/// The deserializer caps what it reserves for a claimed length. A second spelling of the same content is refused.
fn spelt_once<T: Serialize + DeserializeOwned>((offset, bytes): Section<'_>) -> Result<T, BundleError> {
    let read = postcard::take_from_bytes::<T>(bytes);
    let Ok((content, rest)) = read else { return malformed(offset, "表格读不出来", "the tables cannot be read") };
    let again = postcard::to_stdvec(&content).unwrap_or_default();
    if !rest.is_empty() || again != bytes {
        return malformed(offset, "表格的写法不规范", "the tables are not in their one spelling");
    }
    Ok(content)
}

fn code((offset, bytes): Section<'_>) -> Result<Vec<Op>, BundleError> {
    let mut reader = leb::Reader::new(bytes);
    let count = reader.number();
    // An instruction takes a byte at least, so that the count is bounded by what is there.
    let Some(count) = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count <= reader.left())
    else {
        return malformed(offset, "指令的数目不对", "the number of instructions is wrong");
    };
    let mut code = Vec::new();
    for _ in 0..count {
        let at = offset + (bytes.len() - reader.left());
        let op = reader.byte().and_then(|byte| Op::read(byte, || reader.small()));
        let Some(op) = op else { return malformed(at, "指令读不出来", "an instruction cannot be read") };
        code.push(op);
    }
    if reader.left() > 0 {
        return malformed(offset + bytes.len() - reader.left(), "指令之后还有字节", "bytes follow the instructions");
    }
    Ok(code)
}

fn places((offset, bytes): Section<'_>, instructions: usize) -> Result<Vec<Place>, BundleError> {
    let mut reader = leb::Reader::new(bytes);
    if reader.number() != Some(instructions as u64) {
        return malformed(offset, "出处与指令不是一一对应", "places and instructions are not one to one");
    }
    let mut places = Vec::new();
    let mut last = Place::default();
    for _ in 0..instructions {
        let mut moved = |from: u32| u32::try_from(i64::from(from).checked_add(reader.signed()?)?).ok();
        let read = (moved(last.file), moved(last.line), moved(last.column));
        let (Some(file), Some(line), Some(column)) = read else {
            return malformed(offset, "出处读不出来", "a place cannot be read");
        };
        last = Place { file, line, column };
        places.push(last);
    }
    if reader.left() > 0 {
        return malformed(offset + bytes.len() - reader.left(), "出处之后还有字节", "bytes follow the places");
    }
    Ok(places)
}
