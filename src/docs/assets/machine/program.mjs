/**
 * In: the program object. Out: the same ready to be run: instructions with their operands by name, constants already in registers, folds
 * with their bodies, scales turned into powers of ten, as `src/vm/step.rs` and `src/vm/code.rs`. Invariant: a program of another version,
 * or with an instruction that the op table does not know, is refused.
 */
import { WorkingDays } from "./calendar.mjs";
import { DISCRETION, FACT, NOT_APPLICABLE, ZERO, exactly } from "./interval.mjs";
import { INFINITE, MINUS_INFINITE, powerOfTen } from "./numbers.mjs";
import { OPS } from "./ops.mjs";

/** @typedef {import("./types.mjs").Program} Program */
/** @typedef {import("./types.mjs").Op} Op */
/** @typedef {import("./types.mjs").Fold} Fold */
/** @typedef {import("./types.mjs").Interval} Interval */
/** @typedef {import("./types.mjs").Bounds} Bounds */

/** The version of the program object that this machine runs. */
export const VERSION = 1;

const BY_BYTE = new Map(OPS.map((info) => [info.byte, info]));

/** A scale out of an operand, which is unsigned there. @param {number} operand */
function signed(operand) {
  return operand | 0;
}

/** @param {number[]} row @param {number} at @returns {Op} */
function decoded(row, at) {
  const info = BY_BYTE.get(row[0]);
  if (info === undefined || row.length !== info.operands.length + 1) throw new Error(`instruction ${at} is not one of this machine`);
  /** @type {Record<string, number>} */
  const on = {};
  /** @type {number[]} */
  const reads = [];
  let dst = -1;
  info.operands.forEach(({ name, kind }, place) => {
    const value = row[place + 1];
    on[name] = value;
    if (kind === "target") dst = value;
    if (kind === "register") reads.push(value);
  });
  return { name: info.name, at, dst, on, reads, before: 1n, under: 1n, after: 1n, digits: 0, mode: 0, fold: null };
}

/** Bounds of a slot or column that is not known. @param {{ type: import("./types.mjs").SlotType, low: string | null, high: string | null }} info @param {boolean} discretion @returns {Bounds} */
function bounds(info, discretion) {
  const waits = discretion ? DISCRETION : FACT;
  if (info.type.kind === "bool") return { boolean: true, low: 0n, high: 1n, waits };
  if (info.type.kind !== "number") return { boolean: false, low: MINUS_INFINITE, high: INFINITE, waits };
  const natural = discretion && ["money", "rate", "number"].includes(info.type.shown);
  const least = natural ? 0n : MINUS_INFINITE;
  return {
    boolean: false,
    low: info.low === null ? least : BigInt(info.low),
    high: info.high === null ? INFINITE : BigInt(info.high),
    waits,
  };
}

/** A program ready to be run. */
export class Prepared {
  /** @param {Program} program */
  constructor(program) {
    if (program.version !== VERSION) throw new Error(`program version ${program.version} is not ${VERSION}`);
    this.program = program;
    /** Every instruction, by its index. @type {Op[]} */
    this.ops = program.code.map(decoded);
    /** What registers hold before anything runs: constants, and what does not apply. @type {Interval[]} */
    this.initial = new Array(program.registers).fill(ZERO);
    /** The instruction that writes each register. @type {(Op | null)[]} */
    this.writers = new Array(program.registers).fill(null);
    /** What is run of what all clauses share. @type {Op[]} */
    this.prologue = [];
    /** What is run of each clause. @type {Op[][]} */
    this.blocks = [];
    this.slots = program.slots.map((slot) => bounds(slot, slot.giver === "discretion"));
    this.calendars = program.calendars.map((calendar) => new WorkingDays(calendar));
    this.constants = program.constants.map((constant) => BigInt(constant));
    /** @type {number[]} */
    this.scales = new Array(program.registers).fill(0);
    for (const op of this.ops) if (op.dst >= 0) this.writers[op.dst] = op;
    this.prologue = this.translated(0, program.prologue_end);
    this.blocks = program.clauses.map(({ code: [first, end] }) => this.translated(first, end));
  }

