//! What the gate of a comparison stops, and what it refuses to compare: damaged bundles, days that do not exist, policies that share
//! nothing; of whom an error is told.

use std::fs;

use guiju::diff::Side;
use guiju::load::load;

use crate::diff::{guiju, root, status};
use crate::workbench;

/// What one line more or less does to a policy: whether the gates of `wider` and `narrower` let it through.
#[test]
fn every_kind_of_change_stops_its_gate() {
    let base = fs::read_to_string(root().join("several/old.policy")).unwrap();
    let repeal =
        |what: &str| format!("{base}\n修订 《关于废止的决定》（repeal）\n  施行：2026-06-01\n  废止：{what}\n");
    let with = |old: &str, new: &str| {
        assert!(base.contains(old), "{old}");
        base.replace(old, new)
    };
    let fairs = base.find("条款 六").unwrap()..base.find("组合 租金").unwrap();
    let mut removed = base.clone();
    removed.replace_range(fairs, "");
    let grouped = with("条款：rent、settle", "条款：rent、settle、fairs");
    let self_declared = with("（good-credit）：是否，由 区科委 认定", "（good-credit）：是否");
    let steps = with("先到先得", "先到先得\n  结算次序：上限、组合、合计上限、名额、预算");
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let (wider, narrower, both, neither) = ([1, 0], [0, 1], [1, 1], [0, 0]);
    for (what, old, new, expected) in [
        ("repeal of a clause", &base, &repeal("条款 rent"), narrower),
        ("removed clause", &base, &removed, narrower),
        ("added clause", &removed, &base, wider),
        ("shortened", &base, &with("至 2027-12-31", "至 2027-06-30"), narrower),
        ("lengthened", &base, &with("至 2027-12-31", "至 2028-12-31"), wider),
        ("shifted", &base, &with("2026-01-01 至 2027-12-31", "2026-03-01 至 2028-12-31"), both),
        ("taken into a group", &base, &grouped, narrower),
        ("taken out of a group", &grouped, &base, wider),
        ("less budget", &base, &with("每年 5000万元", "每年 3000万元"), narrower),
        ("smaller quota", &base, &with("每年 10家", "每年 5家"), narrower),
        ("order of a quota", &base, &with("由高到低", "由低到高"), both),
        ("a year's cap for ever", &base, &with("50万元，每市场主体每年", "50万元，每市场主体累计"), narrower),
        ("a cap over all", &base, &with("50万元，每市场主体每年", "50万元，全部对象每年"), narrower),
        ("no clawback", &base, &with("  追回：迁出本区，5年内，返还 全部奖励\n", ""), wider),
        ("payment", &base, &with("60%、40%", "50%、50%"), both),
        ("order of settlement", &base, &steps, both),
        ("department", &base, &with("责任部门：区商务委\n", "责任部门：区科委\n"), neither),
        ("who determines", &base, &with("是否，由 区科委 认定", "是否，由 区商务委 认定"), neither),
        ("declared, not determined", &base, &self_declared, both),
        ("rounding", &base, &with("舍入：元，四舍五入", "舍入：万元，舍去"), both),
    ] {
        put("old.policy", old);
        put("new.policy", new);
        let run = |gate| status(folder.path(), &["diff", "old.policy", "new.policy", "--fail-on", gate]);
        assert_eq!(["wider", "narrower"].map(run), expected, "{what}");
        assert_eq!(run("any"), 1, "{what}");
    }
}

#[test]
fn a_bundle_damaged_at_its_head_is_no_policy() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::copy(root().join("several/old.policy"), here.join("a.policy")).unwrap();
    assert!(guiju(here, &["build", "a.policy", "-o", "a.gjb"]).status.success());
    let whole = fs::read(here.join("a.gjb")).unwrap();
    let mut broken: Vec<(Vec<u8>, &str)> = vec![(Vec::new(), "P0503")];
    for at in 0..8 {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        broken.push((bytes, "P0501"));
    }
    for (bytes, code) in broken {
        fs::write(here.join("a.gjb"), bytes).unwrap();
        for (command, more) in [
            ("diff", &["a.policy", "--format", "html", "-o", "out"][..]),
            ("eval", &["--facts", "a.policy"][..]),
            ("verify", &[][..]),
            ("check", &[][..]),
            ("dis", &[][..]),
            ("test", &[][..]),
            ("schema", &[][..]),
            ("build", &["-o", "out"][..]),
        ] {
            let output = guiju(here, &[&[command, "a.gjb"], more].concat());
            assert!(matches!(output.status.code(), Some(1 | 2)), "{command}");
            let told = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
            assert!(told.contains(code), "{command}: {told}");
            assert!(!here.join("out").exists(), "{command}");
        }
    }
}

#[test]
fn an_error_is_told_of_the_text_that_has_it() {
    let base = fs::read_to_string(root().join("several/old.policy")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let with = |line: &str| {
        let text =
            format!("{base}\n修订 《关于修改的决定》（amend-1）\n  施行：2026-06-01\n  修改：条款 rent {line}\n");
        fs::write(folder.path().join("a.policy"), text).unwrap();
        let side = |on| {
            let (loaded, found) = load(
                "a.policy",
                &workbench::files(&[("a.policy", &fs::read_to_string(folder.path().join("a.policy")).unwrap())]),
            );
            Side::new("a", loaded, found, on)
        };
        [Some(20_500), Some(20_700), None].map(|on| side(on).found.len())
    };
    // A fact that nobody declared, in the amended text only; and an amendment that cannot be made.
    assert_eq!(with("条件，由 职工人数 不低于 10人 改为 职工人数 不低于 没有的事实"), [0, 1, 1]);
    assert_eq!(with("上限，由 51万元 改为 80万元"), [0, 1, 1]);
    assert_eq!(with("上限，由 50万元 改为 80万元"), [0, 0, 0]);
    let output = guiju(folder.path(), &["diff", "a.policy@2026-13-01", "a.policy"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("没有“2026-13-01”这一天"), "{output:?}");
}

#[test]
fn policies_that_share_nothing_are_not_amended() {
    let root = root();
    let run = |case: &str| {
        guiju(&root, &["amend", &format!("{case}/old.policy"), &format!("{case}/new.policy"), "--date", "2026-06-01"])
    };
    let output = run("nothing-shared");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).contains("P0801"), "{output:?}");
    assert!(run("cap-amount").status.success());
}
