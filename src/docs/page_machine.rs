//! In: the modules under `assets/machine/` and `assets/selfcheck/`. Out: the op table as a module, and one classic script of all modules, since
//! a page opened from the file system may not import modules. Invariants: the bundle is the modules in order of import, less comments, less
//! `import` and `export`; the same every time.

use std::fmt::Write as _;

use crate::bytecode::op::Op;

/// A module: its name and text.
type Module = (&'static str, &'static str);

macro_rules! modules {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("assets/", $name)))),*] };
}

/// The modules, each after those that it imports.
pub const MODULES: &[Module] = modules![
    "machine/ops.mjs",
    "machine/numbers.mjs",
    "machine/calendar.mjs",
    "machine/interval.mjs",
    "machine/ledger.mjs",
    "machine/fold.mjs",
    "machine/execute.mjs",
    "machine/program.mjs",
    "machine/case.mjs",
    "machine/trace.mjs",
    "machine/refine.mjs",
    "machine/applicant.mjs",
    "machine/rules.mjs",
    "machine/holders.mjs",
    "machine/range_groups.mjs",
    "machine/range.mjs",
    "machine/exact.mjs",
    "machine/payments.mjs",
    "machine/settle.mjs",
    "machine/words.mjs",
    "machine/explain.mjs",
    "selfcheck/dom.mjs",
    "selfcheck/text.mjs",
    "selfcheck/parse.mjs",
    "selfcheck/fields.mjs",
    "selfcheck/answers.mjs",
    "selfcheck/questions.mjs",
    "selfcheck/editions.mjs",
    "selfcheck/session.mjs",
    "selfcheck/view.mjs",
    "selfcheck/outcome.mjs",
    "selfcheck.mjs",
];

/// The op table as the module `ops.mjs`, which is kept beside the others and held to this by a test.
#[must_use]
pub fn ops_module() -> String {
    let mut text = String::from(
        "/**\n * The op table. Written by `src/docs/page_machine.rs` out of `src/bytecode/op.rs`: `BLESS=1 cargo test --lib ops_module`.\n */\n",
    );
    let names: Vec<String> = Op::TABLE.iter().map(|info| format!("\"{}\"", info.name)).collect();
    let _ = writeln!(text, "\n/** @typedef {{{}}} OpName */", names.join(" | "));
    text.push_str("/** @typedef {\"target\" | \"register\" | \"slot\" | \"constant\" | \"set\" | \"clause\" | \"requirement\" | \"cap\" | \"list\" | \"column\" | \"calendar\" | \"counter\" | \"jump\" | \"number\"} Kind */\n");
    text.push_str("\n/** @type {{ byte: number, name: OpName, operands: { name: string, kind: Kind }[] }[]} */\nexport const OPS = [\n");
    for info in Op::TABLE {
        let operand =
            |of: &crate::bytecode::op::Operand| format!("{{ name: \"{}\", kind: \"{}\" }}", of.name, of.kind.name());
        let operands: Vec<String> = info.operands.iter().map(operand).collect();
        let _ = writeln!(
            text,
            "  {{ byte: {:#04x}, name: \"{}\", operands: [{}] }},",
            info.byte,
            info.name,
            operands.join(", ")
        );
    }
    text.push_str("];\n");
    text
}

/// The script that a page takes in: it leaves `guiju.createSelfCheck(element, program, options)` behind, and nothing else.
#[must_use]
pub fn bundle() -> String {
    let mut text = String::from("(() => {\n\"use strict\";\nconst modules = {};\n");
    for (name, source) in MODULES {
        let (body, exported) = module(name, source);
        let _ = write!(text, "modules[\"{name}\"] = (() => {{\n{body}return {{ {} }};\n}})();\n", exported.join(", "));
    }
    text.push_str("globalThis.guiju = modules[\"selfcheck.mjs\"];\n})();\n");
    text
}

/// The body of a module without comments, `import` and `export`, and the names that it exports.
fn module(name: &str, source: &str) -> (String, Vec<String>) {
    let (mut body, mut exported) = (String::new(), Vec::new());
    let plain = without_comments(source);
    let mut lines = plain.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("import") {
            let mut statement = line.to_owned();
            while !statement.ends_with(';') {
                let Some(more) = lines.next() else { break };
                statement.push_str(more);
            }
            body.push_str(&imported(name, &statement));
        } else if let Some(declaration) = line.strip_prefix("export ") {
            let word = declaration.split([' ', '(', '=', '{']).nth(1);
            exported.extend(word.map(str::to_owned));
            body.push_str(declaration);
        } else {
            body.push_str(line);
        }
        body.push('\n');
    }
    (body, exported)
}

