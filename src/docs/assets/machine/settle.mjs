/**
 * In: the trace of one application, its decision, the ledger. Out: the amounts after settlement, what each rule took, how they are paid:
 * `settle::one` of `src/settle/one.rs`. Where everything that matters is known the application is settled as a batch of one, else by ranges.
 */
import { applicant, isExact, isKnown } from "./applicant.mjs";
import { Batch } from "./exact.mjs";
import { INFINITE, plus } from "./numbers.mjs";
import { clawbacks, due, instalments, retroactive, shares } from "./payments.mjs";
import { Run } from "./range.mjs";
import { money } from "./trace.mjs";

/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Decision} Decision */
/** @typedef {import("./trace.mjs").Trace} Trace */
/** @typedef {import("./rules.mjs").Rule} Rule */
/** An amount; `high` `null`: no ceiling. @typedef {{ low: bigint, high: bigint | null }} Amount */
/**
 * @typedef {{
 *   decision: Decision, assessed: Amount | null, raised: bigint | null, reductions: { rule: Rule, amount: bigint | null }[],
 *   payments: import("./payments.mjs").Instalment[], atOnce: string | null, shares: { payer: string, amount: bigint }[],
 *   clawbacks: import("./payments.mjs").Clawback[], retroactive: { months: number[], monthly: bigint } | null
 * }} Outcome
 * @typedef {{
 *   clauses: Outcome[], total: Amount, conflicts: { group: number, members: number[] }[],
 *   due: { clause: number, awarded: number, instalment: import("./payments.mjs").Instalment }[]
 * }} Settled
 */

/** @param {Trace} trace @param {Decision[]} decision @param {Award[]} awards @returns {Settled} */
export function settle(trace, decision, awards) {
  const earlier = awards.filter(({ date }) => date <= trace.on);
  const of = applicant(trace, decision);
  const left = isKnown(of) ? exactly(trace, of, earlier) : ranged(trace, of, earlier);
  const held = earlier.filter((award) => isOwn(trace, award));
  const clauses = decision.map((decided, number) => {
    const outcome = untouched(decided);
    const line = left.lines.get(number);
    if (decided.outcome === "eligible" && line !== undefined) {
      outcome.assessed = { low: decided.low, high: decided.high };
      outcome.reductions = line.taken;
      outcome.decision = { ...decided, ...line.amount, needs: line.needs };
    }
    pay(trace, number, outcome, held.filter(({ clause }) => clause === number));
    return outcome;
  });
  return { clauses, total: left.total, conflicts: left.conflicts, due: due(trace, held) };
}

/** @param {Decision} decision @returns {Outcome} */
function untouched(decision) {
  return {
    decision, assessed: null, raised: null, reductions: [], payments: [], atOnce: null, shares: [], clawbacks: [], retroactive: null,
  };
}

/** @typedef {{ amount: Amount, needs: number[], taken: { rule: Rule, amount: bigint | null }[] }} LeftLine */
/** @typedef {{ lines: Map<number, LeftLine>, total: Amount, conflicts: { group: number, members: number[] }[] }} Left */

/** @param {Trace} trace @param {import("./applicant.mjs").Applicant} of @param {Award[]} earlier @returns {Left} */
function exactly(trace, of, earlier) {
  const batch = new Batch(trace.program, of, earlier).settle();
  const total = batch.lines.reduce((sum, line) => plus(sum, line.amount), 0n);
  const lines = new Map(batch.lines.map((line) => [line.clause, { amount: asAmount({ low: line.amount, high: line.amount }), needs: [], taken: line.taken }]));
  return { lines, total: asAmount({ low: total, high: total }), conflicts: batch.conflicts };
}

/** @param {Trace} trace @param {import("./applicant.mjs").Applicant} of @param {Award[]} earlier @returns {Left} */
function ranged(trace, of, earlier) {
  const run = new Run(trace.program, of, earlier).settle();
  const lines = new Map(
    of.claims.map(({ clause }, at) => {
      const taken = run.taken.filter(({ claim }) => claim === at).map(({ rule, amount }) => ({ rule, amount }));
      return [clause, { amount: asAmount(run.leftOf[at]), needs: isExact(run.leftOf[at]) ? [] : run.needs[at], taken }];
    }),
  );
  return { lines, total: asAmount(run.total()), conflicts: run.conflicts };
}

/** @param {import("./applicant.mjs").Ends} ends @returns {Amount} */
function asAmount({ low, high }) {
  return { low: money(low) ?? 0n, high: high === INFINITE ? null : money(high) };
}

/** Whether an earlier award went to this applicant: it names nobody else, and somebody whom the application names too. @param {Trace} trace @param {Award} award */
function isOwn(trace, award) {
  const both = award.subjects.flatMap(([kind, theirs]) => {
    const subject = trace.program.subjects[kind];
    const own = subject === undefined ? null : trace.subject.text(subject.identifier);
    return own === null ? [] : [theirs === own];
  });
  return both.length > 0 && both.every(Boolean);
}

/** Payments, shares, claw-back and earlier months of a clause. @param {Trace} trace @param {number} number @param {Outcome} outcome @param {Award[]} earlier */
function pay(trace, number, outcome, earlier) {
  const clause = trace.program.clauses[number];
  const { decision } = outcome;
  const eligible = decision.outcome === "eligible";
  if (eligible && decision.binding !== null) outcome.raised = trace.raised(clause);
  const amount = eligible && decision.high === decision.low ? decision.low : null;
  outcome.clawbacks = clawbacks(trace, clause.clawbacks, amount, earlier);
  if (amount === null || amount <= 0n) return;
  if (clause.payment !== null) Object.assign(outcome, instalments(trace, clause, clause.payment, amount));
  outcome.shares = shares(clause, amount);
  if (clause.retroactive !== null) outcome.retroactive = retroactive(trace, clause.retroactive, amount, earlier);
}
