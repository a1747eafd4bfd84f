/**
 * Runs instructions: one function an op of the op table. Every register is written once and in order, so that after a run the registers
 * are the whole trace. Requirements and awards write nothing; the decision is read off the registers, see `trace.mjs`.
 */
import { runFold } from "./fold.mjs";
import * as value from "./interval.mjs";
import { TIMES_MAX } from "./ledger.mjs";

/** @typedef {import("./types.mjs").Interval} Interval */
/** @typedef {import("./types.mjs").Op} Op */
/** @typedef {import("./ops.mjs").OpName} OpName */

/** What stays the same while a case is run. */
export class Scene {
  /** @param {import("./program.mjs").Prepared} prepared @param {import("./case.mjs").Case} subject @param {number} on */
  constructor(prepared, subject, on) {
    this.prepared = prepared;
    this.subject = subject;
    this.on = on;
  }

  /** @param {Op} op @param {Interval[]} registers */
  run(op, registers) {
    const result = RUN[op.name](op, registers, this);
    if (result !== null) registers[op.dst] = result;
  }

  /** @param {Op[]} steps @param {Interval[]} registers */
  runAll(steps, registers) {
    for (const op of steps) this.run(op, registers);
  }

  /** @param {number} slot @returns {Interval} */
  load(slot) {
    const { boolean, low, high, waits } = this.prepared.slots[slot];
    const known = this.subject.value(slot);
    const state = this.subject.state(slot);
    if (state === "value" && known !== null) return value.exactly(known);
    if (state === "not_applicable") return boolean ? value.exactly(0n) : value.NOT_APPLICABLE;
    return value.perhaps(low, high, !boolean, waits);
  }

  /** @param {number} counter @returns {Interval} */
  times(counter) {
    const { ledger } = this.prepared.program.counters[counter];
    const given = ledger === null || this.subject.value(ledger) === 1n;
    const { low, high } = given ? this.subject.times(counter) : { low: 0n, high: TIMES_MAX };
    return value.between(low, high, value.FACT);
  }
}

/** Already in its register, see `program.mjs`. @returns {null} */
function constant() {
  return null;
}

/** Writes no register. @returns {null} */
function effect() {
  return null;
}

/** Read with its record, see `fold.mjs`. @returns {null} */
function ofRecord() {
  return null;
}

/** @param {(a: Interval, b: Interval) => Interval} of @returns {(op: Op, r: Interval[]) => Interval} */
function binary(of) {
  return ({ on }, r) => of(r[on.a], r[on.b]);
}

/** What each op does; `null` where it writes nothing. @type {Record<OpName, (op: Op, r: Interval[], scene: Scene) => Interval | null>} */
export const RUN = {
  load: ({ on }, r, scene) => scene.load(on.slot),
  number: constant,
  boolean: constant,
  date: constant,
  member: constant,
  text: constant,
  unlimited: constant,
  "on-date": (op, r, scene) => value.exactly(BigInt(scene.on)),
  "not-applicable": constant,
  not: ({ on }, r) => value.not(r[on.a]),
  and: binary(value.and),
  or: binary(value.or),
  "at-least": binary(value.atLeast),
  above: binary(value.above),
  equal: binary(value.equal),
  "not-equal": binary(value.notEqual),
  within: ({ on }, r, scene) => value.within(r[on.a], scene.prepared.program.sets[on.set]),
  add: binary(value.add),
  subtract: binary(value.subtract),
  multiply: binary(value.multiply),
  divide: (op, r) => value.divide(r[op.on.a], r[op.on.b], op),
  round: (op, r) => {
    const rounded = value.round(r[op.on.a], op.digits, op.mode);
    return op.after === 1n ? rounded : value.rescale(rounded, op.after);
  },
  rescale: (op, r) => value.rescale(r[op.on.a], op.after),
  least: binary(value.least),
  greatest: binary(value.greatest),
  "add-months": ({ on }, r) => value.addMonths(r[on.a], r[on.months], on.rule),
  "add-days": ({ on }, r) => value.add(r[on.a], r[on.days]),
  "years-between": ({ on }, r) => value.yearsBetween(r[on.from], r[on.to]),
  "year-of": ({ on }, r) => value.yearOf(r[on.a]),
  "add-working-days": ({ on }, r, scene) => value.addWorkingDays(r[on.a], r[on.days], scene.prepared.calendars[on.calendar]),
  select: ({ on }, r) => value.select(r[on.when], r[on.a], r[on.b]),
  pick: ({ on }, r) => value.pick(r[on.when], r[on.a], r[on.b]),
  approved: ({ on }, r, scene) => value.exactly(scene.subject.value(on.slot) === 1n ? 1n : 0n),
  remaining: ({ on }, r, scene) => value.remaining(r[on.a], scene.subject.used(on.cap)),
  lift: ({ on }, r) => (r[on.approved].low === 1n ? r[on.to] : r[on.a]),
  limit: ({ on }, r) => value.least(r[on.a], r[on.remaining]),
  times: ({ on }, r, scene) => scene.times(on.counter),
  column: ofRecord,
  fold: (op, r, scene) => (op.fold === null ? null : runFold(op.fold, r, scene)),
  "in-force": effect,
  require: effect,
  grant: effect,
  decide: effect,
};
