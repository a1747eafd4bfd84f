/**
 * The op table. Written by `src/docs/page_machine.rs` out of `src/bytecode/op.rs`: `BLESS=1 cargo test --lib ops_module`.
 */

/** @typedef {"load" | "number" | "boolean" | "date" | "member" | "text" | "unlimited" | "on-date" | "not-applicable" | "not" | "and" | "or" | "at-least" | "above" | "equal" | "not-equal" | "within" | "add" | "subtract" | "multiply" | "divide" | "round" | "rescale" | "least" | "greatest" | "add-months" | "add-days" | "years-between" | "year-of" | "add-working-days" | "select" | "pick" | "approved" | "remaining" | "lift" | "limit" | "times" | "column" | "fold" | "in-force" | "require" | "grant" | "decide"} OpName */
/** @typedef {"target" | "register" | "slot" | "constant" | "set" | "clause" | "requirement" | "cap" | "list" | "column" | "calendar" | "counter" | "jump" | "number"} Kind */

/** @type {{ byte: number, name: OpName, operands: { name: string, kind: Kind }[] }[]} */
export const OPS = [
  { byte: 0x01, name: "load", operands: [{ name: "dst", kind: "target" }, { name: "slot", kind: "slot" }] },
  { byte: 0x02, name: "number", operands: [{ name: "dst", kind: "target" }, { name: "value", kind: "constant" }, { name: "scale", kind: "number" }] },
  { byte: 0x03, name: "boolean", operands: [{ name: "dst", kind: "target" }, { name: "value", kind: "number" }] },
  { byte: 0x04, name: "date", operands: [{ name: "dst", kind: "target" }, { name: "value", kind: "constant" }] },
  { byte: 0x05, name: "member", operands: [{ name: "dst", kind: "target" }, { name: "value", kind: "number" }] },
  { byte: 0x06, name: "text", operands: [{ name: "dst", kind: "target" }, { name: "value", kind: "number" }] },
  { byte: 0x07, name: "unlimited", operands: [{ name: "dst", kind: "target" }, { name: "scale", kind: "number" }] },
  { byte: 0x08, name: "on-date", operands: [{ name: "dst", kind: "target" }] },
  { byte: 0x09, name: "not-applicable", operands: [{ name: "dst", kind: "target" }, { name: "kind", kind: "number" }, { name: "of", kind: "number" }] },
  { byte: 0x10, name: "not", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }] },
  { byte: 0x11, name: "and", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x12, name: "or", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x18, name: "at-least", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x19, name: "above", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x1a, name: "equal", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x1b, name: "not-equal", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x1c, name: "within", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "set", kind: "set" }] },
  { byte: 0x20, name: "add", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x21, name: "subtract", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x22, name: "multiply", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x23, name: "divide", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }, { name: "scale", kind: "number" }, { name: "mode", kind: "number" }] },
  { byte: 0x24, name: "round", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "scale", kind: "number" }, { name: "mode", kind: "number" }] },
  { byte: 0x25, name: "rescale", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "scale", kind: "number" }] },
  { byte: 0x26, name: "least", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x27, name: "greatest", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x28, name: "add-months", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "months", kind: "register" }, { name: "rule", kind: "number" }] },
  { byte: 0x29, name: "add-days", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "days", kind: "register" }] },
  { byte: 0x2a, name: "years-between", operands: [{ name: "dst", kind: "target" }, { name: "from", kind: "register" }, { name: "to", kind: "register" }] },
  { byte: 0x2b, name: "year-of", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }] },
  { byte: 0x2c, name: "add-working-days", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "days", kind: "register" }, { name: "calendar", kind: "calendar" }] },
  { byte: 0x2d, name: "select", operands: [{ name: "dst", kind: "target" }, { name: "when", kind: "register" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x2e, name: "pick", operands: [{ name: "dst", kind: "target" }, { name: "when", kind: "register" }, { name: "a", kind: "register" }, { name: "b", kind: "register" }] },
  { byte: 0x30, name: "approved", operands: [{ name: "dst", kind: "target" }, { name: "slot", kind: "slot" }] },
  { byte: 0x31, name: "remaining", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "cap", kind: "cap" }] },
  { byte: 0x32, name: "lift", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "approved", kind: "register" }, { name: "to", kind: "register" }] },
  { byte: 0x33, name: "limit", operands: [{ name: "dst", kind: "target" }, { name: "a", kind: "register" }, { name: "remaining", kind: "register" }, { name: "cap", kind: "cap" }] },
  { byte: 0x34, name: "times", operands: [{ name: "dst", kind: "target" }, { name: "counter", kind: "counter" }] },
  { byte: 0x38, name: "column", operands: [{ name: "dst", kind: "target" }, { name: "column", kind: "column" }] },
  { byte: 0x39, name: "fold", operands: [{ name: "dst", kind: "target" }, { name: "list", kind: "list" }, { name: "kind", kind: "number" }, { name: "most", kind: "number" }, { name: "filter", kind: "register" }, { name: "value", kind: "register" }, { name: "end", kind: "jump" }] },
  { byte: 0x40, name: "in-force", operands: [{ name: "clause", kind: "clause" }, { name: "end", kind: "jump" }] },
  { byte: 0x41, name: "require", operands: [{ name: "clause", kind: "clause" }, { name: "a", kind: "register" }, { name: "requirement", kind: "requirement" }, { name: "end", kind: "jump" }] },
  { byte: 0x42, name: "grant", operands: [{ name: "clause", kind: "clause" }, { name: "a", kind: "register" }] },
  { byte: 0x43, name: "decide", operands: [{ name: "clause", kind: "clause" }, { name: "slot", kind: "slot" }, { name: "low", kind: "register" }, { name: "high", kind: "register" }] },
];
