/**
 * Values of which only bounds are known, and what is computed from them, as `src/vm/interval.rs`. A value that is known has equal bounds
 * and is computed exactly; so this is the exact machine and the three-valued one at once. Each function is the op of the same name.
 */
import { addMonths as monthsOn, yearOf as yearOfDay, yearsBetween as yearsFromTo } from "./calendar.mjs";
import { INFINITE, MINUS_INFINITE, dropDigits, greatest as max, isInfinite, least as min, minus, plus, quotient } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Interval} Interval */

/** Waits for a fact. */
export const FACT = 1;
/** Waits for a department's discretion. */
export const DISCRETION = 2;

/** Does not apply. @type {Interval} */
export const NOT_APPLICABLE = { low: 0n, high: 0n, na: true, may: false, waits: 0 };
/** @type {Interval} */
const NO = { low: 0n, high: 0n, na: false, may: false, waits: 0 };
/** @type {Interval} */
const YES = { low: 1n, high: 1n, na: false, may: false, waits: 0 };
/** What a register holds before it is written. */
export const ZERO = NO;

/** @param {bigint} value @returns {Interval} */
export function exactly(value) {
  return { low: value, high: value, na: false, may: false, waits: 0 };
}

/** @param {bigint} low @param {bigint} high @param {boolean} may @param {number} waits @returns {Interval} */
export function perhaps(low, high, may, waits) {
  return { low, high, na: false, may, waits: low === high && !may ? 0 : waits };
}

/** @param {bigint} low @param {bigint} high @param {number} waits @returns {Interval} */
export function between(low, high, waits) {
  return perhaps(low, high, false, waits);
}

/** @param {Interval} a */
export function isSettled(a) {
  return a.na || (a.low === a.high && !a.may);
}

/** What a yes/no says as a condition. @param {Interval} a @returns {"yes" | "no" | "open"} */
export function truth(a) {
  if (a.low === 0n && a.high === 0n) return "no";
  return a.low === 1n && a.high === 1n ? "yes" : "open";
}

/** What a yes/no says; `null` where it is open. @param {Interval} a @returns {boolean | null} */
export function said(a) {
  return isSettled(a) ? a.low === 1n : null;
}

/** @param {bigint} low @param {bigint} high @param {Interval} a @param {Interval} b */
function ofTwo(low, high, a, b) {
  return perhaps(low, high, a.may || b.may, a.waits | b.waits);
}

/** Both bounds, each by itself. @param {Interval} a @param {Interval} b @param {(a: bigint, b: bigint) => bigint} end */
function ends(a, b, end) {
  return a.na || b.na ? NOT_APPLICABLE : ofTwo(end(a.low, b.low), end(a.high, b.high), a, b);
}

/** False where a side does not apply; open where one may not. @param {Interval} a @param {Interval} b @param {boolean} yes @param {boolean} no */
function test(a, b, yes, no) {
  if (a.na || b.na) return NO;
  return between(yes && !a.may && !b.may ? 1n : 0n, no ? 0n : 1n, a.waits | b.waits);
}

/** The sum of two bounds; infinity and its negative make `clash`. @param {bigint} a @param {bigint} b @param {bigint} clash */
export function sum(a, b, clash) {
  const infinite = isInfinite(a);
  const other = isInfinite(b);
  if (infinite && other && a !== b) return clash;
  if (infinite) return a;
  return other ? b : plus(a, b);
}

/** @param {boolean} negative */
function infinity(negative) {
  return negative ? MINUS_INFINITE : INFINITE;
}

/** Zero times infinity is zero. @param {bigint} a @param {bigint} b */
function product(a, b) {
  if (a === 0n || b === 0n) return 0n;
  const negative = a < 0n !== b < 0n;
  if (isInfinite(a) || isInfinite(b)) return infinity(negative);
  const exact = a * b;
  return exact > INFINITE || exact < MINUS_INFINITE ? infinity(negative) : exact;
}

/** @param {bigint} a */
function negated(a) {
  return a === INFINITE ? MINUS_INFINITE : a === MINUS_INFINITE ? INFINITE : -a;
}

