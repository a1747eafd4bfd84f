//! In: the JSON of a certificate: `{ "级别": …, "取得日": …, "有效期至": … }`. Out: which of its facts each key gives.
//! Invariant: a certificate that is described is held, unless it says that it is not.

use super::json::{Entry, Kind};
use super::names::fold;
use super::values::{Finding, is_comment};
use crate::bytecode::program::Tables;
use crate::bytecode::records::CertificateInfo;
use crate::diagnostics::{Code, Diagnostic, nearest};

/// What a key of a certificate gives.
pub enum Part {
    /// Whether it is held.
    Held,
    /// Its level or first day: the slot.
    Slot(u32),
    /// Its last day: the slot. May be without end.
    Until(u32),
}

/// Whether a value describes a certificate, and does not only say whether it is held.
pub fn describes(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| !matches!(entry.key.as_str(), "value" | "state") && !is_comment(&entry.key))
}

/// Whether a last day says that there is none.
pub fn is_without_end(entry: &Entry) -> bool {
    matches!(&entry.value.kind, Kind::Text(text) if matches!(text.trim(), "长期" | "长期有效"))
}

/// What a key gives.
pub fn part(tables: &Tables, held: u32, certificate: CertificateInfo, entry: &Entry) -> Result<Part, Finding> {
    let named = |slot: u32| tables.slots.get(slot as usize).map_or(["", ""], |info| [&info.name, &info.alias]);
    let is = |slot: Option<u32>, short: &[&str]| {
        let key = fold(&entry.key);
        let full = |slot: &u32| named(*slot).iter().any(|name| !name.is_empty() && fold(name) == key);
        slot.filter(|slot| short.contains(&key.as_str()) || full(slot))
    };
    if is(Some(held), &["持有", "held", "value"]).is_some() {
        return Ok(Part::Held);
    }
    let level = is(certificate.level, &["级别", "level"]);
    if let Some(slot) = level.or(is(certificate.from, &["取得日", "取得日期", "from"])) {
        return Ok(Part::Slot(slot));
    }
    if let Some(slot) = is(certificate.until, &["有效期至", "until"]) {
        return Ok(Part::Until(slot));
    }
    let name = named(held)[0];
    let known = [(certificate.level, "级别"), (certificate.from, "取得日"), (certificate.until, "有效期至")];
    let known: Vec<&str> = known.into_iter().filter(|(slot, _)| slot.is_some()).map(|(_, key)| key).collect();
    let finding = Diagnostic::new(
        Code::UnknownFact,
        entry.span,
        format!("认定“{name}”里没有“{}”", entry.key),
        format!("the certificate `{name}` has no `{}`", entry.key),
    );
    let near = nearest(&fold(&entry.key), known.iter().copied());
    Err(Box::new(match near {
        Some(near) => finding.perhaps(&near),
        None => finding.help(format!("可以写{}", known.join("、")), format!("it takes {}", known.join(", "))),
    }))
}
