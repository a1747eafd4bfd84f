//! In: runs of policies. Out: JUnit XML, as continuous integration reads it: a suite a policy, a test a case.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::PolicyRun;
use crate::diagnostics::Lang;
use crate::scenario::Report;

/// The document.
#[must_use]
pub fn junit(runs: &[PolicyRun], lang: Lang) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = document(&mut writer, runs, lang);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

type Out = Writer<Vec<u8>>;

fn document(writer: &mut Out, runs: &[PolicyRun], lang: Lang) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let sum = |of: fn((usize, usize)) -> usize| runs.iter().map(|run| of(run.counts())).sum::<usize>();
    let (passed, failed) = (sum(|counts| counts.0), sum(|counts| counts.1));
    let (tests, failures) = ((passed + failed).to_string(), failed.to_string());
    let suites = writer.create_element("testsuites").with_attributes([
        ("name", "guiju"),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
    ]);
    suites.write_inner_content(|writer| runs.iter().try_for_each(|run| suite(writer, run, lang)))?;
    Ok(())
}

fn suite(writer: &mut Out, run: &PolicyRun, lang: Lang) -> io::Result<()> {
    let (tests, failures) = (run.reports.len().to_string(), run.counts().1.to_string());
    let element = writer.create_element("testsuite").with_attributes([
        ("name", legible(&run.title).as_str()),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
    ]);
    element.write_inner_content(|writer| run.reports.iter().try_for_each(|report| case(writer, run, report, lang)))?;
    Ok(())
}

fn case(writer: &mut Out, run: &PolicyRun, report: &Report, lang: Lang) -> io::Result<()> {
    let (file, line, _) = &report.place;
    let line = line.to_string();
    let element = writer.create_element("testcase").with_attributes([
        ("name", legible(&report.title).as_str()),
        ("classname", legible(&run.path).as_str()),
        ("file", legible(file).as_str()),
        ("line", line.as_str()),
    ]);
    let Some(first) = report.mismatches.first() else {
        element.write_empty()?;
        return Ok(());
    };
    let message = legible(&format!("{}: {} ≠ {}", first.of.get(lang), first.got.get(lang), first.expected.get(lang)));
    let text: String = report.mismatches.iter().map(|mismatch| mismatch.text(lang)).collect();
    element.write_inner_content(|writer| {
        let failure = writer.create_element("failure").with_attributes([("message", message.as_str())]);
        failure.write_text_content(BytesText::new(&legible(&text)))?;
        Ok(())
    })?;
    Ok(())
}

/// Without the control characters that XML cannot hold, however escaped.
fn legible(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}
