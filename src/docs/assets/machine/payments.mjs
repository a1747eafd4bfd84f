/**
 * How an award is paid out, who bears it, what is paid back, what is paid for earlier months: as `src/settle/payments.rs`.
 */
import { isAmount } from "./applicant.mjs";
import { monthsOn, year } from "./calendar.mjs";
import { said } from "./interval.mjs";
import { greatest, least, minus, plus, powerOfTen, saturated } from "./numbers.mjs";
import { unit } from "./holders.mjs";

/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Clause} Clause */
/** @typedef {import("./types.mjs").Payment} Payment */
/** @typedef {import("./trace.mjs").Trace} Trace */
/** When an instalment is paid.
 * @typedef {{ state: "now" } | { state: "pending", awaits: string, needs: number[] } | { state: "out_of_order", awaits: string }
 *   | { state: "later", on: number } | { state: "stopped", on: number }} Due */
/** @typedef {{ label: string, amount: bigint, due: Due }} Instalment */
/** @typedef {{ label: string, what: string, until: number | null, happened: boolean | null, awards: [number, bigint][] }} Clawback */

/** The amounts of the instalments of `amount`. @param {Payment} payment @param {bigint} amount @returns {bigint[]} */
export function parts(payment, amount) {
  const of = unit(payment.scale);
  let left = greatest(amount, 0n);
  const all = payment.parts.map(({ part }) => {
    const value = BigInt(part.value);
    const wanted = part.kind === "amount" ? value : (saturated(amount * value) / powerOfTen(part.decimals) / of) * of;
    const own = wanted < 0n ? 0n : least(wanted, left);
    left -= own;
    return own;
  });
  if (all.length > 0) all[payment.remainder === "first" ? 0 : all.length - 1] += left;
  return all;
}

/** What each payer bears; the first bears the odd cent. @param {Clause} clause @param {bigint} amount @returns {{ payer: string, amount: bigint }[]} */
export function shares({ shares: all }, amount) {
  const weight = (/** @type {{ weight: string }} */ share) => greatest(BigInt(share.weight), 0n);
  const whole = all.reduce((sum, share) => plus(sum, weight(share)), 0n);
  if (whole <= 0n) return [];
  const borne = all.map((share) => ({ payer: share.payer, amount: saturated(amount * weight(share)) / whole }));
  borne[0].amount += amount - borne.reduce((sum, part) => sum + part.amount, 0n);
  return borne;
}

/** How an award made on the day of the trace is paid out, and the label under which all is paid at once. @param {Trace} trace @param {Clause} clause @param {Payment} payment @param {bigint} amount @returns {{ payments: Instalment[], atOnce: string | null }} */
export function instalments(trace, clause, payment, amount) {
  const { at_once: once } = payment;
  if (once !== null && said(trace.registers[once.register]) === true) {
    return { payments: [{ label: once.label, amount, due: { state: "now" } }], atOnce: once.label };
  }
  const amounts = parts(payment, amount);
  /** The first milestone that is not reached stands in the way of all later ones. @type {{ label: string, reached: boolean | null } | null} */
  let before = null;
  const payments = payment.parts.map(({ label, due }, at) => {
    /** @type {Due} */
    let when = { state: "now" };
    if (due.kind === "year" && due.year > 1) when = dueOn(trace, clause, anniversary(trace.on, due.year));
    if (due.kind === "milestone" && due.register !== null) {
      const reached = said(trace.registers[due.register]);
      const needs = () => trace.needs([due.register ?? 0]);
      if (reached === true && before?.reached === false) when = { state: "out_of_order", awaits: before.label };
      else if (reached === true && before?.reached === null) when = { state: "pending", awaits: before.label, needs: needs() };
      else if (reached !== true) when = { state: "pending", awaits: due.label, needs: reached === null ? needs() : [] };
      if (before === null || before.reached === true) before = { label: due.label, reached };
    }
    return { label, amount: amounts[at], due: when };
  });
  return { payments, atOnce: null };
}