/** @param {Interval} a @param {Interval} b @param {(a: bigint, b: bigint) => bigint} corner */
function corners(a, b, corner) {
  const all = [corner(a.low, b.low), corner(a.low, b.high), corner(a.high, b.low), corner(a.high, b.high)];
  return ofTwo(all.reduce(min), all.reduce(max), a, b);
}

/** @param {Interval} a */
export function not(a) {
  return between(1n - a.high, 1n - a.low, a.waits);
}

/** @param {Interval} a @param {Interval} b */
export function and(a, b) {
  return between(min(a.low, b.low), min(a.high, b.high), a.waits | b.waits);
}

/** @param {Interval} a @param {Interval} b */
export function or(a, b) {
  return between(max(a.low, b.low), max(a.high, b.high), a.waits | b.waits);
}

/** @param {Interval} a @param {Interval} b */
export function atLeast(a, b) {
  return test(a, b, a.low >= b.high, a.high < b.low);
}

/** @param {Interval} a @param {Interval} b */
export function above(a, b) {
  return test(a, b, a.low > b.high, a.high <= b.low);
}

/** @param {Interval} a @param {Interval} b */
function same(a, b) {
  return a.low === a.high && a.low === b.low && a.high === b.high;
}

/** @param {Interval} a @param {Interval} b */
function apart(a, b) {
  return a.high < b.low || b.high < a.low;
}

/** @param {Interval} a @param {Interval} b */
export function equal(a, b) {
  return test(a, b, same(a, b), apart(a, b));
}

/** @param {Interval} a @param {Interval} b */
export function notEqual(a, b) {
  return test(a, b, apart(a, b), same(a, b));
}

/** @param {Interval} a @param {[number, number][]} set Half-open ranges. */
export function within(a, set) {
  if (a.na) return NO;
  if (a.low !== a.high) return between(0n, 1n, a.waits);
  const inside = set.some(([first, end]) => a.low >= BigInt(first) && a.low < BigInt(end));
  if (!inside) return NO;
  return a.may ? between(0n, 1n, a.waits) : YES;
}

/** @param {Interval} a @param {Interval} b */
export function add(a, b) {
  return a.na || b.na ? NOT_APPLICABLE : ofTwo(sum(a.low, b.low, MINUS_INFINITE), sum(a.high, b.high, INFINITE), a, b);
}

/** @param {Interval} a @param {Interval} b */
export function subtract(a, b) {
  if (a.na || b.na) return NOT_APPLICABLE;
  return ofTwo(sum(a.low, negated(b.high), MINUS_INFINITE), sum(a.high, negated(b.low), INFINITE), a, b);
}

/** @param {Interval} a @param {Interval} b */
export function multiply(a, b) {
  return a.na || b.na ? NOT_APPLICABLE : corners(a, b, product);
}

/** @typedef {{ before: bigint, under: bigint, after: bigint, mode: number }} Rounding */

/** The quotient of two bounds. @param {bigint} a @param {bigint} b @param {Rounding} by */
function ratio(a, b, by) {
  if (isInfinite(b)) return 0n;
  if (isInfinite(a)) return infinity(a < 0n !== b < 0n);
  const up = product(a, by.before);
  const down = product(b, by.under);
  if (isInfinite(up)) return infinity(up < 0n !== b < 0n);
  return isInfinite(down) ? 0n : product(quotient(up, down, by.mode), by.after);
}

/** @param {Interval} a @param {Interval} b @param {Rounding} by */
export function divide(a, b, by) {
  if (a.na || b.na || (b.low === 0n && b.high === 0n)) return NOT_APPLICABLE;
  if (b.low <= 0n && b.high >= 0n) return perhaps(MINUS_INFINITE, INFINITE, true, a.waits | b.waits);
  return corners(a, b, (x, y) => ratio(x, y, by));
}

/** @param {Interval} a @param {number} digits @param {number} mode */
export function round(a, digits, mode) {
  return ends(a, a, (end) => (isInfinite(end) ? end : dropDigits(end, digits, mode)));
}

