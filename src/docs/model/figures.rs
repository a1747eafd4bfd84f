//! In: the expressions of a clause or a definition, and its quotations. Out: [`FigureDoc`]: every number and day that its texts show, with
//! the sentence of the original that says it.
//! Invariant: zero, yes and no are no figures; a figure is listed once; what a national standard says is no figure of the document.

use rust_decimal::Decimal;

use super::build::Making;
use super::original::Stated;
use super::words::{money, number, percent};
use super::{FigureDoc, QuoteDoc, Words};
use crate::explain::text;
use crate::model::{DefinitionId, Expr, ExprKind, NumberKind, Type, Value};

/// The figures of something in the making.
pub(super) struct Figures<'m> {
    making: &'m Making<'m>,
    near: Vec<QuoteDoc>,
    pub(super) found: Vec<FigureDoc>,
}

impl<'m> Figures<'m> {
    /// Of something that has these quotations.
    pub(super) fn new(making: &'m Making<'m>, near: &[QuoteDoc]) -> Figures<'m> {
        Figures { making, near: near.to_vec(), found: Vec::new() }
    }

    /// The figures of an expression, definitions opened.
    pub(super) fn expr(&mut self, expr: &Expr) {
        let mut constants: Vec<(Value, Type)> = Vec::new();
        let mut opened: Vec<DefinitionId> = Vec::new();
        self.making.names.walk(expr, &mut opened, &mut |part| {
            if let ExprKind::Constant(value @ (Value::Number(_) | Value::Date(_))) = &part.kind
                && !self.making.is_standard(part.span)
            {
                constants.push((value.clone(), part.ty.clone()));
            }
        });
        for id in opened {
            if let Some(definition) = self.making.model.definitions.get(id.index()) {
                self.near.extend(self.making.original.quotes(&definition.quotes));
            }
        }
        for (value, ty) in constants {
            match value {
                Value::Number(value) => self.number(value, &ty),
                Value::Date(day) => self.day(day),
                Value::Bool(_) | Value::Text(_) | Value::Member(_) => {}
            }
        }
    }

    /// A number of a type.
    pub(super) fn number(&mut self, value: Decimal, ty: &Type) {
        let rate = matches!(ty, Type::Number { kind: NumberKind::Rate, unit, .. } if unit.powers.is_empty());
        if !value.is_zero() {
            self.add(number(value, ty), text::digits(value), &Stated::Number(value.normalize(), rate));
        }
    }

    /// An amount of money.
    pub(super) fn money(&mut self, value: Decimal, currency: &str) {
        if !value.is_zero() {
            self.add(money(value, currency), text::digits(value), &Stated::Number(value.normalize(), false));
        }
    }

    /// A share of a whole.
    pub(super) fn share(&mut self, value: Decimal) {
        self.add(percent(value), text::digits(value), &Stated::Number(value.normalize(), true));
    }

    /// A count.
    pub(super) fn count(&mut self, value: u32) {
        let value = Decimal::from(value);
        self.add(Words::same(&text::digits(value)), text::digits(value), &Stated::Number(value, false));
    }

    /// A number of months.
    pub(super) fn months(&mut self, count: u32) {
        let value = Decimal::from(count);
        self.add(super::words::months(count), text::digits(value), &Stated::Number(value, false));
    }

    /// A day.
    pub(super) fn day(&mut self, day: i32) {
        let shown = super::words::day(day);
        self.add(Words::same(&shown), shown, &Stated::Day(day));
    }

    fn add(&mut self, text: Words, value: String, stated: &Stated) {
        if self.found.iter().any(|figure| figure.text == text) {
            return;
        }
        let (sentence, literal) = self.making.original.stating(stated, &self.near);
        self.found.push(FigureDoc { text, value, sentence, literal });
    }
}
