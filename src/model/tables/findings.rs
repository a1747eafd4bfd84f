//! In: the tables of a checked model. Out: gaps between tiers, overlaps, tiers that are never reached, each with an example.
//! Invariant: only lines with constant ends are judged; a line that is a condition of its own neither covers nor leaves a gap.

use crate::diagnostics::{Code, Diagnostic};

use super::super::clause::Clause;
use super::super::context::Context;
use super::super::expression::Expr;
use super::super::{Form, TierLine};
use super::shown::shown;
use super::stretch::{Cut, Grid, Stretch};

impl Context<'_> {
    /// Checks of all tables.
    pub fn table_findings(&mut self, clauses: &[Clause]) {
        let definitions = std::mem::take(&mut self.model.definitions);
        for definition in &definitions {
            if let Form::Tiers { base, lines, otherwise } = &definition.form {
                self.covered(base, lines);
                self.gaps(base, lines, otherwise.is_some());
            }
        }
        self.model.definitions = definitions;
        self.falls(clauses);
    }

    /// Each line against those before it.
    fn covered(&mut self, base: &Expr, lines: &[TierLine]) {
        let grid = Grid::of(base);
        let stretches: Vec<Option<Stretch>> = lines.iter().map(Stretch::of).collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(here) = stretches.get(at).copied().flatten() else { continue };
            let before: Vec<(&TierLine, Stretch)> =
                lines.iter().zip(&stretches).take(at).filter_map(|(line, found)| Some((line, (*found)?))).collect();
            let mut rest = vec![here];
            for (_, earlier) in &before {
                rest = rest.into_iter().flat_map(|part| part.without(*earlier)).collect();
            }
            if !rest.iter().any(|part| grid.meets(*part)) {
                let covering: Vec<&TierLine> = before
                    .iter()
                    .filter(|(_, earlier)| earlier.with(here).is_some_and(|both| grid.meets(both)))
                    .map(|(line, _)| *line)
                    .collect();
                self.unreachable(line, &covering);
                continue;
            }
            let crossing = before.iter().find_map(|(earlier, other)| {
                let both = other.with(here).filter(|both| grid.meets(*both) && grid.only(*both).is_none())?;
                let ends_inside = other.holds_inside(here.from) || other.holds_inside(here.to);
                let ended = |stretch: Stretch| stretch.from != Cut::Least && stretch.to != Cut::Most;
                (ends_inside || (ended(*other) && ended(here))).then_some((*earlier, both))
            });
            if let Some((earlier, both)) = crossing {
                self.overlap(base, line, earlier, grid.witness(both));
            }
        }
    }

    fn unreachable(&mut self, line: &TierLine, covering: &[&TierLine]) {
        let names: Vec<&str> = covering.iter().map(|line| line.label.as_str()).collect();
        let mut report = Diagnostic::new(
            Code::TierUnreachable,
            line.span,
            format!("“{}”永远轮不到：前面的“{}”已经包括了它", line.label, names.join("”“")),
            format!("`{}` is never reached: `{}` above covers it", line.label, names.join("`, `")),
        );
        for earlier in covering {
            report = report.also(earlier.span, "先看这一档", "this tier comes first");
        }
        self.report(report.help(
            "各档从上到下，先成立的一档算；把范围小的写在前面，或者给前面的档写上止点",
            "the first tier that holds counts: write the narrower one first, or give the one above its upper end",
        ));
    }

    fn overlap(&mut self, base: &Expr, line: &TierLine, earlier: &TierLine, witness: Option<rust_decimal::Decimal>) {
        let example = witness.map_or(String::new(), |value| shown(value, &base.ty, &self.model));
        self.report(
            Diagnostic::new(
                Code::TierOverlap,
                line.span,
                format!("“{}”和“{}”有重叠，例如 {example}，现在按先写的一档", line.label, earlier.label),
                format!("`{}` and `{}` overlap, as at {example}: the first counts", line.label, earlier.label),
            )
            .also(earlier.span, "先看这一档", "this tier comes first")
            .help("看看哪一头的数写错了", "is one of the ends wrong?"),
        );
    }

    /// Stretches between tiers that no line covers: all where there is no 其余, else single values only.
    fn gaps(&mut self, base: &Expr, lines: &[TierLine], rest: bool) {
        let grid = Grid::of(base);
        let Some(mut covered) = lines.iter().map(|line| Some((Stretch::of(line)?, line))).collect::<Option<Vec<_>>>()
        else {
            return;
        };
        covered.sort_by_key(|(stretch, _)| *stretch);
        let mut reached: Option<(Cut, &TierLine)> = None;
        for (stretch, line) in covered {
            if let Some((to, below)) = reached {
                let gap = Stretch { from: to, to: stretch.from };
                if gap.from < gap.to && grid.meets(gap) && (!rest || grid.only(gap).is_some()) {
                    self.gap(base, gap, grid, below, line);
                }
            }
            if reached.is_none_or(|(to, _)| stretch.to > to) {
                reached = Some((stretch.to, line));
            }
        }
    }

    fn gap(&mut self, base: &Expr, gap: Stretch, grid: Grid, below: &TierLine, above: &TierLine) {
        let Some(witness) = grid.witness(gap) else { return };
        let show = |value| shown(value, &base.ty, &self.model);
        let example = show(witness);
        let (zh, en) = match (grid.only(gap), gap.from.value(), gap.to.value()) {
            (None, Some(from), Some(to)) => {
                let (from, to) = (show(from), show(to));
                (
                    format!("{from} 到 {to} 之间没有档，例如 {example}"),
                    format!("no tier is between {from} and {to}, as for {example}"),
                )
            }
            _ => (format!("正好 {example} 没有档"), format!("no tier is for exactly {example}")),
        };
        self.report(
            Diagnostic::new(Code::TierGap, above.span, zh, en)
                .also(below.span, "下面一档到这里", "the tier below ends here")
                .help(
                    "看看两档的端点；有意不给的，补上一档，写“不予支持”",
                    "check the ends; where nothing is meant to be given, add a tier with `不予支持`",
                ),
        );
    }
}
