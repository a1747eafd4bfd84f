//! Settlement of a million assessed applications of a hundred thousand firms, with yearly caps, a group and a budget: the library call
//! alone, and the whole command on a file of a million lines.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use guiju::settle::{self, Application, Batch, Rules};

use crate::compile;
use crate::measure::{median, once};
use crate::process;
use crate::table::{Row, time};

const APPLICATIONS: u32 = 1_000_000;
const FIRMS: u32 = 100_000;

const POLICY: &str = "\
政策 示范发〔2026〕5号《示范》（demo）
  有效期：2026-01-01 至 2027-12-31
部门 区财政局
对象 市场主体
  企业编号：文本，标识
条款 一《房租补贴》（rent）
  支持：5万元
  上限：20万元，每市场主体每年
  责任部门：区财政局
条款 二《设备补贴》（equipment）
  支持：8万元
  上限：30万元，每市场主体每年
  责任部门：区财政局
条款 三《培训补贴》（training）
  支持：1万元
  上限：5万元，每市场主体每年
  预算：每年 20亿元，先到先得
  责任部门：区财政局
组合 房租和设备不重复（no-double）
  方式：就高不重复
  条款：rent、equipment
  归户：每市场主体，每年
";

/// Application number `at`: firm, day, clause and cents; spread by a multiplicative hash, the same on every run.
fn application(at: u32) -> (u32, u32, usize, u32) {
    let mixed = at.wrapping_mul(2_654_435_761);
    (mixed % FIRMS, at / 4_000, (mixed >> 17) as usize % 3, 10_000 + (mixed >> 9) % 5_000_000)
}

const CLAUSES: [&str; 3] = ["rent", "equipment", "training"];

/// The file of the command.
fn lines() -> String {
    let first = i64::from(guiju::calendar::day(2026, 1, 1).expect("a day"));
    let mut text = String::with_capacity(140 << 20);
    for at in 0..APPLICATIONS {
        let (firm, day, clause, cents) = application(at);
        let day = guiju::calendar::iso(first + i64::from(day));
        let _ = writeln!(
            text,
            "{{\"id\":\"S{at:07}\",\"date\":\"{day}\",\"subjects\":{{\"市场主体\":\"F{firm:06}\"}},\"awards\":{{\"{}\":\"{}.{:02}\"}}}}",
            CLAUSES[clause],
            cents / 100,
            cents % 100
        );
    }
    text
}

/// The rows.
pub fn rows(rounds: usize, guiju: &Path) -> Vec<Row> {
    let program = compile::with_library(POLICY);
    let rules = Rules::new(program.program());
    let mut batch = Batch::new();
    let first = guiju::calendar::day(2026, 1, 1).expect("a day");
    for at in 0..APPLICATIONS {
        let (firm, day, clause, cents) = application(at);
        let (id, name) = (format!("S{at:07}"), format!("F{firm:06}"));
        let date = first + day as i32;
        let (subjects, awards) = ([(0, name.as_str())], [(clause as u32, i128::from(cents))]);
        let given = Application { id: &id, date, subjects: &subjects, awards: &awards, ..Application::default() };
        batch.push(&given).expect("numbers differ");
    }
    let (mut walls, mut spent) = (Vec::new(), Vec::new());
    let mut given = 0i128;
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        let (seconds, settled) = once(|| settle::settle(&rules, &batch, &[]));
        spent.push(seconds * 1e9);
        walls.push(start.elapsed().as_secs_f64() * 1e9);
        given = settled.lines.iter().map(|line| line.amount).sum();
        assert!(settled.reductions.len() > 100_000, "the rules bind");
    }
    let wall = time(median(walls));
    let remark = format!("{FIRMS} 家企业，支持 {} 亿元；墙上时间 {wall}", given / 10_000_000_000);
    let mut rows = vec![Row::new("`settle::settle`，一百万份申请", time(median(spent)), remark)];
    drop(batch);
    let folder = tempfile::tempdir().expect("a folder for what is generated");
    let (policy, applications) = (folder.path().join("main.policy"), folder.path().join("applications.jsonl"));
    let (output, ledger) = (folder.path().join("settled.jsonl"), folder.path().join("ledger.json"));
    fs::write(&policy, POLICY).expect("the policy is written");
    fs::write(&applications, lines()).expect("the applications are written");
    let mut arguments: Vec<&OsStr> =
        vec!["settle".as_ref(), policy.as_ref(), "--applications".as_ref(), applications.as_ref()];
    rows.push(process::timed("`guiju settle`，一百万行", rounds, guiju, &arguments));
    arguments.extend([OsStr::new("--output"), output.as_os_str(), OsStr::new("--output-ledger"), ledger.as_os_str()]);
    rows.push(process::timed("`guiju settle`，一百万行，写结果和新台账", rounds, guiju, &arguments));
    rows
}
