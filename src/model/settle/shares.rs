//! In: 分担 of a clause. Out: who bears its award, and in which parts.

use rust_decimal::Decimal;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Field, Item, Part, Phrase, Separator};
use crate::syntax::keywords::{FieldKeyword, Word};

use super::super::context::Context;
use super::super::fields::{field, phrases, plain};
use super::super::settlement::Share;
use super::text::{phrase_of, pieces};

/// A payer with what stands behind its name.
struct Payer {
    payer: String,
    weight: Option<(Decimal, bool)>,
    span: Span,
}

impl Context<'_> {
    /// 分担: `市财政 1、区财政 1`, `市、区 1:1`, `市财政 40%、区财政 60%`.
    pub fn shares(&mut self, item: &Item) -> Vec<Share> {
        let Some(field) = field(item, FieldKeyword::Shares) else { return Vec::new() };
        let mut parts: Vec<Payer> = Vec::new();
        for phrase in phrases(field).cloned().collect::<Vec<_>>() {
            let (names, ratio) = ratio_of(&phrase);
            let from = parts.len();
            for comma in pieces(&names, Separator::Comma) {
                parts.extend(pieces(&comma, Separator::Pause).iter().flat_map(|piece| self.payers(piece)));
            }
            let Some(ratio) = ratio else { continue };
            let named = parts.get_mut(from..).unwrap_or_default();
            if named.len() != ratio.len() {
                self.shares_differ(field, named.len(), ratio.len());
                return Vec::new();
            }
            for (part, weight) in named.iter_mut().zip(ratio) {
                part.weight = Some((weight, false));
            }
        }
        if parts.is_empty() || !self.shares_add_up(field, &parts) {
            return Vec::new();
        }
        let share = |part: Payer| {
            let department = self.department_index.get(&part.payer).copied();
            let weight = part.weight.map_or(Decimal::ZERO, |(weight, _)| weight);
            Share { payer: part.payer, department, weight, span: part.span }
        };
        let shares: Vec<Share> = parts.into_iter().map(share).collect();
        for department in shares.iter().filter_map(|share| share.department).collect::<Vec<_>>() {
            self.use_department(department);
        }
        shares
    }

    /// A name with its part behind it: `市财政 40%`, `市财政承担40%`, `市财政和区财政`.
    fn payers(&self, piece: &Phrase) -> Vec<Payer> {
        let text = plain(piece);
        if text.is_empty() {
            return Vec::new();
        }
        let digits = text.find(|c: char| c.is_ascii_digit());
        let (name, weight) = match digits.and_then(|at| Some((text.get(..at)?, text.get(at..)?))) {
            Some((name, number)) => {
                let number = crate::literal::quantity(number, &|name| self.units.get(name));
                let weight = number.and_then(Result::ok).filter(|number| number.unit.is_empty());
                (name, weight.map(|weight| (weight.value, weight.percent)))
            }
            None => (text.as_str(), None),
        };
        // 市 -1: not positive is reported with the other shares.
        let (name, weight) = match name.trim_end().strip_suffix(['-', '－']) {
            Some(rest) => (rest, weight.map(|(weight, percent)| (-weight, percent))),
            None => (name, weight),
        };
        let name = ["承担", "负担", "分担", Word::SharedBy.en(), "各", "按", "出资"]
            .iter()
            .fold(name.trim(), |name, word| name.strip_suffix(word).unwrap_or(name));
        let split: Vec<&str> = if weight.is_none() { name.split(['和', '与']).collect() } else { vec![name] };
        let whole =
            split.len() > 1 && split.iter().all(|name| !name.is_empty()) && !self.department_index.contains_key(name);
        let names = if whole { split } else { vec![name] };
        names
            .into_iter()
            .map(|name| Payer { payer: name.to_owned(), weight, span: self.locate(piece.span, name) })
            .collect()
    }

    fn shares_add_up(&mut self, field: &Field, parts: &[Payer]) -> bool {
        for part in parts {
            let Some((weight, _)) = part.weight else {
                self.report(
                    Diagnostic::new(
                        Code::ShareInvalid,
                        part.span,
                        format!("没有写“{}”分担多少", part.payer),
                        format!("what `{}` bears is not said", part.payer),
                    )
                    .help(
                        "写成“市财政 1、区财政 1”，或者“市财政 40%、区财政 60%”",
                        "write `city 1、district 1` or `city 40%、district 60%`",
                    ),
                );
                return false;
            };
            if weight <= Decimal::ZERO || part.payer.is_empty() {
                self.report(
                    Diagnostic::new(Code::ShareInvalid, part.span, "分担的比例要大于 0", "a share is greater than 0")
                        .help("不分担的不写", "leave out who bears nothing"),
                );
                return false;
            }
        }
        let percents: Vec<Decimal> = parts.iter().filter_map(|part| part.weight).filter(|w| w.1).map(|w| w.0).collect();
        if percents.is_empty() {
            return true;
        }
        let sum: Decimal = percents.iter().sum();
        if percents.len() < parts.len() {
            self.report(
                Diagnostic::new(
                    Code::ShareInvalid,
                    field.value.span,
                    "分担有的写百分比，有的写份数",
                    "some shares are percentages, others are weights",
                )
                .help("都写百分比，或者都写份数", "write all in one way"),
            );
            return false;
        }
        if sum != Decimal::ONE {
            let shown = (sum * Decimal::ONE_HUNDRED).normalize();
            self.report(
                Diagnostic::new(
                    Code::ShareInvalid,
                    field.value.span,
                    format!("分担合起来是 {shown}%，不是 100%"),
                    format!("the shares add up to {shown}%, not to 100%"),
                )
                .help("看看哪一方的比例抄错了", "check the shares"),
            );
            return false;
        }
        true
    }

    fn shares_differ(&mut self, field: &Field, names: usize, weights: usize) {
        self.report(
            Diagnostic::new(
                Code::ShareInvalid,
                field.value.span,
                format!("分担写了 {names} 方，比例却有 {weights} 个"),
                format!("{names} bear the award, and the ratio has {weights} parts"),
            )
            .help("几方就写几个数：“市、区 1:1”", "write a number for each: `city、district 1:1`"),
        );
    }
}

/// A phrase without the ratio at its end (`1:1`, `5:3:2`), and the ratio.
fn ratio_of(phrase: &Phrase) -> (Phrase, Option<Vec<Decimal>>) {
    let Some(first) =
        phrase.parts.iter().position(|part| matches!(part, Part::Separator { kind: Separator::Colon, .. }))
    else {
        return (phrase.clone(), None);
    };
    let mut weights = Vec::new();
    let mut before: Vec<Part> = phrase.parts.iter().take(first).cloned().collect();
    if let Some(Part::Run(run)) = before.pop() {
        let start = run.text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (name, number) = run.text.split_at(start);
        let name = name.strip_suffix("按").unwrap_or(name);
        weights.push(number.parse().ok());
        if !name.is_empty() {
            let mut kept = run.clone();
            kept.text = name.to_owned();
            before.push(Part::Run(kept));
        }
    }
    for part in phrase.parts.iter().skip(first + 1) {
        if let Part::Run(run) = part {
            let number = ["分担", "承担", "负担"]
                .iter()
                .fold(run.text.as_str(), |text, word| text.strip_suffix(word).unwrap_or(text));
            weights.push(number.parse().ok());
        }
    }
    (phrase_of(before, phrase.span), weights.into_iter().collect())
}