/// An `import` as a look into the modules before.
fn imported(importer: &str, statement: &str) -> String {
    let path = statement.split('"').nth(1).unwrap_or_default();
    let names = statement.trim_start_matches("import").trim_start();
    let names = names.rsplit_once("from").map_or(names, |(names, _)| names.trim_end());
    let names = match names.strip_prefix("* as ") {
        Some(whole) => whole.to_owned(),
        None => names.replace(" as ", ": "),
    };
    format!("const {names} = modules[\"{}\"];", resolved(importer, path))
}

/// The name of the module that a path of another means.
fn resolved(importer: &str, path: &str) -> String {
    let mut parts: Vec<&str> = importer.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Marks beside which no space is needed.
const TIGHT: [char; 14] = ['{', '}', '(', ')', '[', ']', ';', ',', ':', '?', '=', '|', '&', '>'];

/// A text without comments, empty lines, and spaces that say nothing. Strings and templates stay as they are; the modules hold no regular expression.
fn without_comments(source: &str) -> String {
    let mut text = String::new();
    let mut chars = source.chars().peekable();
    let mut quote: Option<char> = None;
    // Whether nothing of the line has been written yet.
    let mut fresh = true;
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(_), '\\') => {
                text.push(char);
                text.extend(chars.next());
            }
            (Some(open), _) => {
                text.push(char);
                if char == open {
                    quote = None;
                }
            }
            (None, '/') if chars.peek() == Some(&'/') => while chars.next_if(|char| *char != '\n').is_some() {},
            (None, '/') if chars.peek() == Some(&'*') => {
                chars.next();
                let mut last = ' ';
                for char in chars.by_ref() {
                    if last == '*' && char == '/' {
                        break;
                    }
                    last = char;
                }
            }
            (None, '\n' | ' ') if fresh => {}
            (None, ' ') if text.ends_with(TIGHT) => {}
            (None, '\n') => {
                text.truncate(text.trim_end_matches(' ').len());
                text.push(char);
                fresh = true;
            }
            (None, _) => {
                if TIGHT.contains(&char) {
                    text.truncate(text.trim_end_matches(' ').len());
                }
                if matches!(char, '"' | '\'' | '`') {
                    quote = Some(char);
                }
                text.push(char);
                fresh = false;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_module_is_the_op_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/assets/machine/ops.mjs");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, ops_module()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(kept == ops_module(), "ops.mjs is not the op table; BLESS=1 writes it anew");
    }

    #[test]
    fn comments_go_and_strings_stay() {
        let source =
            "/** A. */\nconst a = \"// no\"; // b\n\n  const c = `/* ${a} */` / 2; /* d\n */ e();\nf('\\'//');\n";
        assert_eq!(without_comments(source), "const a=\"// no\";\nconst c=`/* ${a} */` / 2;e();\nf('\\'//');\n");
    }

    #[test]
    fn imports_become_looks_into_modules() {
        let source = "import { a as b,\n  c } from \"../machine/x.mjs\";\nimport * as d from \"./y.mjs\";\nexport const e = 1;\nexport function f() {}\n";
        let (body, exported) = module("selfcheck/z.mjs", source);
        let lines: Vec<&str> = body.lines().collect();
        assert_eq!(
            lines,
            [
                "const {a: b,c} = modules[\"machine/x.mjs\"];",
                "const d = modules[\"selfcheck/y.mjs\"];",
                "const e=1;",
                "function f(){}",
            ]
        );
        assert_eq!(exported, ["e", "f"]);
    }

    #[test]
    fn every_module_stands_after_those_that_it_imports() {
        for (at, (name, source)) in MODULES.iter().enumerate() {
            for line in without_comments(source).split(';').filter(|line| line.trim_start().starts_with("import")) {
                let path = resolved(name, line.split('"').nth(1).unwrap());
                assert!(MODULES[..at].iter().any(|(before, _)| *before == path), "{name} imports {path}");
            }
        }
    }

    /// Every module that there is, but for the one that holds types only.
    #[test]
    fn no_module_is_left_out() {
        let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/assets"));
        for folder in ["machine", "selfcheck"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
                assert!(name == "machine/types.mjs" || MODULES.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }

    #[test]
    fn the_bundle_is_a_script_that_no_text_can_run_through() {
        let bundle = bundle();
        for forbidden in [
            "import ",
            "export ",
            "</",
            "<!--",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "DOMParser",
            "srcdoc",
        ] {
            assert!(!bundle.contains(forbidden), "{forbidden}");
        }
        assert!(bundle.len() < 160_000, "{}", bundle.len());
    }
}
