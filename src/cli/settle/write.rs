//! In: what was settled. Out: the result of each application as JSON, the new ledger, and a summary for people.
//! Invariant: both files are written whole before either is put in its place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use guiju::bytecode::program::{Award, PeriodInfo};
use guiju::calendar;
use guiju::diagnostics::Lang;
use guiju::explain::text;
use guiju::settle::{Rule, words};

use super::{Arguments, Done, Format, is_lines};
use crate::cli::failure::Failure;
use crate::cli::files::Pending;
use crate::cli::output;

/// How many bytes are put together before they are written.
const PIECE_BYTES: usize = 1 << 16;
/// How many applications a thread puts together before they are written.
const PIECE: usize = 4_096;
/// How many threads put them together.
const THREADS: usize = 2;
/// About how long the result of an application is.
const APPLICATION_BYTES: usize = 256;
/// How many refused awards the summary names.
const REFUSED_MAX: usize = 20;

impl Done<'_> {
    /// Writes what the arguments ask for.
    pub fn write(&self, arguments: &Arguments) -> Result<(), Failure> {
        let mut pending = Vec::new();
        if let Some(path) = &arguments.output {
            let mut file = Pending::new(path)?;
            let lines = arguments.format == Format::Jsonl || is_lines(path);
            self.applications(lines, &mut |piece| file.write(piece.as_bytes()))?;
            pending.push(file);
        }
        if let Some(path) = &arguments.output_ledger {
            let mut file = Pending::new(path)?;
            self.new_ledger(&mut |piece| file.write(piece.as_bytes()))?;
            pending.push(file);
        }
        for file in pending {
            file.finish()?;
        }
        match arguments.format {
            Format::Json | Format::Jsonl if arguments.output.is_none() => {
                self.applications(arguments.format == Format::Jsonl, &mut |piece| output::print(piece))
            }
            Format::Human | Format::Json | Format::Jsonl => output::print(&self.summary()),
        }
    }

    /// The result of every application, by day and number.
    fn applications(&self, lines: bool, out: &mut dyn FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut text = String::new();
        if !lines {
            let policy = &self.rules.tables.policy;
            let name = if policy.number.is_empty() { &policy.title } else { &policy.number };
            let _ = writeln!(text, "{{\"policy\":{},\"applications\":[", quoted(name));
        }
        out(&text)?;
        let all = self.settled.applications.as_slice();
        for (block, number) in all.chunks(PIECE * THREADS).zip(0usize..) {
            let pieces: Vec<String> = thread::scope(|scope| {
                let parts: Vec<_> =
                    block.chunks(PIECE).map(|part| scope.spawn(move || self.piece(part, lines))).collect();
                parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
            });
            for (piece, part) in pieces.iter().zip(0usize..) {
                if !lines && number + part > 0 {
                    out(",\n")?;
                }
                out(piece)?;
            }
        }
        text.clear();
        if !lines {
            let _ = write!(text, "\n],\"quotas\":[{}],\"budgets\":[{}]", self.quotas(), self.budgets());
            let total = self.settled.lines.iter().fold(0i128, |sum, line| sum.saturating_add(line.amount));
            let _ = writeln!(text, ",\"total\":\"{}\"}}", digits(total));
        }
        out(&text)
    }

    /// The results of some applications: each on a line, or with commas between.
    fn piece(&self, applications: &[(u32, Range<u32>)], lines: bool) -> String {
        let mut words = Words { done: self, known: BTreeMap::new() };
        let mut piece = String::with_capacity(applications.len() * APPLICATION_BYTES);
        for (at, (application, range)) in applications.iter().enumerate() {
            piece.push_str(if lines || at == 0 { "" } else { ",\n" });
            self.application(*application, range.clone(), &mut words, &mut piece);
            piece.push_str(if lines { "\n" } else { "" });
        }
        piece
    }

    fn application(&self, application: u32, range: Range<u32>, words: &mut Words<'_>, piece: &mut String) {
        let _ = write!(piece, "{{\"id\":{},\"date\":\"", quoted(self.batch.id(application)));
        let _ = write!(piece, "{}\",\"subjects\":", calendar::iso(i64::from(self.batch.date(application))));
        piece.push('{');
        for (at, (kind, name)) in self.batch.subjects(application).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let subject = self.rules.tables.subjects.get(kind as usize).map_or("", |subject| &subject.name);
            let _ = write!(piece, "{comma}{}:{}", quoted(subject), quoted(name));
        }
        piece.push_str("},\"clauses\":[");
        let mut total = 0i128;
        for number in range.clone() {
            let Some(line) = self.settled.lines.get(number as usize) else { continue };
            total = total.saturating_add(line.amount);
            let comma = if number == range.start { "" } else { "," };
            let id = self.rules.tables.clauses.get(line.clause as usize).map_or("", |clause| &clause.id);
            let _ = write!(piece, "{comma}{{\"id\":{},\"assessed\":\"{}\"", quoted(id), digits(line.assessed));
            let _ = write!(piece, ",\"amount\":\"{}\",\"reductions\":[", digits(line.amount));
            for (at, reduction) in self.settled.reductions_of(number).iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let said = words.of(reduction.rule);
                let _ = write!(piece, "{comma}{{{said},\"amount\":\"{}\"}}", digits(reduction.amount));
            }
            piece.push_str("]}");
        }
        let _ = write!(piece, "],\"total\":\"{}\"}}", digits(total));
    }

    fn quotas(&self) -> String {
        let quotas = &self.rules.tables.settlement.quotas;
        let all = self.settled.quotas.iter().map(|used| {
            let info = quotas.get(used.quota as usize);
            format!(
                "{{\"text\":{},\"year\":{},\"count\":{},\"before\":{},\"taken\":{},\"refused\":{}}}",
                quoted(info.map_or("", |quota| &quota.text)),
                used.year.map_or_else(|| "null".to_owned(), |year| year.to_string()),
                info.map_or(0, |quota| quota.count),
                used.before,
                used.taken,
                used.refused,
            )
        });
        all.collect::<Vec<String>>().join(",")
    }

    fn budgets(&self) -> String {
        let budgets = &self.rules.tables.settlement.budgets;
        let all = self.settled.budgets.iter().map(|used| {
            let info = budgets.get(used.budget as usize);
            format!(
                "{{\"text\":{},\"year\":{},\"amount\":\"{}\",\"before\":\"{}\",\"asked\":\"{}\",\"given\":\"{}\"}}",
                quoted(info.map_or("", |budget| &budget.text)),
                used.year.map_or_else(|| "null".to_owned(), |year| year.to_string()),
                digits(info.map_or(0, |budget| budget.amount)),
                digits(used.before),
                digits(used.asked),
                digits(used.given),
            )
        });
        all.collect::<Vec<String>>().join(",")
    }

    /// The ledger as it was, and what is given now: one award a line, as `eval --ledger` reads it.
    fn new_ledger(&self, out: &mut dyn FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut piece = String::from("[");
        let mut first = true;
        let given = self.settled.awards(self.batch).map(|award| Award { once: self.is_once(award.clause), ..award });
        for award in self.ledger.iter().cloned().chain(given) {
            piece.push_str(if first { "\n" } else { ",\n" });
            first = false;
            self.award(&award, &mut piece);
            if piece.len() >= PIECE_BYTES {
                out(&piece)?;
                piece.clear();
            }
        }
        piece.push_str("\n]\n");
        out(&piece)
    }

    /// Whether a clause is capped once and for all, so that its award stands for itself in a later settlement.
    fn is_once(&self, clause: u32) -> bool {
        let tables = self.rules.tables;
        let own = tables.clauses.get(clause as usize).map_or(0..0, |info| info.caps.0..info.caps.1);
        own.filter_map(|cap| tables.caps.get(cap as usize)).any(|cap| cap.period == PeriodInfo::Once)
    }

    fn award(&self, award: &Award, piece: &mut String) {
        let tables = self.rules.tables;
        let clause = tables.clauses.get(award.clause as usize).map_or("", |clause| &clause.id);
        let _ = write!(
            piece,
            "{{\"clause\":{},\"date\":\"{}\",\"amount\":{}",
            quoted(clause),
            calendar::iso(i64::from(award.date)),
            digits(award.amount)
        );
        if award.once {
            piece.push_str(",\"once\":true");
        }
        for (kind, name) in &award.subjects {
            let subject = tables.subjects.get(*kind as usize).map_or("", |subject| &subject.name);
            let _ = write!(piece, ",{}:{}", quoted(subject), quoted(name));
        }
        piece.push('}');
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn money(&self, amount: i128, clause: u32) -> String {
        let currency = self.rules.tables.clauses.get(clause as usize).map_or("CNY", |clause| &clause.currency);
        text::money(amount, 2, currency, self.lang)
    }

    /// By clause, by rule, and who was refused.
    fn summary(&self) -> String {
        let mut page = String::new();
        let policy = &self.rules.tables.policy;
        let _ = writeln!(page, "{}《{}》", policy.number, policy.title);
        let (applications, lines) = (self.settled.applications.len(), self.settled.lines.len());
        let _ = match self.lang {
            Lang::Zh => writeln!(page, "申请 {applications} 份，评定 {lines} 笔"),
            Lang::En => writeln!(page, "{applications} applications, {lines} assessed awards"),
        };
        self.by_clause(&mut page);
        self.by_rule(&mut page);
        self.by_limit(&mut page);
        self.refused(&mut page);
        page
    }

    fn by_clause(&self, page: &mut String) {
        let mut clauses: BTreeMap<u32, (usize, i128, i128)> = BTreeMap::new();
        for line in &self.settled.lines {
            let sums = clauses.entry(line.clause).or_default();
            sums.0 += usize::from(line.amount > 0);
            sums.1 = sums.1.saturating_add(line.assessed);
            sums.2 = sums.2.saturating_add(line.amount);
        }
        let (mut assessed, mut given) = (0i128, 0i128);
        for (clause, (count, of_assessed, of_given)) in &clauses {
            let info = self.rules.tables.clauses.get(*clause as usize);
            let (id, title) = info.map_or(("", ""), |info| (&info.id, &info.title));
            let (before, after) = (self.money(*of_assessed, *clause), self.money(*of_given, *clause));
            let _ = match self.lang {
                Lang::Zh => writeln!(page, "  《{title}》（{id}）：评定 {before}，支持 {count} 笔 {after}"),
                Lang::En => writeln!(page, "  {title} ({id}): assessed {before}, {count} awards of {after}"),
            };
            assessed = assessed.saturating_add(*of_assessed);
            given = given.saturating_add(*of_given);
        }
        let (before, after, less) = (self.money(assessed, 0), self.money(given, 0), self.money(assessed - given, 0));
        let _ = match self.lang {
            Lang::Zh => writeln!(page, "合计：评定 {before}，扣减 {less}，支持 {after}"),
            Lang::En => writeln!(page, "total: assessed {before}, taken away {less}, given {after}"),
        };
    }

    fn by_rule(&self, page: &mut String) {
        let mut rules: BTreeMap<String, (usize, i128)> = BTreeMap::new();
        for reduction in &self.settled.reductions {
            let name = match reduction.rule {
                Rule::Group(..) => format!("组合「{}」", words::name(self.rules.tables, reduction.rule)),
                Rule::JointCap(..) => format!("组合「{}」的合计上限", words::name(self.rules.tables, reduction.rule)),
                Rule::Cap(_) => format!("上限「{}」", words::name(self.rules.tables, reduction.rule)),
                Rule::Quota(_) | Rule::Budget(_) => words::names(self.rules.tables, reduction.rule).join("："),
            };
            let sums = rules.entry(name).or_default();
            sums.0 += 1;
            sums.1 = sums.1.saturating_add(reduction.amount);
        }
        if !rules.is_empty() {
            let _ = writeln!(page, "{}", self.say("扣减：", "taken away:"));
        }
        for (name, (count, amount)) in rules {
            let amount = self.money(amount, 0);
            let _ = match self.lang {
                Lang::Zh => writeln!(page, "  {name}：{count} 笔，{amount}"),
                Lang::En => writeln!(page, "  {name}: {count} awards, {amount}"),
            };
        }
    }

    fn by_limit(&self, page: &mut String) {
        let settlement = &self.rules.tables.settlement;
        let year = |year: Option<i32>| year.map_or_else(String::new, |year| format!("（{year} 年）"));
        for used in &self.settled.quotas {
            let Some(quota) = settlement.quotas.get(used.quota as usize) else { continue };
            let (text, year, taken, refused) = (&quota.text, year(used.year), used.before + used.taken, used.refused);
            let _ = match self.lang {
                Lang::Zh => writeln!(page, "名额 {text}{year}：用了 {taken}，没有名额的 {refused}"),
                Lang::En => writeln!(page, "quota {text}{year}: {taken} taken, {refused} refused"),
            };
        }
        for used in &self.settled.budgets {
            let Some(budget) = settlement.budgets.get(used.budget as usize) else { continue };
            let (text, year) = (&budget.text, year(used.year));
            let left = self.money(budget.amount.saturating_sub(used.before).saturating_sub(used.given).max(0), 0);
            let given = self.money(used.given, 0);
            let _ = match self.lang {
                Lang::Zh => writeln!(page, "预算 {text}{year}：这次用 {given}，余 {left}"),
                Lang::En => writeln!(page, "budget {text}{year}: {given} used now, {left} left"),
            };
        }
    }

    fn refused(&self, page: &mut String) {
        let refused = |number: &u32| {
            self.settled.lines.get(*number as usize).is_some_and(|line| line.assessed > 0 && line.amount == 0)
        };
        let all: Vec<u32> = (0u32..).take(self.settled.lines.len()).filter(refused).collect();
        if all.is_empty() {
            return;
        }
        let _ = match self.lang {
            Lang::Zh => writeln!(page, "没有得到的 {} 笔：", all.len()),
            Lang::En => writeln!(page, "refused ({}):", all.len()),
        };
        for number in all.iter().take(REFUSED_MAX) {
            let Some(line) = self.settled.lines.get(*number as usize) else { continue };
            let id = self.rules.tables.clauses.get(line.clause as usize).map_or("", |clause| &clause.id);
            let why: Vec<String> = (self.settled.reductions_of(*number).iter())
                .map(|reduction| {
                    let amount = self.money(reduction.amount, line.clause);
                    words::sentence(self.rules.tables, reduction.rule, &amount, self.lang)
                })
                .collect();
            let between = self.say("；", "; ");
            let _ = writeln!(page, "  {} {id}：{}", self.batch.id(line.application), why.join(between));
        }
        if all.len() > REFUSED_MAX {
            let more = all.len() - REFUSED_MAX;
            let _ = match self.lang {
                Lang::Zh => writeln!(page, "  ……另有 {more} 笔，见 --output"),
                Lang::En => writeln!(page, "  … and {more} more, see --output"),
            };
        }
    }
}

/// The words of rules, made once each.
struct Words<'a> {
    done: &'a Done<'a>,
    known: BTreeMap<Rule, String>,
}

impl Words<'_> {
    fn of(&mut self, rule: Rule) -> &str {
        let (tables, lang) = (self.done.rules.tables, self.done.lang);
        self.known.entry(rule).or_insert_with(|| {
            let kind = match rule {
                Rule::Group(..) => "group",
                Rule::Cap(_) => "cap",
                Rule::JointCap(..) => "joint_cap",
                Rule::Quota(_) => "quota",
                Rule::Budget(_) => "budget",
            };
            let (name, why) = (words::name(tables, rule), words::why(tables, rule));
            format!("\"rule\":\"{kind}\",\"name\":{},\"text\":{}", quoted(&name), quoted(why.get(lang)))
        })
    }
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) { format!("\"{text}\"") } else { serde_json::Value::from(text).to_string() }
}

/// Cents as all digits, without trailing zeros.
fn digits(cents: i128) -> String {
    let (whole, part) = (cents / 100, (cents % 100).abs());
    match part {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}
