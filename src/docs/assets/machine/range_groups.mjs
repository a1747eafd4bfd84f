/**
 * What the rule of a group can leave of each member within two ends, as `src/settle/range/groups.rs` and `range/whole.rs`: an amount that
 * may win keeps its high end, and only one that surely wins keeps its low end.
 */
import { exact, isExact, left, leastOf, lessOf, sumOf } from "./applicant.mjs";
import { holds, leaves } from "./holders.mjs";
import { inPeriod } from "./ledger.mjs";
import { INFINITE, greatest, least, minus, plus } from "./numbers.mjs";

/** @typedef {import("./types.mjs").Group} Group */
/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./applicant.mjs").Ends} Ends */
/** @typedef {import("./range.mjs").Run} Run */
/** @typedef {import("./rules.mjs").By} By */
/** What competes; `claim` -1: external. `whole`: with what its caps took off for awards that the group takes off.
 * @typedef {{ member: number, claim: number, amount: Ends, whole: Ends, paid: Ends }} Rival */

/** @param {Run} run @param {Group} group @param {number} number */
export function settleGroup(run, group, number) {
  if (group.rule === "stack") return;
  const { rivals, others } = rivalsOf(run, group);
  const own = rivals.flatMap(({ member, claim }) => (group.members[member].clause !== null && claim >= 0 ? [claim] : []));
  let sum = 0n;
  if (group.rule === "highest") sum = highest(run, number, rivals, others);
  else if (group.rule === "choose_one") chooseOne(run, group, number, rivals, others);
  else priority(run, number, rivals, others);
  run.bundles.push({ claims: own, least: sum, then: own.map((at) => run.leftOf[at]) });
}

/** @param {Run} run @param {Group} group @returns {{ rivals: Rival[], others: number[] }} */
function rivalsOf(run, group) {
  /** @type {number[]} */
  const others = [];
  const rivals = group.members.map(({ clause, slot }, member) => {
    if (clause === null) {
      const amount = run.external(slot ?? -1);
      if (!isExact(amount) && slot !== null) others.push(slot);
      return { member, claim: -1, amount, whole: amount, paid: exact(0n) };
    }
    const { used, slots } = run.used(group.key, group.period, (award) => award.clause === clause);
    others.push(...slots);
    const claim = run.claim(clause);
    const amount = claim < 0 ? exact(0n) : run.leftOf[claim];
    if (claim >= 0) others.push(...run.waits([claim]));
    const whole = claim < 0 ? exact(0n) : wholeOf(run, claim, group, group.rule === "priority" ? member + 1 : 0);
    if (claim >= 0 && !isExact(whole)) others.push(...run.applicant.claims[claim].beforeNeeds);
    return { member, claim, amount, whole, paid: used.sum };
  });
  return { rivals, others };
}

/** Whether `a` of one stands against `b` of the other. @param {bigint} a @param {Rival} one @param {bigint} b @param {Rival} other */
function beats(a, one, b, other) {
  return a > b || (a === b && one.member < other.member);
}

/** The greatest stands; answers what they come to at least together. @param {Run} run @param {number} number @param {Rival[]} rivals @param {number[]} others @returns {bigint} */
function highest(run, number, rivals, others) {
  const paid = rivals.reduce((sum, rival) => sumOf(sum, rival.paid), exact(0n));
  const earlier = rivals.find((other) => other.paid.high > 0n);
  for (const rival of rivals.filter(({ claim }) => claim >= 0)) {
    const rest = rivals.filter(({ member }) => member !== rival.member);
    const sure = rest.every((other) => other.amount.high === 0n || beats(rival.whole.low, rival, other.whole.high, other));
    const can = rest.every((other) => other.amount.low === 0n || beats(rival.whole.high, rival, other.whole.low, other));
    const then = lessOf(rival.whole, paid);
    /** @type {Rival | null} */
    let best = null;
    for (const other of rest) if (best === null || other.whole.high > best.whole.high) best = other;
    /** @type {By} */
    let by = { by: "member", member: rival.member };
    if (sure && earlier !== undefined) by = { by: "ledger", member: earlier.member };
    else if (best !== null) by = { by: "member", member: best.member };
    else if (earlier !== undefined) by = { by: "ledger", member: earlier.member };
    run.put(rival.claim, { low: sure ? then.low : 0n, high: can ? then.high : 0n }, { kind: "group", group: number, by }, others);
  }
  const decided = (/** @type {Rival} */ { claim }) => claim >= 0 && !run.applicant.claims[claim].open;
  const most = (/** @type {bigint[]} */ all) => all.reduce(greatest, 0n);
  const sum = most(rivals.filter(decided).map((rival) => rival.amount.low));
  const foreign = most(rivals.filter((rival) => !decided(rival)).map((rival) => rival.whole.high));
  const capped = rivals.some((rival) => rival.whole.high > rival.amount.high);
  return capped || foreign >= sum ? 0n : left(sum, paid.high);
}

