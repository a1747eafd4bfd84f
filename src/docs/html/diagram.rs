//! In: a clause and the scope. Out: its condition diagram as SVG text: one step below the other, parts set in, with a text alternative.
//! Invariant: as wide as a phone, so that it is never scaled down there; whole numbers only; colours are the page's.

use std::fmt::Write as _;

use super::linked::escaped;
use crate::diagnostics::Lang;
use crate::docs::model::{ClauseDoc, ConditionDoc, ScopeDoc, Words};

const WIDTH: i64 = 340;
const INDENT: i64 = 18;
const FONT: i64 = 14;
const LINE: i64 = 21;
const PAD: i64 = 8;
const GAP: i64 = 12;
/// How far below the top of a box its line meets it.
const CORNER: i64 = 16;
/// Lines of one box; the rest is in the text beside the diagram.
const LINES_MAX: usize = 6;
/// Boxes of one diagram.
const BOXES_MAX: usize = 60;

/// A box.
struct Step {
    depth: i64,
    class: &'static str,
    text: Words,
}

/// The diagram of a clause.
#[must_use]
pub fn diagram(clause: &ClauseDoc, scope: &ScopeDoc, lang: Lang) -> String {
    let steps = steps(clause, scope);
    let say = |words: &Words| if lang == Lang::Zh { words.zh.clone() } else { words.en.clone() };
    let mut boxes = String::new();
    let mut y = 1;
    // Where the line to the next step of each depth begins.
    let mut from: Vec<i64> = Vec::new();
    for (at, step) in steps.iter().take(BOXES_MAX).enumerate() {
        let x = 1 + step.depth * INDENT;
        let width = WIDTH - 2 - step.depth * INDENT;
        let lines = wrapped(&say(&step.text), width - 2 * PAD);
        let height = i64::try_from(lines.len()).unwrap_or(1) * LINE + 2 * PAD - 4;
        if at > 0 {
            let start = usize::try_from(step.depth).ok().and_then(|depth| from.get(depth)).copied().unwrap_or(y);
            connect(&mut boxes, step, start, (x, y));
        }
        let _ = write!(
            boxes,
            "<rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>",
            step.class
        );
        for (line, number) in lines.iter().zip(1i64..) {
            let (tx, ty) = (x + PAD, y + PAD + number * LINE - 8);
            let _ = write!(boxes, "<text x=\"{tx}\" y=\"{ty}\">{}</text>", escaped(line));
        }
        from.resize(usize::try_from(step.depth).unwrap_or(0), y);
        // A step of the same depth goes on from its corner, or from the foot of the box; a part from the foot.
        from.push(if step.depth == 0 { y + height } else { y + CORNER });
        from.push(y + height);
        y += height + GAP;
    }
    let height = (y - GAP + 1).max(1);
    let title = match lang {
        Lang::Zh => "条件图",
        Lang::En => "Condition diagram",
    };
    let told: Vec<String> = steps.iter().map(|step| say(&step.text)).collect();
    let told = told.join(if lang == Lang::Zh { "；" } else { "; " });
    format!(
        "<svg class=\"diagram\" role=\"img\" aria-labelledby=\"diagram-title diagram-desc\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-size=\"{FONT}\" xmlns=\"http://www.w3.org/2000/svg\">\
         <title id=\"diagram-title\">{title}</title><desc id=\"diagram-desc\">{}</desc>{boxes}</svg>",
        escaped(&told)
    )
}

/// The line from the step before: down for a step of its own, a corner for a part.
fn connect(out: &mut String, step: &Step, start: i64, (x, y): (i64, i64)) {
    if step.depth == 0 {
        let middle = x + INDENT / 2;
        let _ = write!(out, "<path class=\"line\" d=\"M{middle} {start} V{y}\"/>");
    } else {
        let left = x - INDENT / 2;
        let _ = write!(out, "<path class=\"line\" d=\"M{left} {start} V{} H{x}\"/>", y + CORNER);
    }
}

