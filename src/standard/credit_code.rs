//! In: a unified social credit code as people write it. Out: its canonical form, or the first thing that is wrong with it.
//! GB 32100-2015: 18 characters; the 17th checks characters 9 to 16 (the organisation's own code, GB 11714), the 18th all before it.
//! Invariant: the canonical form is upper case and half width, so that two spellings of one code are one identifier.

use crate::literal::fold_width;

/// What is wrong with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditCodeError {
    /// It has this many characters, not 18.
    Length(usize),
    /// A character, at a position from 1, that the standard does not use: I, O, S, V, Z and everything that is no digit or letter.
    Character(usize, char),
    /// The 17th character should be this one.
    Organisation(char),
    /// The 18th character should be this one.
    Last(char),
}

/// Characters in order of value. I, O, S, V, Z are left out.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Characters of a code.
const LENGTH: usize = 18;
/// Weights of the organisation's eight characters, from the 9th.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The canonical form of a valid code. Width, case and surrounding spaces do not count.
pub fn check(text: &str) -> Result<String, CreditCodeError> {
    let code: Vec<char> = text.trim().chars().map(|char| fold_width(char).to_ascii_uppercase()).collect();
    if code.len() != LENGTH {
        return Err(CreditCodeError::Length(code.len()));
    }
    let mut values = Vec::with_capacity(LENGTH);
    for (at, char) in code.iter().enumerate() {
        let value = ALPHABET.chars().position(|known| known == *char);
        values.push(value.ok_or(CreditCodeError::Character(at + 1, *char))?);
    }
    let organisation = organisation_check(&code);
    if code.get(16) != Some(&organisation) {
        return Err(CreditCodeError::Organisation(organisation));
    }
    let last = last_check(&values);
    if code.get(17) != Some(&last) {
        return Err(CreditCodeError::Last(last));
    }
    Ok(code.into_iter().collect())
}

/// Weighted by 3^0, 3^1 … modulo 31.
fn last_check(values: &[usize]) -> char {
    let weights = std::iter::successors(Some(1_usize), |weight| Some(weight * 3 % 31));
    let sum: usize = values.iter().take(LENGTH - 1).zip(weights).map(|(value, weight)| value * weight).sum();
    character((31 - sum % 31) % 31)
}

/// Modulo 11; ten is written X. Letters count from A = 10, with none left out.
fn organisation_check(code: &[char]) -> char {
    let values = code.iter().skip(8).filter_map(|char| char.to_digit(36));
    let sum: u32 = values.zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

fn character(value: usize) -> char {
    ALPHABET.chars().nth(value).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: [&str; 3] = ["91310000132260250X", "91110000802100433B", "91330100799655058B"];

    #[test]
    fn real_codes_pass() {
        for code in VALID {
            assert_eq!(check(code).as_deref(), Ok(code));
        }
        assert_eq!(check(" ９１３１００００１３２２６０２５０x ").as_deref(), Ok("91310000132260250X"));
    }

    #[test]
    fn every_slip_of_one_character_is_found() {
        for code in VALID {
            for at in 0..LENGTH {
                for slip in ALPHABET.chars() {
                    let wrong: String =
                        code.chars().enumerate().map(|(place, char)| if place == at { slip } else { char }).collect();
                    assert_eq!(check(&wrong).is_ok(), wrong == code, "{wrong}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(check("9131000013226025"), Err(CreditCodeError::Length(16)));
        assert_eq!(check("91310000I32260250X"), Err(CreditCodeError::Character(9, 'I')));
        assert_eq!(check("913100001322602509"), Err(CreditCodeError::Last('X')));
        assert_eq!(check("91310000132260251X"), Err(CreditCodeError::Organisation('0')));
    }
}
