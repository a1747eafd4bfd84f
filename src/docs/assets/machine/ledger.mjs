/**
 * What earlier awards have used of each cap, and what counters count, as `src/vm/ledger.rs`. Awards after the day count toward nothing.
 */
import { monthsOn, year } from "./calendar.mjs";
import { plus } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Period} Period */
/** @typedef {import("./case.mjs").Case} Case */
/** How much; `"up"`: nothing is left, whatever the cap; `"unknown"`: the identifier that would tell is not known. @typedef {bigint | "up" | "unknown"} Used */
/** @typedef {{ low: bigint, high: bigint }} Times */
/**
 * Whose awards count.
 * @typedef {{ who: "everyone" } | { who: "subject", kind: number, text: string } | { who: "unknown", kinds: number[] } | { who: "nobody" }} Holder
 */

/** The most that a counter counts (`limits::LEDGER_TIMES_MAX`). */
export const TIMES_MAX = 1_000_000n;

/**
 * Gives a case what the ledger says. `null`: no ledger was given, which is not the same as one that is empty.
 * @param {Case} subject @param {Award[] | null} awards @param {number} on
 */
export function apply(subject, awards, on) {
  const { program } = subject;
  const known = awards ?? [];
  subject.usedOf = program.caps.map((cap) => usedOf(subject, cap, known, on));
  subject.timesOf = program.counters.map((counter) => timesOf(subject, counter, known, on));
  if (program.ledger_slot !== null) {
    subject.set(program.ledger_slot, awards === null ? { state: "not_asked" } : { state: "value", value: 1n });
  }
}

/** @param {Case} subject @param {import("./types.mjs").CounterInfo} counter @param {Award[]} awards @param {number} on @returns {Times} */
function timesOf(subject, counter, awards, on) {
  const holder = holderOf(subject, counter.subjects);
  const counted = awards.filter(
    (award) => award.date <= on && counter.counts.includes(award.clause) && isHeld(holder, award) && inPeriod(counter.period, award.date, on),
  );
  const years = new Set(counted.map((award) => year(award.date)).filter((of) => of < year(on)));
  const count = BigInt(counter.years ? years.size : counted.length);
  const high = count > TIMES_MAX ? TIMES_MAX : count;
  return { low: holder.who === "unknown" ? 0n : high, high };
}

/** The identifiers that a counter waits for. @param {Case} subject @param {import("./types.mjs").CounterInfo} counter */
export function identifiersCounted(subject, counter) {
  return awaited(subject, holderOf(subject, counter.subjects));
}

/** The identifiers that a cap waits for where what is used of it is not known. @param {Case} subject @param {import("./types.mjs").Cap} cap */
export function identifiersAwaited(subject, cap) {
  return awaited(subject, holderOf(subject, cap.key ?? []));
}

/** The awards that count toward a cap. @param {Case} subject @param {import("./types.mjs").Cap} cap @param {Award[]} awards @param {number} on */
export function counted(subject, cap, awards, on) {
  const holder = holderOf(subject, cap.key ?? []);
  return awards.filter((award) => mayCount(cap, holder, award, on) && inPeriod(cap.period, award.date, on));
}

/** @param {Case} subject @param {Holder} holder @returns {number[]} */
function awaited(subject, holder) {
  return holder.who === "unknown" ? holder.kinds.map((kind) => subject.program.subjects[kind].identifier) : [];
}

/** @param {Case} subject @param {import("./types.mjs").Cap} cap @param {Award[]} awards @param {number} on @returns {Used} */
function usedOf(subject, cap, awards, on) {
  const holder = holderOf(subject, cap.key ?? []);
  let sum = 0n;
  let any = false;
  let up = false;
  for (const award of awards.filter((it) => mayCount(cap, holder, it, on))) {
    up ||= cap.period.kind === "once" || (cap.period.kind === "once_or_year" && award.once);
    if (inPeriod(cap.period, award.date, on)) {
      sum = plus(sum, award.amount);
      any = true;
    }
  }
  if (holder.who === "unknown" && (up || any)) return "unknown";
  return up ? "up" : sum;
}

/** @param {import("./types.mjs").Cap} cap @param {Holder} holder @param {Award} award @param {number} on */
function mayCount(cap, holder, award, on) {
  return award.date <= on && cap.counts.includes(award.clause) && isHeld(holder, award);
}

/** @param {Holder} holder @param {Award} award */
function isHeld(holder, award) {
  switch (holder.who) {
    case "everyone":
      return true;
    case "subject":
      return award.subjects.some(([kind, text]) => kind === holder.kind && text === holder.text);
    case "unknown":
      return award.subjects.some(([kind]) => holder.kinds.includes(kind));
    default:
      return false;
  }
}

/** Whether an award of one day counts on another. @param {Period} period @param {number} date @param {number} on */
export function inPeriod(period, date, on) {
  switch (period.kind) {
    case "year":
    case "once_or_year":
      return year(date) === year(on);
    case "lifetime":
    case "once":
      return true;
    case "each":
      return false;
    default: {
      const start = monthsOn(on, -period.months);
      return start === null || date > start;
    }
  }
}

/** The first of the kinds that the application identifies; no kinds at all are everyone. @param {Case} subject @param {number[]} kinds @returns {Holder} */
export function holderOf(subject, kinds) {
  if (kinds.length === 0) return { who: "everyone" };
  const slot = (/** @type {number} */ kind) => subject.program.subjects[kind].identifier;
  for (const kind of kinds) {
    const text = subject.text(slot(kind));
    if (text !== null) return { who: "subject", kind, text };
  }
  const unknown = kinds.filter((kind) => ["not_asked", "unknown"].includes(subject.state(slot(kind))));
  return unknown.length === 0 ? { who: "nobody" } : { who: "unknown", kinds: unknown };
}