fn steps(clause: &ClauseDoc, scope: &ScopeDoc) -> Vec<Step> {
    let mut steps = Vec::new();
    if !scope.conditions.is_empty() {
        part(&mut steps, 0, Words::new("适用范围：都要符合", "scope: all of"), "group");
        scope.conditions.iter().for_each(|condition| node(&mut steps, condition, 1));
    }
    if !scope.exclusions.is_empty() {
        part(&mut steps, 0, Words::new("适用范围：都不能有", "scope: none of"), "group not");
        scope.exclusions.iter().for_each(|condition| node(&mut steps, condition, 1));
    }
    if let Some(industry) = &clause.industry {
        let text = Words::new(format!("产业属于{}", industry.words.zh), format!("industry: {}", industry.words.en));
        part(&mut steps, 0, text, "test");
    }
    if !clause.conditions.is_empty() {
        part(&mut steps, 0, Words::new("条件：都要符合", "conditions: all of"), "group");
        clause.conditions.iter().for_each(|condition| node(&mut steps, condition, 1));
    }
    if !clause.exclusions.is_empty() {
        part(&mut steps, 0, Words::new("排除：都不能有", "exclusions: none of"), "group not");
        clause.exclusions.iter().for_each(|condition| node(&mut steps, condition, 1));
    }
    let award = &clause.award.words;
    part(&mut steps, 0, Words::new(format!("给予：{}", award.zh), format!("award: {}", award.en)), "result");
    for ceiling in &clause.ceilings {
        let (amount, words) = (&ceiling.amount, &ceiling.words);
        let text =
            Words::new(format!("不超过{}（{}）", amount.zh, words.zh), format!("at most {} ({})", amount.en, words.en));
        part(&mut steps, 1, text, "result");
    }
    steps
}

fn part(steps: &mut Vec<Step>, depth: i64, text: Words, class: &'static str) {
    steps.push(Step { depth, class, text });
}

/// A condition with its parts.
fn node(steps: &mut Vec<Step>, condition: &ConditionDoc, depth: i64) {
    let inner = |steps: &mut Vec<Step>| {
        condition.parts.iter().for_each(|part| node(steps, part, (depth + 1).min(6)));
    };
    let label = |words: Words| match &condition.label {
        Some(label) => Words::new(format!("{label}：{}", words.zh), format!("{label}: {}", words.en)),
        None => words,
    };
    match condition.kind.as_str() {
        "all" => {
            part(steps, depth, label(Words::new("都要符合", "all of")), "group");
            inner(steps);
        }
        "any" => {
            part(steps, depth, label(Words::new("符合一项即可", "any of")), "group any");
            inner(steps);
        }
        "not" if !condition.parts.is_empty() => {
            part(steps, depth, label(Words::new("不能是", "not")), "group not");
            inner(steps);
        }
        "definition" => {
            part(steps, depth, label(condition.words.clone()), "group");
            inner(steps);
        }
        _ => part(steps, depth, label(condition.words.clone()), "test"),
    }
}

/// A text in lines of a width.
fn wrapped(text: &str, width: i64) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for letter in text.chars() {
        let wide = if letter.is_ascii() { (FONT * 6 + 5) / 10 } else { FONT };
        if used + wide > width && !matches!(letter, '，' | '。' | '、' | '；' | '）' | '”') {
            if lines.len() == LINES_MAX {
                lines.last_mut().into_iter().for_each(|line| line.push('…'));
                return lines;
            }
            // English breaks at the last space of the line.
            let carried = match lines.last_mut() {
                Some(line) if letter.is_ascii_alphanumeric() => match line.rfind(' ') {
                    Some(space) => line.split_off(space).trim_start().to_owned(),
                    None => String::new(),
                },
                _ => String::new(),
            };
            used = carried.chars().map(|it| if it.is_ascii() { (FONT * 6 + 5) / 10 } else { FONT }).sum();
            lines.push(carried);
        }
        if let Some(line) = lines.last_mut()
            && !(line.is_empty() && letter == ' ')
        {
            line.push(letter);
            used += wide;
        }
    }
    lines
}
