//! The command as users run it: wall time and peak memory of whole processes; /usr/bin/time counts the memory.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::measure::median;
use crate::policy::large;
use crate::revision;
use crate::table::{Row, time};

/// What one run took.
#[derive(Clone, Copy)]
struct Run {
    /// On the clock.
    wall: f64,
    /// Of the processor.
    seconds: f64,
    /// KiB.
    peak: f64,
}

/// Runs `guiju` under /usr/bin/time.
fn run(guiju: &Path, arguments: &[&OsStr]) -> Run {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M"]).arg(guiju).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    let (before, start) = (children(), Instant::now());
    let output = command.output().expect("/usr/bin/time runs");
    let (wall, seconds) = (start.elapsed().as_secs_f64(), children() - before);
    let stderr = String::from_utf8_lossy(&output.stderr);
    // A comparison that finds a difference says so by its status.
    let differs = arguments.first() == Some(&OsStr::new("diff")) && output.status.code() == Some(1);
    assert!(output.status.success() || differs, "{arguments:?}: {stderr}");
    let peak = stderr.lines().last().and_then(|line| line.trim().parse().ok()).expect("the peak is the last line");
    Run { wall, seconds, peak }
}

/// Processor seconds of all processes that ended.
fn children() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("there is a count");
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

fn row(name: String, rounds: usize, mut work: impl FnMut() -> Run) -> (Row, Run) {
    let all: Vec<Run> = (0..rounds.max(1)).map(|_| work()).collect();
    let seconds = median(all.iter().map(|run| run.seconds).collect());
    let peak = all.iter().map(|run| run.peak).fold(0.0, f64::max);
    let wall = median(all.iter().map(|run| run.wall).collect());
    let remark = format!("峰值内存 {:.0} MB；墙上时间 {}", peak * 1024.0 / 1e6, time(wall * 1e9));
    (Row::new(name, time(seconds * 1e9), remark), Run { wall, seconds, peak })
}

/// One command, wall time first.
pub fn timed(name: &str, rounds: usize, guiju: &Path, arguments: &[&OsStr]) -> Row {
    row(name.to_owned(), rounds, || run(guiju, arguments)).0
}

/// Check and build of generated policies, and `eval` of one application on a built bundle of a real policy.
pub fn rows(rounds: usize, guiju: &Path, sizes: [u32; 2], policy: &Path) -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder for what is generated");
    let mut rows = Vec::new();
    for command in ["check", "build"] {
        let mut sizes_run = Vec::new();
        for clauses in sizes {
            let (source, bundle) =
                (folder.path().join(format!("{clauses}.policy")), folder.path().join(format!("{clauses}.gjb")));
            fs::write(&source, large(clauses)).expect("the generated policy is written");
            let mut arguments = vec![OsStr::new(command), source.as_os_str()];
            if command == "build" {
                arguments.extend([OsStr::new("-o"), bundle.as_os_str()]);
            }
            let name = format!("`guiju {command}`，{clauses} 条");
            let (row, taken) = row(name, rounds, || run(guiju, &arguments));
            rows.push(row);
            sizes_run.push(taken);
        }
        let growth = f64::from(sizes[1]) / f64::from(sizes[0]);
        if let [small, big] = sizes_run.as_slice() {
            let figure = format!("{:.2} 倍", big.seconds / small.seconds / growth);
            let remark = format!("每条峰值内存是 {:.2} 倍（不超过 1 就是不快于线性）", big.peak / small.peak / growth);
            rows.push(Row::new(format!("`guiju {command}`，每条的用时随条数的增长"), figure, remark));
        }
    }
    rows.extend(eval(rounds * 10, guiju, policy, folder.path()));
    rows
}

/// Comparisons: a real policy with its revision, and generated ones.
pub fn revised(rounds: usize, guiju: &Path, policies: &Path) -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder for what is generated");
    let [old, new] = ["changning-2024-4", "changning-2024-4-revised"].map(|name| policies.join(name));
    let mut pairs = vec![("长宁对它的示例修订".to_owned(), old, new)];
    let made = [
        ("1000 条对 50 处改动", revision::pair(1_000, 50)),
        ("1000 条，适用范围少一个条件（条条都变）", revision::scope(1_000)),
    ];
    for (at, (name, (old, new))) in made.into_iter().enumerate() {
        let paths = [("old", old), ("new", new)].map(|(side, text)| {
            let path = folder.path().join(format!("{at}-{side}.policy"));
            fs::write(&path, text).expect("the generated policy is written");
            path
        });
        let [old, new] = paths;
        pairs.push((name.to_owned(), old, new));
    }
    let mut rows = Vec::new();
    for (name, old, new) in &pairs {
        for format in ["human", "json"] {
            let arguments =
                [OsStr::new("diff"), old.as_os_str(), new.as_os_str(), OsStr::new("--format"), OsStr::new(format)];
            rows.push(timed(&format!("`guiju diff --format {format}`，{name}"), rounds, guiju, &arguments));
        }
    }
    rows
}

fn eval(rounds: usize, guiju: &Path, policy: &Path, folder: &Path) -> Vec<Row> {
    let (bundle, facts): (PathBuf, PathBuf) = (folder.join("policy.gjb"), folder.join("facts.json"));
    run(guiju, &[OsStr::new("build"), policy.as_os_str(), OsStr::new("-o"), bundle.as_os_str()]);
    fs::write(&facts, FACTS).expect("the facts are written");
    let evaluate = |path: &Path, extra: &str| {
        let path = path.to_owned();
        let mut arguments =
            vec!["eval".into(), path.into_os_string(), "--facts".into(), facts.clone().into_os_string()];
        arguments.extend(extra.split_whitespace().map(Into::into));
        let arguments: Vec<&OsStr> = arguments.iter().map(std::ffi::OsString::as_os_str).collect();
        run(guiju, &arguments)
    };
    let named = |what: &str| format!("`guiju eval {what}`，进程从头到尾");
    vec![
        row(named("长宁.gjb --format json"), rounds, || evaluate(&bundle, "--format json")).0,
        row(named("长宁.gjb --format json --explain"), rounds, || evaluate(&bundle, "--format json --explain")).0,
        row(named("长宁（从源文本）"), rounds, || evaluate(policy, "--format json")).0,
        row("`guiju --version`，进程从头到尾".to_owned(), rounds, || run(guiju, &[OsStr::new("--version")])).0,
    ]
}

/// An application to the Changning policy.
const FACTS: &str = r#"{
  "on": "2025-06-30",
  "产业": "人工智能",
  "依法设立": true,
  "信用记录良好": true,
  "支持方向": "大模型研发训练",
  "符合发展导向": true,
  "申请金额": "1500万元"
}
"#;
