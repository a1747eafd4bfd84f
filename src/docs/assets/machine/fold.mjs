/**
 * What a fold makes of the records of a list, as `src/vm/fold.rs`: of records that are known exactly, of others within bounds.
 * Kinds: 0 sum, 1 count, 2 greatest, 3 least, 4 any, 5 all, 6 sum of the `most` greatest, 7 how many different.
 */
import { FACT, NOT_APPLICABLE, between, exactly, isSettled, perhaps, sum, truth } from "./interval.mjs";
import { INFINITE, MINUS_INFINITE, greatest, least } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Interval} Interval */
/** @typedef {import("./types.mjs").Fold} Fold */
/** @typedef {import("./execute.mjs").Scene} Scene */
/** @typedef {{ sure: Interval[], open: Interval[], failed: boolean, waits: number }} Gathered */

/** Whether a kind looks at values, and not only at how many records count. @param {number} kind */
export function isValued(kind) {
  return kind !== 1 && kind !== 4 && kind !== 5;
}

/** @param {Fold} fold @param {Interval[]} registers @param {Scene} scene @returns {Interval} */
export function runFold(fold, registers, scene) {
  const state = scene.subject.state(fold.slot);
  if (state === "not_asked" || state === "unknown") {
    // A record of which nothing is known tells whether values can be negative.
    readRecord(fold, registers, scene, -1);
    return unknownList(fold, registers[fold.value]);
  }
  const count = state === "value" ? scene.subject.lists[fold.list].length : 0;
  /** @type {Gathered} */
  const gathered = { sure: [], open: [], failed: false, waits: 0 };
  for (let record = 0; record < count; record += 1) {
    readRecord(fold, registers, scene, record);
    gather(fold.kind, gathered, registers[fold.filter], registers[fold.value]);
  }
  return finish(fold, gathered);
}

/** Writes a record's registers. @param {Fold} fold @param {Interval[]} registers @param {Scene} scene @param {number} record */
export function readRecord(fold, registers, scene, record) {
  for (const { dst, column, slot } of fold.cells) {
    const { state, value } = scene.subject.cell(fold.list, record, column);
    if (state === "value" && value !== null) registers[dst] = exactly(value);
    else if (state === "not_applicable") registers[dst] = slot.boolean ? exactly(0n) : NOT_APPLICABLE;
    else registers[dst] = perhaps(slot.low, slot.high, !slot.boolean, FACT);
  }
  for (const step of fold.body) scene.run(step, registers);
}

/** @param {number} kind @param {Gathered} gathered @param {Interval} filter @param {Interval} value */
function gather(kind, gathered, filter, value) {
  const valued = isValued(kind);
  const holds = truth(filter);
  if (holds === "no" || (valued && value.na)) {
    gathered.failed ||= holds === "no";
    return;
  }
  gathered.waits |= filter.waits;
  if (valued) gathered.waits |= value.waits;
  const sure = holds === "yes" && !(valued && value.may);
  (sure ? gathered.sure : gathered.open).push(value);
}

/** @param {Fold} fold @param {Gathered} of @returns {Interval} */
function finish(fold, of) {
  const { waits } = of;
  const sure = BigInt(of.sure.length);
  const open = BigInt(of.open.length);
  switch (fold.kind) {
    case 0:
      return between(
        total([...of.sure.map((it) => it.low), ...of.open.map((it) => least(it.low, 0n))], false),
        total([...of.sure.map((it) => it.high), ...of.open.map((it) => greatest(it.high, 0n))], true),
        waits,
      );
    case 1:
      return between(sure, sure + open, waits);
    case 2:
      return found(of, greatest, of.sure.map((it) => it.low), of.open.map((it) => it.low), least, (it) => it.high, false);
    case 3:
      return found(of, least, of.sure.map((it) => it.high), of.open.map((it) => it.high), greatest, (it) => it.low, true);
    case 4:
      return between(sure > 0n ? 1n : 0n, sure + open > 0n ? 1n : 0n, waits);
    case 5:
      return of.failed ? exactly(0n) : between(open === 0n ? 1n : 0n, 1n, waits);
    case 6:
      return greatestFew(fold.most, of);
    default:
      return distinct(of);
  }
}