  /** The instructions `first..end` that are run, folds with their bodies. @param {number} first @param {number} end @returns {Op[]} */
  translated(first, end) {
    const steps = [];
    let pc = first;
    while (pc < end) {
      const op = this.ops[pc];
      pc += 1;
      if (op.name === "fold") {
        op.fold = this.folded(op, pc);
        pc = Math.max(pc, op.on.end);
        steps.push(op);
      } else if (!this.isConstant(op)) {
        this.prepare(op);
        steps.push(op);
      }
      if (op.dst >= 0) this.scales[op.dst] = this.scaleOf(op);
    }
    return steps;
  }

  /** Puts a constant into its register; false where the instruction is none. @param {Op} op */
  isConstant({ name, dst, on }) {
    /** @param {Interval} value */
    const put = (value) => {
      this.initial[dst] = value;
      return true;
    };
    if (name === "number" || name === "date") return put(exactly(this.constants[on.value]));
    if (name === "boolean" || name === "member" || name === "text") return put(exactly(BigInt(on.value)));
    if (name === "unlimited") return put(exactly(INFINITE));
    return name === "not-applicable" ? put(NOT_APPLICABLE) : false;
  }

  /** Works out the powers of ten of an instruction. @param {Op} op */
  prepare(op) {
    const { name, on } = op;
    const to = signed(on.scale);
    if (name === "divide") {
      const shift = to + this.scales[on.b] - this.scales[on.a];
      op.before = powerOfTen(shift);
      op.under = powerOfTen(-shift);
      op.after = powerOfTen(-to);
      op.mode = on.mode;
    } else if (name === "round") {
      op.digits = Math.max(0, this.scales[on.a] - to);
      op.after = powerOfTen(-to);
      op.mode = on.mode;
    } else if (name === "rescale") {
      op.after = powerOfTen(to - this.scales[on.a]);
    }
  }

  /** @param {Op} op @param {number} start @returns {Fold} */
  folded(op, start) {
    const { list, kind, most, filter, value, end } = op.on;
    const info = this.program.lists[list];
    const all = this.translated(start, end);
    const cells = all.filter((step) => step.name === "column").map((step) => {
      const column = this.program.columns[step.on.column];
      return { dst: step.dst, column: step.on.column - info.columns[0], slot: bounds(column, false) };
    });
    const body = all.filter((step) => step.name !== "column");
    const inner = new Set(all.map((step) => step.dst));
    const outside = [filter, value, ...body.flatMap((step) => step.reads)].filter((register) => !inner.has(register));
    op.reads = [...new Set(outside)];
    return { dst: op.dst, list, slot: info.slot, max: BigInt(info.max), kind, most, filter, value, cells, body };
  }

  /** The scale of what an instruction writes; 0 where it is no number. @param {Op} op @returns {number} */
  scaleOf({ name, on }) {
    /** @param {import("./types.mjs").SlotType} type */
    const of = (type) => (type.kind === "number" ? type.scale : 0);
    switch (name) {
      case "load":
        return of(this.program.slots[on.slot].type);
      case "column":
        return of(this.program.columns[on.column].type);
      case "number":
      case "unlimited":
      case "rescale":
        return signed(on.scale);
      case "divide":
      case "round":
        return Math.max(0, signed(on.scale));
      case "multiply":
        return this.scales[on.a] + this.scales[on.b];
      case "add":
      case "subtract":
      case "least":
      case "greatest":
      case "remaining":
      case "lift":
      case "limit":
      case "select":
        return this.scales[on.a];
      case "not-applicable":
        return on.kind === 0 ? signed(on.of) : 0;
      case "fold":
        return [0, 2, 3, 6].includes(on.kind) ? this.scales[on.value] : 0;
      default:
        return 0;
    }
  }
}