/** @param {Run} run @param {Group} group @param {number} number @param {Rival[]} rivals @param {number[]} others */
function chooseOne(run, group, number, rivals, others) {
  const choice = run.applicant.choices.get(number);
  const open = choice !== undefined && "slot" in choice;
  if (choice !== undefined && "slot" in choice) others.push(choice.slot);
  const chosen = choice !== undefined && "clause" in choice ? group.members.findIndex(({ clause }) => clause === choice.clause) : -1;
  const isExternal = (/** @type {Rival} */ { member }) => group.members[member].clause === null || run.claim(group.members[member].clause ?? -1) < 0;
  const surely = (/** @type {Rival} */ it) => it.paid.low > 0n || (isExternal(it) && it.amount.low > 0n);
  const possibly = (/** @type {Rival} */ it) => it.paid.high > 0n || (isExternal(it) && it.amount.high > 0n);
  const noneSurely = !rivals.some(surely);
  const nonePossibly = !rivals.some(possibly);
  for (const rival of rivals.filter(({ claim }) => claim >= 0)) {
    const before = (/** @type {(it: Rival) => boolean} */ of) => rivals.some((other) => other.member < rival.member && of(other));
    const rest = rivals.filter(({ member }) => member !== rival.member);
    const alone = rest.every((other) => other.amount.high === 0n);
    const contested = rest.some((other) => other.amount.low > 0n);
    const canByClaim = (chosen >= 0 ? chosen === rival.member : open) || !contested;
    const can = (possibly(rival) && !before(surely)) || (noneSurely && canByClaim);
    const sure = (surely(rival) && !before(possibly)) || (nonePossibly && (alone || chosen === rival.member));
    const taken = rivals.find(surely) ?? rivals.find(possibly);
    /** @type {By} */
    let by = { by: "conflict" };
    if (taken !== undefined) by = { by: taken.claim < 0 ? "member" : "ledger", member: taken.member };
    else if (chosen >= 0) by = { by: "choice", member: chosen };
    const to = { low: sure ? rival.amount.low : 0n, high: can ? rival.amount.high : 0n };
    run.put(rival.claim, to, { kind: "group", group: number, by }, others);
  }
  const claimed = rivals.filter((rival) => rival.amount.low > 0n).map(({ member }) => member);
  if (claimed.length > 1 && nonePossibly && chosen < 0) run.conflicts.push({ group: number, members: claimed });
}

/** @param {Run} run @param {number} number @param {Rival[]} rivals @param {number[]} others */
function priority(run, number, rivals, others) {
  for (const rival of rivals.filter(({ claim }) => claim >= 0)) {
    const before = rivals.filter(({ member }) => member < rival.member);
    const after = rivals.filter(({ member }) => member > rival.member);
    const sure = before.every((other) => other.amount.high === 0n && other.paid.high === 0n);
    const can = before.every((other) => other.amount.low === 0n && other.paid.low === 0n);
    const then = lessOf(rival.whole, after.reduce((sum, other) => sumOf(sum, other.paid), exact(0n)));
    const first = before.find((other) => other.amount.high > 0n || other.paid.high > 0n);
    const later = after.find((other) => other.paid.high > 0n);
    /** @type {By} */
    const by =
      first === undefined
        ? { by: "ledger", member: later?.member ?? rival.member }
        : { by: first.amount.high > 0n ? "member" : "ledger", member: first.member };
    run.put(rival.claim, { low: sure ? then.low : 0n, high: can ? then.high : 0n }, { kind: "group", group: number, by }, others);
  }
}

/** What a claim comes to, where awards under members from `first` on are left to the group. @param {Run} run @param {number} claim @param {Group} group @param {number} first @returns {Ends} */
function wholeOf(run, claim, group, first) {
  const amount = run.leftOf[claim];
  const of = run.applicant.claims[claim];
  const lies = (/** @type {Award} */ award) => {
    const member = group.members.findIndex(({ clause }) => clause === award.clause);
    const inside = member >= first && inPeriod(group.period, award.date, run.applicant.date);
    const [surely, possibly] = holds(run.holder(group.key), award);
    return [inside && member >= 0 && surely, inside && member >= 0 && possibly];
  };
  if (group.period.kind === "each" || !run.ledger.some((award) => lies(award)[1])) return amount;
  const given = capped(run, of.clause, of.before, () => true);
  const without = {
    low: capped(run, of.clause, of.before, (award) => !lies(award)[0]).low,
    high: capped(run, of.clause, of.before, (award) => !lies(award)[1]).high,
  };
  const endless = without.high === INFINITE && given.low !== INFINITE;
  return {
    low: whole(amount.low, without.low, given.high),
    high: endless ? INFINITE : whole(amount.high, without.high, given.low),
  };
}

/** What is left of an amount and what the caps took off it: they leave `given` with the awards of the cell, `without` without. @param {bigint} amount @param {bigint} without @param {bigint} given */
export function whole(amount, without, given) {
  return greatest(amount, plus(least(amount, given), minus(without, given)));
}

/** What the caps of a clause leave of an amount, where only some awards count. @param {Run} run @param {number} clause @param {Ends} amount @param {(award: Award) => boolean} counts @returns {Ends} */
function capped(run, clause, amount, counts) {
  const [first, end] = run.program.clauses[clause].caps;
  let ends = amount;
  for (let number = first; number < end; number += 1) {
    const cap = run.program.caps[number];
    const limit = run.applicant.limits.get(number) ?? null;
    if (limit === null) continue;
    const { used } = run.used(cap.key, cap.period, (award) => cap.counts.includes(award.clause) && counts(award));
    ends = leastOf(ends, leaves(used, limit));
  }
  return ends;
}
