//! In: the modules under `assets/machine/` and `assets/selfcheck/`. Out: the op table as a module, and one classic script of all modules, since
//! a page opened from the file system may not import modules. Invariants: the bundle is the modules in order of import, less comments, less
//! `import` and `export`; the same every time.

use std::fmt::Write as _;

use crate::bytecode::op::{Op, OperandKind};

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
        let operand = |of: &crate::bytecode::op::Operand| format!("{{ name: \"{}\", kind: \"{}\" }}", of.name, kind(of.kind));
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

fn kind(kind: OperandKind) -> &'static str {
    match kind {
        OperandKind::Target => "target",
        OperandKind::Register => "register",
        OperandKind::Slot => "slot",
        OperandKind::Constant => "constant",
        OperandKind::Set => "set",
        OperandKind::Clause => "clause",
        OperandKind::Requirement => "requirement",
        OperandKind::Cap => "cap",
        OperandKind::List => "list",
        OperandKind::Column => "column",
        OperandKind::Calendar => "calendar",
        OperandKind::Counter => "counter",
        OperandKind::Jump => "jump",
        OperandKind::Number => "number",
    }
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
}
