//! `guiju amend`: applying what it writes to the old policy gives the new one, whatever the two are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use guiju::bytecode::settlement::MemberOf;
use guiju::bytecode::{self, Verified};
use guiju::diagnostics::Lang;
use guiju::diagnostics::render::short;
use guiju::editions::editions;
use guiju::load::load;
use guiju::model;
use guiju::revise::{self, Options, Side, Written};
use proptest::prelude::*;

use crate::support::choices::Choices;
use crate::support::random_policy;
use crate::workbench;

mod official;
mod order;

type Files = BTreeMap<String, Vec<u8>>;

/// 2099-01-01: after every case.
const LATER: i32 = 47_117;

fn options() -> Options {
    Options { number: None, day: LATER }
}

/// The newest edition of `main.policy`; the errors where there are any.
fn side(files: &Files) -> Result<(Side, Verified), String> {
    side_of("main.policy", files)
}

fn side_of(entry: &str, files: &Files) -> Result<(Side, Verified), String> {
    let (loaded, found) = load(entry, files);
    let original = loaded.original.clone();
    let editions = editions(loaded, found, model::check);
    let newest = editions.list.last().ok_or("no edition")?;
    let errors: Vec<_> = editions.found.iter().filter(|found| found.is_error()).cloned().collect();
    let side = Side::new(&editions, newest, original).ok_or_else(|| short(&errors, &editions.sources, Lang::Zh))?;
    let checked = newest.checked.as_ref().ok_or("not checked")?;
    let program = bytecode::lower(checked, &editions.sources).map_err(|found| format!("{found:?}"))?;
    Ok((side, bytecode::verify(program).map_err(|flaws| format!("{flaws:?}"))?))
}

/// All that a policy says, whatever the order in which it stands in its files; of clauses the order too.
fn said(program: &Verified) -> BTreeMap<String, Vec<String>> {
    let tables = &program.program().tables;
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |what: &str, text: String| all.entry(what.to_owned()).or_default().push(text);
    for it in &tables.clauses {
        add(
            "clause",
            format!("{} {} {:?} {:?} {:?}", it.id, it.address, it.meaning_hash, it.content_hash, it.in_force),
        );
    }
    for it in &tables.departments {
        add("department", format!("{} {} {}", it.name, it.full_name, it.alias));
    }
    for it in &tables.classes {
        let members = tables.members.iter().filter(|member| tables.classes.get(member.class as usize) == Some(it));
        let mut members: Vec<&str> = members.map(|member| member.name.as_str()).collect();
        if !it.ordered {
            members.sort_unstable();
        }
        add("class", format!("{} {members:?}", it.name));
    }
    for it in &tables.slots {
        add("slot", format!("{} {}", it.name, it.alias));
    }
    for group in &tables.settlement.groups {
        let clause = |it: &MemberOf| match it {
            MemberOf::Clause(at) => tables.clauses[*at as usize].id.clone(),
            MemberOf::External(slot) => tables.slots[*slot as usize].name.clone(),
        };
        let mut members: Vec<_> = group.members.iter().map(clause).collect();
        members.sort();
        add("group", format!("{} {} {members:?}", group.name, group.alias));
    }
    let policy = &tables.policy;
    let issuers: Vec<_> = policy.issuers.iter().map(|at| tables.departments[*at as usize].name.clone()).collect();
    add(
        "policy",
        format!(
            "{} {} {} {issuers:?} {:?} {:?} {:?}",
            policy.number, policy.title, policy.alias, policy.published, policy.in_force, policy.note
        ),
    );
    add(
        "counts",
        format!("{} {} {}", tables.lists.len(), tables.settlement.quotas.len(), tables.settlement.budgets.len()),
    );
    all.values_mut().for_each(|texts| texts.sort());
    all.insert("order".to_owned(), tables.clauses.iter().map(|it| it.id.clone()).collect());
    all
}

fn appended(files: &Files, more: &str) -> Files {
    let mut files = files.clone();
    let main = files.get_mut("main.policy").unwrap();
    main.push(b'\n');
    main.extend(more.as_bytes());
    files
}

