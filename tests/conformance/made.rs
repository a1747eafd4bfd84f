//! Cases made at the thresholds of the chapters' policies pass when they stand in them, under every edition, and each decides something.

use guiju::analysis::boundaries;
use guiju::diagnostics::Lang;
use guiju::model::Window;
use guiju::scenario;

use super::{chapters, files, sections};
use crate::workbench;

/// Fewer than there are; more policies make more.
const CASES_MIN: usize = 300;
const WITH_LISTS_MIN: usize = 20;

#[test]
fn cases_made_of_the_chapters_pass() {
    let (mut made, mut with_lists, mut problems) = (0, 0, Vec::new());
    for section in chapters().iter().flat_map(|path| sections(path)) {
        let policies = section.blocks.iter().filter(|block| block.kind == "policy" && block.flag("wrong").is_none());
        for block in policies {
            let mut files = files(block);
            let mut cases = String::new();
            for edition in workbench::editions(&files).list {
                let window = Window { first: edition.version.from, last: edition.version.until };
                let checked = edition.checked.expect("the chapters check");
                let found = boundaries::boundaries_within(&checked, window);
                cases.push_str(&boundaries::text(&checked, &found, Lang::Zh));
                made += found.len();
            }
            with_lists += cases.lines().filter(|line| line.starts_with("  清单 ")).count();
            let place = format!("{} {}", section.place, section.number);
            if cases.contains("未定") {
                problems.push(format!("{place}: a case decides nothing\n{cases}"));
            }
            let main = files.get_mut("main.policy").expect("the entry");
            main.extend(format!("\n{cases}").bytes());
            for (_, program) in workbench::edition_programs(&files) {
                let failed = scenario::run_all(&program).into_iter().filter(|report| !report.mismatches.is_empty());
                problems.extend(failed.map(|report| format!("{place}: {report:#?}")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(made >= CASES_MIN && with_lists >= WITH_LISTS_MIN, "{made} cases, {with_lists} lists");
}
