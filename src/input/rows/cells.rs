//! In: a cell and the fact of its column. Out: the fact in a case; or that it takes the thorough reader.
//! Invariant: allocates nothing but for texts; words nothing.

use super::{Cell, Program};
use crate::bytecode::program::{SlotInfo, SlotType};
use crate::calendar;
use crate::standard::credit_code;
use crate::vm::{Case, State};

/// Digits that surely fit into 64 bits.
const DIGITS_MAX: usize = 18;

impl Program<'_> {
    /// Puts a cell that is written the plain way into the case; false where it is written another way, or is wrong.
    pub fn quick(&self, slot: u32, cell: Cell<'_>, case: &mut Case) -> bool {
        let Some(info) = self.tables.slots.get(slot as usize) else { return false };
        let value = match (&info.ty, cell) {
            (_, Cell::Null) => {
                case.set_state(slot, State::Unknown);
                return true;
            }
            (SlotType::Bool, Cell::Bool(value)) => Some(i128::from(value)),
            (SlotType::Bool, Cell::Text(text)) => match text {
                "是" | "true" => Some(1),
                "否" | "false" => Some(0),
                _ => None,
            },
            (SlotType::Number { scale, shown, .. }, Cell::Text(text) | Cell::Number(text)) => {
                let most = shown.value_max();
                scaled(text, *scale).filter(|value| in_range(info, *value, *scale, most))
            }
            (SlotType::Date, Cell::Text(text)) => day(text).map(i128::from),
            (SlotType::Member { class }, Cell::Text(text)) => {
                let members = self.members.get(*class as usize);
                members.and_then(|members| members.get(text)).map(|member| i128::from(*member))
            }
            (SlotType::Text, Cell::Text(text)) => return self.text(slot, info, text, case),
            _ => None,
        };
        if let Some(value) = value {
            case.set_value(slot, value);
        }
        value.is_some()
    }

    fn text(&self, slot: u32, info: &SlotInfo, text: &str, case: &mut Case) -> bool {
        if info.credit_code {
            return match credit_code::check(text) {
                Ok(code) => {
                    case.set_text(self.tables, slot, &code);
                    true
                }
                Err(_) => false,
            };
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return false;
        }
        case.set_text(self.tables, slot, trimmed);
        true
    }
}

fn in_range(info: &SlotInfo, value: i128, scale: u8, most: i128) -> bool {
    let most = most.saturating_mul(10i128.checked_pow(scale.into()).unwrap_or(i128::MAX));
    value >= info.low.unwrap_or(-most) && value <= info.high.unwrap_or(most)
}

/// `1500`, `-0.5`, `12.50`: plain digits at a scale, no more decimals than it has.
fn scaled(text: &str, scale: u8) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    if whole.is_empty() || part.is_empty() || whole.len() + part.len() > DIGITS_MAX {
        return None;
    }
    let number = |text: &str| {
        let mut value = 0i64;
        for byte in text.bytes() {
            value = value * 10 + i64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        Some(i128::from(value))
    };
    // A leading zero is no number in JSON; the thorough reader says so.
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let part = part.trim_end_matches('0');
    let after = u32::from(scale).checked_sub(u32::try_from(part.len()).ok()?)?;
    let value = number(whole)?.checked_mul(10i128.checked_pow(scale.into())?)?;
    let value = value.checked_add(number(part)?.checked_mul(10i128.checked_pow(after)?)?)?;
    Some(if negative { -value } else { value })
}

/// `2026-03-01`.
fn day(text: &str) -> Option<i32> {
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    if text.len() != 10 || !dash(4) || !dash(7) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<u32>().ok() } else { None }
    };
    calendar::day(i64::from(number(0..4)?), number(5..7)?, number(8..10)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_keep_their_digits() {
        assert_eq!(scaled("12.50", 2), Some(1_250));
        assert_eq!(scaled("-0.5", 2), Some(-50));
        assert_eq!(scaled("7", 0), Some(7));
        assert_eq!(scaled("7.0", 0), Some(7));
        for other in ["", "-", ".5", "5.", "1e3", "007", "0.001", "1,000", "十", "9999999999999999999", "+1"] {
            assert_eq!(scaled(other, 2), None, "{other}");
        }
    }

    #[test]
    fn days_exist() {
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("2025-02-29"), None);
        assert_eq!(day("2025-6-30"), None);
    }
}
