/**
 * In: a case that was run. Out: the decision, what is still needed, which cap bound, all read off the registers, as `src/vm/trace.rs`.
 */
import { Scene } from "./execute.mjs";
import { foldWaits, readRecord } from "./fold.mjs";
import { isSettled, truth } from "./interval.mjs";
import { identifiersAwaited, identifiersCounted } from "./ledger.mjs";
import { INFINITE } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Interval} Interval */
/** @typedef {import("./types.mjs").Clause} Clause */
/** @typedef {import("./types.mjs").Op} Op */
/** @typedef {import("./types.mjs").Decision} Decision */
/** @typedef {{ kind: "grant", a: number } | { kind: "decide", slot: number, low: number, high: number }} Last */

/** Everything that was computed of one case. */
export class Trace {
  /** @param {Scene} scene @param {Interval[]} registers */
  constructor(scene, registers) {
    this.scene = scene;
    this.prepared = scene.prepared;
    this.program = scene.prepared.program;
    this.subject = scene.subject;
    this.on = scene.on;
    this.registers = registers;
  }

  /** Runs everything. @param {import("./program.mjs").Prepared} prepared @param {import("./case.mjs").Case} subject @param {number} on */
  static of(prepared, subject, on) {
    const scene = new Scene(prepared, subject, on);
    const registers = [...prepared.initial];
    scene.runAll(prepared.prologue, registers);
    for (const block of prepared.blocks) scene.runAll(block, registers);
    return new Trace(scene, registers);
  }

  /** @param {Clause} clause */
  inForce({ in_force: [first, last] }) {
    return (first === null || this.on >= first) && (last === null || this.on <= last);
  }

  /** The decision on every clause. @returns {Decision[]} */
  decide() {
    return this.program.clauses.map((clause) => this.decideClause(clause));
  }

  /** @param {Clause} clause @returns {Decision} */
  decideClause(clause) {
    if (!this.inForce(clause)) return { outcome: "not_in_force" };
    const [first, end] = clause.requirements;
    const failed = [];
    const open = [];
    for (let at = first; at < end; at += 1) {
      const { register } = this.program.requirements[at];
      const holds = truth(this.registers[register]);
      if (holds === "no") failed.push(at - first);
      if (holds === "open") open.push(register);
    }
    if (failed.length > 0) return { outcome: "ineligible", failed };
    return open.length > 0 ? { outcome: "undetermined", needs: this.needs(open) } : this.decideAmount(clause);
  }

  /** Whether a clause is decided, without asking what it needs. @param {Clause} clause */
  isDecided(clause) {
    const [first, end] = clause.requirements;
    const holds = this.program.requirements.slice(first, end).map(({ register }) => truth(this.registers[register]));
    if (!this.inForce(clause) || holds.includes("no")) return true;
    const last = holds.includes("open") ? null : this.last(clause);
    if (last === null) return false;
    if (last.kind === "grant") return this.registers[last.a].na || (this.registers[last.a].waits & 1) === 0;
    return isSettled(this.registers[last.low]) && isSettled(this.registers[last.high]);
  }

  /** @param {Clause} clause @returns {Decision} */
  decideAmount(clause) {
    const last = this.last(clause);
    if (last === null) return { outcome: "undetermined", needs: [] };
    if (last.kind === "grant") {
      const amount = this.registers[last.a];
      if (amount.na) return { outcome: "ineligible", failed: ["amount_not_applicable"] };
      const needs = this.needs([last.a]);
      return (amount.waits & 1) !== 0 ? { outcome: "undetermined", needs } : this.eligible(clause, amount.low, amount.high, needs);
    }
    const low = this.registers[last.low];
    const high = this.registers[last.high];
    if (low.na || high.na) return { outcome: "ineligible", failed: ["amount_not_applicable"] };
    if (!isSettled(low) || !isSettled(high)) return { outcome: "undetermined", needs: this.needs([last.low, last.high]) };
    const set = this.subject.value(last.slot);
    if (this.subject.state(last.slot) === "not_applicable") return { outcome: "ineligible", failed: ["amount_not_applicable"] };
    if (set === null) return this.eligible(clause, low.low, high.low, low.low === high.low ? [] : [last.slot]);
    if (set > high.low) return { outcome: "ineligible", failed: ["above_ceiling"] };
    return set < low.low ? { outcome: "ineligible", failed: ["below_floor"] } : this.eligible(clause, set, set, []);
  }

  /** @param {Clause} clause @param {bigint} low @param {bigint} high @param {number[]} needs @returns {Decision} */
  eligible(clause, low, high, needs) {
    return { outcome: "eligible", low: money(low) ?? 0n, high: money(high), binding: this.binding(clause), needs };
  }