/** The day so many years on, the first year being that of the award. @param {number} date @param {number} nth */
function anniversary(date, nth) {
  return monthsOn(date, Math.max(0, nth - 1) * 12) ?? 2_147_483_647;
}

/** @param {Trace} trace @param {Clause} clause @param {number} on @returns {Due} */
function dueOn(trace, clause, on) {
  const last = clause.in_force[1];
  const stopped = trace.program.settlement.tail === false && last !== null && on > last;
  return stopped ? { state: "stopped", on } : { state: "later", on };
}

/** Instalments of earlier awards that fall due in the year of the decision. @param {Trace} trace @param {Award[]} awards @returns {{ clause: number, awarded: number, instalment: Instalment }[]} */
export function due(trace, awards) {
  return awards.flatMap((award) => {
    const clause = trace.program.clauses[award.clause];
    if (!clause?.payment) return [];
    const amounts = parts(clause.payment, award.amount);
    return clause.payment.parts.flatMap(({ label, due: when }, at) => {
      if (when.kind !== "year" || when.year <= 1 || amounts[at] <= 0n) return [];
      const day = anniversary(award.date, when.year);
      if (year(day) !== year(trace.on)) return [];
      const instalment = { label, amount: amounts[at], due: dueOn(trace, clause, day) };
      return [{ clause: award.clause, awarded: award.date, instalment }];
    });
  });
}

/** What is paid back of `amount`, where it is given now, and of earlier awards: of each award once, by the event that asks for the most, the first of these where several ask for the same. @param {Trace} trace @param {import("./types.mjs").ClawbackInfo[]} infos @param {bigint | null} amount @param {Award[]} earlier @returns {Clawback[]} */
export function clawbacks(trace, infos, amount, earlier) {
  const awards = earlier.map(({ date, amount: of }) => ({ date, of }));
  if (amount !== null) awards.push({ date: trace.on, of: amount });
  const latest = earlier.length === 0 ? null : Math.max(...earlier.map(({ date }) => date));
  const given = (amount === null || amount === 0n) && latest !== null ? latest : trace.on;
  const claims = infos.map((info) => {
    const happened = said(trace.registers[info.when]);
    const asked = awards.map(({ date, of }) => {
      const inside = (until(info, date) ?? trace.on) >= trace.on;
      return happened === true && inside ? saturated(of * BigInt(info.share)) / 1_000_000n : 0n;
    });
    return { happened, asked };
  });
  const first = awards.map((_, at) => {
    let found = -1;
    claims.forEach(({ asked }, claim) => {
      if (asked[at] > (found < 0 ? 0n : claims[found].asked[at])) found = claim;
    });
    return found;
  });
  return infos.map((info, claim) => {
    /** @type {[number, bigint][]} */
    const back = awards.flatMap(({ date }, at) => (first[at] === claim ? [[date, claims[claim].asked[at]]] : []));
    return { label: info.label, what: info.what, until: until(info, given), happened: claims[claim].happened, awards: back };
  });
}

/** @param {import("./types.mjs").ClawbackInfo} info @param {number} date @returns {number | null} the last day on which the event matters; null: for ever */
function until(info, date) {
  return info.within === null ? null : monthsOn(date, info.within);
}

/** What is paid for the months before: nothing where the applicant had an award under the clause before. @param {Trace} trace @param {import("./types.mjs").RetroactiveInfo} info @param {bigint} amount @param {Award[]} earlier @returns {{ months: number[], monthly: bigint } | null} */
export function retroactive(trace, info, amount, earlier) {
  const old = trace.registers[info.old];
  if (!isAmount(old) || earlier.length > 0) return null;
  const months = [];
  for (let month = 0; ; month += 1) {
    const first = monthsOn(info.from, month);
    const next = monthsOn(info.from, month + 1);
    if (first === null || next === null || next > info.until + 1) break;
    months.push(first);
  }
  return { months, monthly: greatest(minus(amount, old.low), 0n) };
}
