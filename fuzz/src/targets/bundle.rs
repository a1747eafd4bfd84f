//! Any bytes are refused or are a bundle; a bundle is what its program encodes to. Checksums are made good first, so that what lies
//! behind them is reached too.

use guiju::bytecode::{decode, encode, load};
use sha2::{Digest, Sha256};

const HEAD_BYTES: usize = 8 + 2 + 2 + 2;
const ROW_BYTES: usize = 4 + 8 + 8 + 4;
const DIGEST_BYTES: usize = 32;

/// Reads the bytes as they are, and with checksums that fit.
pub fn fuzz(data: &[u8]) -> bool {
    read(data) | read(&resealed(data))
}

fn read(bytes: &[u8]) -> bool {
    let _ = decode(bytes);
    let Ok(program) = load(bytes) else { return false };
    assert!(encode(&program) == bytes, "a bundle has one spelling");
    true
}

/// The bytes with the checksums of their sections and of the whole set right, as far as they have any.
pub fn resealed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    let sections = bytes.get(12..14).map_or(0, |count| u16::from_le_bytes([count[0], count[1]]));
    for section in 0..usize::from(sections).min(8) {
        let row = HEAD_BYTES + section * ROW_BYTES;
        let number = |at: usize| {
            bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes) as usize
        };
        let (offset, length) = (number(row + 4), number(row + 12));
        let content = offset.checked_add(length).and_then(|end| bytes.get(offset..end));
        let Some(sum) = content.map(crc32fast::hash) else { continue };
        if let Some(place) = bytes.get_mut(row + 20..row + 24) {
            place.copy_from_slice(&sum.to_le_bytes());
        }
    }
    let Some(body) = bytes.len().checked_sub(DIGEST_BYTES) else { return bytes };
    let digest = Sha256::digest(&bytes[..body]);
    bytes[body..].copy_from_slice(&digest);
    bytes
}