/** @param {Interval} a @param {bigint} factor */
export function rescale(a, factor) {
  return ends(a, a, (end) => product(end, factor));
}

/** @param {Interval} a @param {Interval} b */
export function least(a, b) {
  return ends(a, b, min);
}

/** @param {Interval} a @param {Interval} b */
export function greatest(a, b) {
  return ends(a, b, max);
}

/** @param {bigint} day @param {bigint} months @param {number} rule @param {bigint} beyond */
function moved(day, months, rule, beyond) {
  if (isInfinite(day) || isInfinite(months)) return sum(day, months, beyond);
  return monthsOn(day, months, rule) ?? beyond;
}

/** @param {Interval} a @param {Interval} months @param {number} rule */
export function addMonths(a, months, rule) {
  if (a.na || months.na) return NOT_APPLICABLE;
  return ofTwo(moved(a.low, months.low, rule, MINUS_INFINITE), moved(a.high, months.high, rule, INFINITE), a, months);
}

/** @param {bigint} from @param {bigint} to */
function years(from, to) {
  if (from === INFINITE || to === MINUS_INFINITE) return 0n;
  return from === MINUS_INFINITE || to === INFINITE ? INFINITE : yearsFromTo(from, to);
}

/** @param {Interval} from @param {Interval} to */
export function yearsBetween(from, to) {
  return from.na || to.na ? NOT_APPLICABLE : ofTwo(years(from.high, to.low), years(from.low, to.high), from, to);
}

/** @param {Interval} a */
export function yearOf(a) {
  return ends(a, a, (day) => (isInfinite(day) ? day : yearOfDay(day)));
}

/** @param {Interval} a @param {Interval} days @param {import("./calendar.mjs").WorkingDays} calendar */
export function addWorkingDays(a, days, calendar) {
  if (a.na || days.na) return NOT_APPLICABLE;
  /** @param {bigint} day @param {bigint} count */
  const after = (day, count) => (isInfinite(day) || isInfinite(count) ? null : calendar.after(day, count));
  const low = after(a.low, days.low);
  if (isSettled(a) && isSettled(days)) return low === null ? NOT_APPLICABLE : exactly(low);
  return perhaps(low ?? MINUS_INFINITE, after(a.high, days.high) ?? INFINITE, true, a.waits | days.waits);
}

/** One of two values, which depends on something that waits for `waits`. @param {Interval} a @param {Interval} b @param {number} waits */
function either(a, b, waits) {
  const all = waits | a.waits | b.waits;
  if (a.na && b.na) return NOT_APPLICABLE;
  if (a.na) return perhaps(b.low, b.high, true, all);
  if (b.na) return perhaps(a.low, a.high, true, all);
  return perhaps(min(a.low, b.low), max(a.high, b.high), a.may || b.may, all);
}

/** @param {Interval} when @param {Interval} a @param {Interval} b */
export function select(when, a, b) {
  const holds = truth(when);
  if (holds === "open") return either(a, b, when.waits);
  return holds === "yes" ? a : b;
}

/** @param {Interval} when @param {Interval} a @param {Interval} b */
export function pick(when, a, b) {
  const picked = select(when, a, b);
  if (truth(when) !== "open" || isSettled(picked)) return picked;
  return perhaps(MINUS_INFINITE, INFINITE, true, picked.waits);
}

/**
 * What the ledger leaves of a cap. `used`: how much, `"up"` for all of it, `"unknown"`.
 * @param {Interval} a @param {import("./ledger.mjs").Used} used
 */
export function remaining(a, used) {
  if (a.na) return NOT_APPLICABLE;
  if (used === "up") return perhaps(0n, 0n, a.may, a.waits);
  if (used === "unknown") return perhaps(0n, max(a.high, 0n), a.may, a.waits | FACT);
  /** @param {bigint} end */
  const left = (end) => max(isInfinite(end) ? end : minus(end, used), 0n);
  return ofTwo(left(a.low), left(a.high), a, a);
}