/// Writes the amendment from one to the other, and applies it.
fn round(old: &Files, new: &Files) -> Option<Written> {
    let (one, before) = side(old).unwrap_or_else(|found| panic!("old: {found}"));
    let (two, after) = side(new).unwrap_or_else(|found| panic!("new: {found}"));
    let written = match revise::write(&one, &two, &options()) {
        Ok(Some(written)) => written,
        Ok(None) => {
            assert_eq!(said(&before), said(&after), "nothing was written");
            return None;
        }
        Err(found) => panic!("not written: {}\n{}", found[0].message.zh, lines_changed(old, new)),
    };
    let (_, applied) =
        side(&appended(old, &written.source)).unwrap_or_else(|found| panic!("{}\n{found}", written.source));
    assert_eq!(said(&applied), said(&after), "{}", written.source);
    official::reads_well(&written.wording);
    Some(written)
}

/// The lines that only one of two policies has.
fn lines_changed(old: &Files, new: &Files) -> String {
    let lines = |files: &Files| -> Vec<String> {
        files
            .values()
            .flat_map(|text| String::from_utf8_lossy(text).lines().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    let (one, two) = (lines(old), lines(new));
    let gone = one.iter().filter(|line| !two.contains(line)).map(|line| format!("- {line}\n"));
    let come = two.iter().filter(|line| !one.contains(line)).map(|line| format!("+ {line}\n"));
    gone.chain(come).collect()
}

fn single(text: &str) -> Files {
    workbench::files(&[("main.policy", text)])
}

/// A policy folder of the repository.
fn folder(path: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let entries = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect()
}

/// Leaves the cases out, which the amendment does not touch.
fn without_cases(files: &mut Files) {
    files.retain(|name, _| !name.starts_with("cases"));
    let main = String::from_utf8(files["main.policy"].clone()).unwrap();
    let main: String =
        main.lines().filter(|line| !line.starts_with("引用 cases")).map(|line| format!("{line}\n")).collect();
    files.insert("main.policy".to_owned(), main.into_bytes());
}

/// One change of a text, or none where it does not fit.
fn mutate(text: &str, choices: &mut Choices) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = choices.below(200) * 251 + choices.below(251);
    let at = at % lines.len().max(1);
    let kind = choices.below(13);
    let Some(line) = lines.get(at).cloned() else { return text.to_owned() };
    let end = (at + 1..lines.len())
        .find(|at| !lines[*at].starts_with([' ', '#']) && !lines[*at].is_empty())
        .unwrap_or(lines.len());
    let item = !line.starts_with([' ', '#']) && !line.is_empty();
    match kind {
        0 | 1 => {
            let digits: Vec<usize> =
                line.char_indices().filter(|(_, c)| matches!(c, '1'..='8')).map(|(at, _)| at).collect();
            if let Some(place) = digits.get(choices.below(digits.len())) {
                let next = char::from(line.as_bytes()[*place] + 1);
                lines[at].replace_range(*place..=*place, &next.to_string());
            }
        }
        2 => {
            for (from, to) in [
                ("不低于", "超过"),
                (" 且 ", " 或 "),
                ("以上", "以下"),
                ("满足下列条件之一", "同时满足"),
                ("区科委", "区商务委"),
                ("50%", "40%"),
            ] {
                if line.contains(from) {
                    lines[at] = line.replacen(from, to, 1);
                    break;
                }
            }
        }
        3 if !item => drop(lines.remove(at)),
        4 if item => drop(lines.drain(at..end)),
        5 if item && line.starts_with("条款") => {
            let mut copy: Vec<String> = lines[at..end].to_vec();
            copy[0] = "条款 九十九《新增的条款》（added-clause）".to_owned();
            copy.retain(|line| !line.contains("原文"));
            let place = choices.below(2);
            let place = if place == 0 { end } else { lines.len() };
            lines.splice(place..place, copy);
        }
        6 => {
            if let (Some(open), Some(close)) = (line.find('《'), line.find('》')) {
                lines[at].replace_range(open..close, "《另一个标题");
            }
        }
        7 if !item && line.contains('：') => lines.insert(at, line.clone()),
        8 if !item && at + 1 < lines.len() => lines.swap(at, at + 1),
        9 if line.starts_with("条款 ") => lines[at] = line.replacen("条款 ", "条款 附", 1),
        10 if line.starts_with("对象 ") => lines.insert(at + 1, "  另一个事实：金额，不低于 0".to_owned()),
        11 if item => {
            let moved: Vec<String> = lines.drain(at..end).collect();
            lines.extend(moved);
        }
        // Before the item before it.
        12 if item => {
            let before = (0..at).rev().find(|at| !lines[*at].starts_with([' ', '#']) && !lines[*at].is_empty());
            let moved: Vec<String> = lines.drain(at..end).collect();
            let place = before.unwrap_or(at);
            lines.splice(place..place, moved);
        }
        _ => {}
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn mutated(files: &Files, choices: &mut Choices) -> Files {
    let mut files = files.clone();
    let names: Vec<String> =
        files.keys().filter(|name| name.ends_with(".policy") && !name.starts_with("cases")).cloned().collect();
    for _ in 0..=choices.below(5) {
        let name = &names[choices.below(names.len())];
        let text = String::from_utf8(files[name].clone()).unwrap();
        let changed = mutate(&text, choices);
        let mut tried = files.clone();
        tried.insert(name.clone(), changed.into_bytes());
        // What no longer compiles is left as it was.
        if side(&tried).is_ok() {
            files = tried;
        }
    }
    files
}

const EXAMPLES: [&str; 4] = ["county-investment", "science-park", "talent", "trade-growth"];

/// The folders of the worked revision and of what it revises, with their files.
fn worked_revision() -> ([&'static str; 2], Files) {
    let folders = ["changning-2024-4", "changning-2024-4-revised"];
    let mut files = Files::new();
    for name in folders {
        let all = folder(&format!("policies/{name}")).into_iter();
        files.extend(all.map(|(file, text)| (format!("{name}/{file}"), text)));
    }
    (folders, files)
}

#[test]
fn the_worked_revision_checks_clean_and_its_cases_pass_before_and_after() {
    let (_, files) = worked_revision();
    let (loaded, found) = load("changning-2024-4-revised/main.policy", &files);
    let editions = editions(loaded, found, guiju::analysis::check);
    assert!(editions.found.is_empty(), "{}", short(&editions.found, &editions.sources, Lang::Zh));
    let run = |edition: &guiju::editions::Edition| {
        let program = bytecode::lower(edition.checked.as_ref().unwrap(), &editions.sources).unwrap();
        let reports = guiju::scenario::run_all(&bytecode::verify(program).unwrap());
        assert!(reports.iter().all(|report| report.mismatches.is_empty()));
        reports.len()
    };
    let counts: Vec<usize> = editions.list.iter().map(run).collect();
    assert!(counts.len() == 2 && counts[0] >= 8 && counts[1] >= 10, "{counts:?}");
}

/// The worked revision of the repository: what the command writes is what stands there, and the wording beside it.
#[test]
fn the_worked_revision_is_what_the_command_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/changning-2024-4-revised");
    let (folders, files) = worked_revision();
    let [old, new] = folders.map(|name| side_of(&format!("{name}/main.policy"), &files).unwrap().0);
    let day = guiju::calendar::day(2026, 10, 1).unwrap();
    let options = Options { number: Some("示例发〔2026〕9号".to_owned()), day };
    let written = revise::write(&old, &new, &options).unwrap().unwrap();
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(root.join("公文.txt"), &written.wording).unwrap();
    }
    let amendment = read("amendment.policy");
    let (_, amendment) = amendment.split_once('\n').unwrap();
    assert_eq!(amendment, written.source);
    assert_eq!(read("公文.txt"), written.wording);
    official::reads_well(&written.wording);
}

/// One of every kind of change, in the language and in official words.
#[test]
fn every_kind_of_change_reads_well() {
    let old = "\
政策 示范发〔2025〕1号《若干措施》（demo）
  有效期：2026-01-01 至 2027-12-31
  舍入：元，四舍五入
部门 区科委（science）
部门 区财政局（finance）
枚举 层次，由高到低
  甲类
  丙类
对象 市场主体
  依法设立：是否
  信用良好：是否
  实付租金：金额，不低于 0
  人才层次：层次
定义 规模企业：实付租金 不低于 1万元 且 依法设立
分档 比例：实付租金
  100万元 至 200万元：5%
  超过200万元：8%
  其余：0%
条款 一《租金补贴》（rent）
  条件：满足下列条件之一
    （一）依法设立
    （二）信用良好
    （三）实付租金 超过 3万元
  支持：实付租金 的 50%
  上限：200万元，每市场主体每年
  责任部门：区科委
条款 二《研发补贴》（rd）
  条件：依法设立
  支持：1万元
  责任部门：区科委
条款 三《规模补贴》（scale）
  条件：规模企业
  支持：实付租金 × 比例
  责任部门：区科委
条款 六《孵化》（hatch）
  条件：依法设立
  支持：2万元
  责任部门：区科委
  原文：「对依法设立的市场主体，给予2万元支持。」
  原文：「本条由区科委负责。」
条款 十《资助》（aid）
  条件：满足下列条件之一
    （一）依法设立
    （二）信用良好
    （三）实付租金 超过 3万元
  支持：1万元
  责任部门：区科委
";
    let mut new = old.to_owned();
    for (from, to) in [
        ("至 2027-12-31", "至 2029-12-31"),
        ("  甲类\n", "  甲类\n  乙类\n"),
        ("不低于 1万元", "不低于 2万元"),
        ("200万元：5%", "200万元：6%"),
        (
            "    （二）信用良好\n    （三）实付租金 超过 3万元\n  支持：实付租金 的 50%",
            "    （二）人才层次 是 甲类\n    （三）信用良好\n    （四）实付租金 超过 3万元\n  支持：实付租金 的 60%",
        ),
        ("上限：200万元，每市场主体每年\n", "上限：500万元，每市场主体每年\n  上限：600万元，每市场主体累计\n"),
        ("条款 二《研发补贴》（rd）\n  条件：依法设立\n  支持：1万元\n  责任部门：区科委\n", ""),
        ("条款 三《规模补贴》（scale）", "条款 二《规模补贴》（scale）"),
        ("原文：「本条由区科委负责。」", "原文：「支持连续给予三年。」\n  原文：「本条由区科委和区财政局负责。」"),
        ("    （三）实付租金 超过 3万元\n  支持：1万元", "  支持：1万元"),
    ] {
        assert_eq!(new.matches(from).count(), 1, "{from}");
        new = new.replace(from, to);
    }
    new.push_str("条款 十一《新增》（new）\n  条件：规模企业\n  支持：3万元\n  责任部门：区财政局\n");
    let written = round(&single(old), &single(&new)).unwrap();
    insta::assert_snapshot!("revision_source", written.source);
    insta::assert_snapshot!("revision_wording", written.wording);
}

#[test]
fn what_is_only_written_differently_is_nothing_to_amend() {
    let old = folder("policies/examples/talent");
    let mut new = old.clone();
    for text in new.values_mut() {
        let written = String::from_utf8(text.clone()).unwrap();
        *text = written
            .replace("  支持：", "\n      支持 ： ")
            .replace("\n条款 ", "\n\n\nclause  ")
            .replace("  责任部门：", "      department : ")
            .into_bytes();
    }
    assert_ne!(old, new);
    assert!(round(&old, &new).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 40, ..ProptestConfig::default() })]

    /// One random policy against another, which share next to nothing.
    #[test]
    fn any_policy_is_amended_into_any_other(one in prop::collection::vec(any::<u8>(), 0..200), two in prop::collection::vec(any::<u8>(), 0..200)) {
        let [old, new] = [one, two].map(|bytes| single(&random_policy::policy(&mut Choices::new(&bytes))));
        if side(&old).is_ok() && side(&new).is_ok() {
            round(&old, &new);
        }
    }

    /// A random policy against a revision of it.
    #[test]
    fn a_revision_of_a_random_policy_is_written(bytes in prop::collection::vec(any::<u8>(), 0..200), changes in prop::collection::vec(any::<u8>(), 0..40)) {
        let old = single(&random_policy::policy(&mut Choices::new(&bytes)));
        if side(&old).is_ok() {
            let new = mutated(&old, &mut Choices::new(&changes));
            round(&old, &new);
        }
    }

    /// A policy of the repository against a revision of it.
    #[test]
    fn a_revision_of_an_example_is_written(which in 0usize..EXAMPLES.len(), changes in prop::collection::vec(any::<u8>(), 4..40)) {
        let mut old = folder(&format!("policies/examples/{}", EXAMPLES[which]));
        without_cases(&mut old);
        let new = mutated(&old, &mut Choices::new(&changes));
        round(&old, &new);
    }
}