/**
 * The greatest (or least) of what surely counts bounds one end, that of all the other.
 * @param {Gathered} of @param {(a: bigint, b: bigint) => bigint} best @param {bigint[]} sure @param {bigint[]} open
 * @param {(a: bigint, b: bigint) => bigint} worst @param {(it: Interval) => bigint} far @param {boolean} least
 */
function found(of, best, sure, open, worst, far, least) {
  const all = [...of.sure, ...of.open].map(far);
  if (all.length === 0) return NOT_APPLICABLE;
  const near = sure.length > 0 ? sure.reduce(best) : open.reduce(worst);
  const end = all.reduce(best);
  const may = of.sure.length === 0;
  return least ? perhaps(end, near, may, of.waits) : perhaps(near, end, may, of.waits);
}

/** Infinity of the side asked for wins over its negative. @param {bigint[]} values @param {boolean} above */
function total(values, above) {
  return values.reduce((all, value) => sum(all, value, above ? INFINITE : MINUS_INFINITE), 0n);
}

/** @param {bigint[]} values */
function sorted(values) {
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** With fewer records than `most`, each adds what it is, so that open ones below zero lower the sum. @param {number} most @param {Gathered} of */
function greatestFew(most, of) {
  /** @param {bigint[]} values @param {boolean} above */
  const few = (values, above) => total(sorted(values).reverse().slice(0, most), above);
  const below = total(of.open.map((it) => least(it.low, 0n)), false);
  const low = sum(few(of.sure.map((it) => it.low), false), below, MINUS_INFINITE);
  const high = [...of.sure.map((it) => it.high), ...of.open.map((it) => greatest(it.high, 0n))];
  return between(low, few(high, true), of.waits);
}

/** Values that are not known, or may not count, may all be equal to others, or all be different. @param {Gathered} of */
function distinct(of) {
  const known = of.sure.filter(isSettled).map((it) => it.low);
  const low = BigInt(new Set(known).size);
  return between(low, low + BigInt(of.sure.length + of.open.length - known.length), of.waits);
}

/** Of a list that is not known. @param {Fold} fold @param {Interval} sample @returns {Interval} */
function unknownList(fold, sample) {
  switch (fold.kind) {
    case 0:
    case 6:
      return between(!sample.na && sample.low < 0n ? MINUS_INFINITE : 0n, INFINITE, FACT);
    case 2:
    case 3:
      return perhaps(MINUS_INFINITE, INFINITE, true, FACT);
    case 1:
    case 7:
      return between(0n, fold.max, FACT);
    default:
      return between(0n, 1n, FACT);
  }
}

/**
 * For what a register of the record at hand waits: registers from outside, and the list itself for columns that are not known.
 * @param {Fold} fold @param {number} root @param {Interval[]} registers @param {(register: number) => void} outside @param {() => void} unknownCell
 */
export function foldWaits(fold, root, registers, outside, unknownCell) {
  const open = [root];
  const seen = new Set();
  for (let register = open.pop(); register !== undefined; register = open.pop()) {
    if (isSettled(registers[register]) || seen.has(register)) continue;
    seen.add(register);
    const at = register;
    const writer = fold.body.find((step) => step.dst === at);
    if (fold.cells.some((cell) => cell.dst === at)) {
      unknownCell();
    } else if (writer === undefined) {
      outside(register);
    } else if (writer.name === "select" || writer.name === "pick") {
      const holds = truth(registers[writer.on.when]);
      if (holds === "open") open.push(writer.on.when, writer.on.a, writer.on.b);
      else open.push(holds === "yes" ? writer.on.a : writer.on.b);
    } else {
      open.push(...writer.reads);
    }
  }
}
