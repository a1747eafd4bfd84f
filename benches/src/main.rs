//! What guiju costs, as one table. `cargo run --release --manifest-path benches/Cargo.toml` from the repository, after
//! `cargo build --release`; `docs/benchmarks.md` holds a run's figures and what they mean.
//!
//! `… -- case` only the single application, `… -- every` that to the policy of all constructs, `… -- stages`, `… -- processes`, `… -- settle`; `… -- policy 10000` prints a generated policy;
//! `… -- revision 1000 50 FOLDER` writes `old.policy` and a revision `new.policy` with so many changes (`scope`: one of the scope, on which all rests);
//! `… -- revised` measures `guiju diff` on them, `… -- diagrams` the prototype of ADR 0008 beside it;
//! `… -- spin` and `… -- spin-every` run the VM alone for a while, for a profiler.

mod compile;
mod diagrams;
mod every_construct;
mod facts;
mod many_clauses;
mod measure;
mod one_case;
mod peers;
mod policy;
mod process;
mod revision;
mod settlement;
mod table;

use std::path::{Path, PathBuf};

const ROUNDS: usize = 25;
const SLOW_ROUNDS: usize = 3;
const SIZES: [u32; 2] = [10_000, 100_000];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let part = arguments.first().map_or("all", String::as_str);
    if part == "policy" {
        let clauses = arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(SIZES[0]);
        print!("{}", policy::large(clauses));
        return;
    }
    if part == "revision" {
        write_revision(&arguments);
        return;
    }
    if part == "spin" {
        println!("{}", one_case::spin(20_000));
        return;
    }
    if part == "spin-every" {
        println!("{}", every_construct::spin(200));
        return;
    }
    let wanted = |name: &str| part == "all" || part == name;
    if wanted("case") {
        table::print("一例，十七条", &one_case::rows(ROUNDS));
    }
    if wanted("every") {
        table::print("一例，语言的每一种写法", &every_construct::rows(ROUNDS));
    }
    if wanted("stages") {
        table::print(&format!("{} 条，各阶段", SIZES[0]), &many_clauses::rows(SLOW_ROUNDS, sizes(&arguments)));
    }
    if wanted("settle") {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        table::print("结算", &settlement::rows(SLOW_ROUNDS, &guiju(&root)));
    }
    if wanted("revised") {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        table::print("修订的比较", &process::revised(SLOW_ROUNDS, &guiju(&root), &root.join("policies")));
    }
    if part == "diagrams" {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        table::print("决策图和线性规划", &diagrams::rows(&root));
    }
    if wanted("processes") {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        table::print(
            "整个进程",
            &process::rows(SLOW_ROUNDS, &guiju(&root), SIZES, &root.join("policies/changning-2024-4")),
        );
    }
}

/// `… -- revision 1000 50 FOLDER`.
fn write_revision(arguments: &[String]) {
    let number = |at: usize| arguments.get(at).and_then(|count| count.parse().ok());
    let clauses = number(1).unwrap_or(1_000);
    let (old, new) = match arguments.get(2).map(String::as_str) {
        Some("scope") => revision::scope(clauses),
        _ => revision::pair(clauses, number(2).unwrap_or(50)),
    };
    let folder = PathBuf::from(arguments.get(3).map_or(".", String::as_str));
    for (name, text) in [("old.policy", old), ("new.policy", new)] {
        std::fs::write(folder.join(name), text).expect("the folder is there");
    }
}

/// `… -- stages 1000` measures a tenth of the sizes.
fn sizes(arguments: &[String]) -> [u32; 2] {
    let small = arguments.get(1).and_then(|count| count.parse().ok());
    small.map_or(SIZES, |small: u32| [small, small.saturating_mul(SIZES[1] / SIZES[0])])
}

/// The release build of the command: `GUIJU`, else where cargo puts it.
fn guiju(root: &Path) -> PathBuf {
    let built =
        || std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from).join("release/guiju");
    let path = std::env::var_os("GUIJU").map_or_else(built, PathBuf::from);
    assert!(path.exists(), "{} is not there: `cargo build --release` makes it, or GUIJU names another", path.display());
    path
}
