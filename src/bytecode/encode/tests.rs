//! Bundles there and back, damaged, cut short and made up.

use proptest::prelude::*;

use super::super::program::{Place, Program, Tables};
use super::super::samples::{lowered, model};
use super::super::verify::verify;
use super::*;

fn bundle() -> Vec<u8> {
    encode_with(&verify(lowered(model())).unwrap(), &source_texts())
}

fn source_texts() -> SourceTexts {
    let files = [("main.policy", "政策 《甲》"), ("source.txt", "原件")];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    SourceTexts { entry: "main.policy".to_owned(), on: Some(20_000), files: files.to_vec() }
}

/// Makes the checksums right again after `bytes` were changed between head and digest, so that the layers below are reached.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut start = HEAD_BYTES + SECTIONS.len() * ROW_BYTES;
    for at in 0..SECTIONS.len() {
        let row = HEAD_BYTES + at * ROW_BYTES;
        let length = u64::from_le_bytes(bytes[row + 12..row + 20].try_into().unwrap());
        let Some(end) = usize::try_from(length).ok().and_then(|length| start.checked_add(length)) else { break };
        let Some(section) = bytes.get(start..end) else { break };
        let sum = crc32fast::hash(section);
        bytes[row + 20..row + 24].copy_from_slice(&sum.to_le_bytes());
        start = end;
    }
    let end = bytes.len() - DIGEST_BYTES;
    let digest = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&digest);
    bytes
}

#[test]
fn a_bundle_is_the_program_and_nothing_else() {
    let program = lowered(model());
    let bytes = bundle();
    let again = decode(&bytes).unwrap();
    assert_eq!(again, program);
    assert_eq!(texts(&bytes).unwrap(), Some(source_texts()));
    let loaded = load(&bytes).unwrap();
    assert_eq!(encode_with(&loaded, &source_texts()), bytes);
    let bare = encode(&loaded);
    assert_eq!((decode(&bare).unwrap(), texts(&bare).unwrap()), (program, None));
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = bundle();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(decode(&flipped).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn every_cut_is_found() {
    let bytes = bundle();
    for length in 0..bytes.len() {
        let error = decode(&bytes[..length]).unwrap_err();
        assert_eq!(error.code, Code::BundleTruncated, "cut to {length} bytes");
        assert!(error.offset <= length);
    }
}

#[test]
fn damage_is_named_with_its_section() {
    let mut bytes = bundle();
    let code_row = HEAD_BYTES + ROW_BYTES;
    let code = usize::try_from(u64::from_le_bytes(bytes[code_row + 4..code_row + 12].try_into().unwrap())).unwrap();
    bytes[code + 3] ^= 1;
    let error = decode(&bytes).unwrap_err();
    assert_eq!((error.code, error.offset), (Code::BundleDamaged, code));
    assert!(error.message.en.contains("CODE"), "{}", error.message.en);
}

#[test]
fn another_version_is_named() {
    let mut bytes = bundle();
    bytes[MAGIC.len()] = 2;
    assert_eq!(decode(&bytes).unwrap_err().code, Code::BundleVersion);
    assert_eq!(decode("政策 《…》".as_bytes()).unwrap_err().code, Code::NotABundle);
    assert_eq!(decode(b"").unwrap_err().code, Code::BundleTruncated);
}

#[test]
fn trailing_bytes_are_refused() {
    let mut bytes = bundle();
    bytes.push(0);
    assert_eq!(decode(&bytes).unwrap_err().code, Code::BundleMalformed);
}

#[test]
fn a_claimed_length_reserves_nothing() {
    // A table of 2^60 file names, and none of them there.
    let mut bytes = postcard::to_stdvec(&super::super::program::PolicyInfo::default()).unwrap();
    leb::write(&mut bytes, 1 << 60);
    assert!(postcard::from_bytes::<Tables>(&bytes).is_err());
    let program = Program { tables: Tables::default(), code: Vec::new(), places: vec![Place::default()] };
    assert!(decode(&assemble(&program, None)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), headed in any::<bool>()) {
        let mut whole = if headed { bundle()[..HEAD_BYTES].to_vec() } else { Vec::new() };
        whole.extend(bytes);
        let _ = load(&whole);
    }

    #[test]
    fn mutated_bundles_never_panic_and_load_only_what_encodes_to_them(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), sealed in any::<bool>()
    ) {
        let mut bytes = bundle();
        let end = bytes.len() - DIGEST_BYTES;
        for (at, byte) in edits {
            bytes[at.index(end)] = byte;
        }
        let bytes = if sealed { resealed(bytes) } else { bytes };
        if let Ok(program) = decode(&bytes) {
            let texts = texts(&bytes).unwrap();
            prop_assert_eq!(assemble(&program, texts.as_ref()), bytes.clone());
            let _ = verify(program);
        }
    }
}