  /** How a clause's code ends. @param {Clause} clause @returns {Last | null} */
  last({ code: [first, end] }) {
    for (let at = end - 1; at >= first; at -= 1) {
      const { name, on } = this.prepared.ops[at];
      if (name === "grant") return { kind: "grant", a: on.a };
      if (name === "decide") return { kind: "decide", slot: on.slot, low: on.low, high: on.high };
    }
    return null;
  }

  /** The instructions of a clause. @param {Clause} clause @returns {Op[]} */
  ops({ code: [first, end] }) {
    return this.prepared.ops.slice(first, end);
  }

  /** The cap that bound, counted from the clause's first: the last that cut. @param {Clause} clause @returns {number | null} */
  binding(clause) {
    let binding = null;
    for (const { name, on } of this.ops(clause)) {
      if (name !== "limit") continue;
      const a = this.registers[on.a];
      const remaining = this.registers[on.remaining];
      if (!a.na && !remaining.na && remaining.high < a.high) binding = on.cap - clause.caps[0];
    }
    return binding;
  }

  /** What an approved lift puts in the place of the cap that bound. @param {Clause} clause @returns {bigint | null} */
  raised(clause) {
    const binding = this.binding(clause);
    if (binding === null) return null;
    for (const { name, on } of this.ops(clause)) {
      if (name !== "limit" || on.cap !== clause.caps[0] + binding) continue;
      const writer = this.prepared.writers[on.remaining];
      if (writer?.name !== "lift") continue;
      const to = this.registers[writer.on.to];
      if (this.registers[writer.on.approved].low === 1n && isSettled(to) && !to.na) return to.low;
    }
    return null;
  }

  /** The facts for which registers wait, in order. @param {number[]} roots @returns {number[]} */
  needs(roots) {
    const open = [...roots];
    /** @type {Set<number>} */
    const seen = new Set();
    /** @type {Set<number>} */
    const needs = new Set();
    for (let register = open.pop(); register !== undefined; register = open.pop()) {
      if (isSettled(this.registers[register]) || seen.has(register)) continue;
      seen.add(register);
      const op = this.prepared.writers[register];
      if (op !== null) this.follow(op, open, needs);
    }
    return [...needs].sort((a, b) => a - b);
  }

  /** What an instruction whose result is open waits for. @param {Op} op @param {number[]} open @param {Set<number>} needs */
  follow(op, open, needs) {
    const { name, on } = op;
    switch (name) {
      case "load":
        needs.add(on.slot);
        break;
      case "lift":
        open.push(this.registers[on.approved].low === 1n ? on.to : on.a);
        break;
      case "select":
      case "pick": {
        const holds = truth(this.registers[on.when]);
        if (holds === "open") open.push(on.when, on.a, on.b);
        else open.push(holds === "yes" ? on.a : on.b);
        break;
      }
      case "times":
        for (const slot of this.counted(on.counter)) needs.add(slot);
        break;
      case "fold":
        this.ofRecords(op, open, needs);
        break;
      case "remaining":
        if (this.subject.used(on.cap) === "unknown") {
          for (const slot of identifiersAwaited(this.subject, this.program.caps[on.cap])) needs.add(slot);
        }
        open.push(...op.reads);
        break;
      default:
        open.push(...op.reads);
    }
  }

  /** What a counter waits for. @param {number} counter @returns {number[]} */
  counted(counter) {
    const info = this.program.counters[counter];
    if (info.ledger !== null && this.subject.value(info.ledger) !== 1n) return [info.ledger];
    return identifiersCounted(this.subject, info);
  }

  /** What a fold waits for: its list, and what is open outside of it of each record that is open. @param {Op} op @param {number[]} open @param {Set<number>} needs */
  ofRecords({ fold }, open, needs) {
    if (fold === null) return;
    if (!this.isGiven(fold.slot)) {
      needs.add(fold.slot);
      return;
    }
    const registers = [...this.registers];
    for (let record = 0; record < this.subject.lists[fold.list].length; record += 1) {
      readRecord(fold, registers, this.scene, record);
      if (truth(registers[fold.filter]) === "no" || registers[fold.value].na) continue;
      for (const root of [fold.filter, fold.value]) {
        foldWaits(fold, root, registers, (register) => open.push(register), () => needs.add(fold.slot));
      }
    }
  }

  /** Whether a slot has a value or does not apply. @param {number} slot */
  isGiven(slot) {
    return ["value", "not_applicable"].includes(this.subject.state(slot));
  }
}

const DECIMAL_MAX = (1n << 96n) - 1n;

/** An amount scaled by 2, as a decimal of 96 bits holds it; `null` where it is infinite. @param {bigint} scaled @returns {bigint | null} */
export function money(scaled) {
  if (scaled === INFINITE || scaled === -INFINITE - 1n) return null;
  if (scaled > DECIMAL_MAX) return DECIMAL_MAX * 100n;
  return scaled < -DECIMAL_MAX ? -DECIMAL_MAX * 100n : scaled;
}
