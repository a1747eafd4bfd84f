/**
 * Whose earlier awards count, what they have used, and how a budget is cut: what settlement by ranges and exact settlement share.
 */
import { exact, lessOf } from "./applicant.mjs";
import { INFINITE, powerOfTen } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./applicant.mjs").Ends} Ends */
/** @typedef {{ who: "everyone" } | { who: "subject", kind: number, text: string } | { who: "unknown", kinds: [number, number][] } | { who: "nobody" }} Holder */
/** What is used of something; `up`: surely and possibly used up, whatever the sum. @typedef {{ sum: Ends, up: [boolean, boolean] }} Used */

/** @returns {Used} */
export function unused() {
  return { sum: exact(0n), up: [false, false] };
}

/** @param {Used} used @param {Ends} limit @returns {Ends} */
export function leaves(used, limit) {
  const ends = lessOf(limit, used.sum);
  return { low: used.up[1] ? 0n : ends.low, high: used.up[0] ? 0n : ends.high };
}

/** Which clauses a scope names; none: all. @param {number[]} scope @param {number} clause */
export function inScope(scope, clause) {
  return scope.length === 0 || scope.includes(clause);
}

/** Whether an award surely went to a holder, and whether it may have. @param {Holder} holder @param {Award} award @returns {[boolean, boolean]} */
export function holds(holder, award) {
  switch (holder.who) {
    case "everyone":
      return [true, true];
    case "subject": {
      const found = award.subjects.find(([kind]) => kind === holder.kind);
      const held = found !== undefined && found[1] === holder.text;
      return [held, held];
    }
    case "unknown":
      return [false, holder.kinds.some(([kind]) => award.subjects.some(([of]) => of === kind))];
    default:
      return [false, false];
  }
}

/** Cents in one unit of the last decimal kept. @param {number} scale */
export function unit(scale) {
  return powerOfTen(Math.min(20, Math.max(0, 2 - scale)));
}

/** `amount × available ÷ asked`, cut to whole units. @param {bigint} amount @param {bigint} available @param {bigint} asked @param {bigint} of */
export function share(amount, available, asked, of) {
  if (asked <= 0n) return 0n;
  const product = amount * available;
  const part = product > INFINITE ? (amount / asked) * available : product / asked;
  return (part / of) * of;
}
