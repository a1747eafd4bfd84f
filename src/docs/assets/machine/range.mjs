/**
 * What settlement can leave of each amount of one application of which not everything is known, as `src/settle/range.rs`: every
 * completion settles to an amount within these ends.
 */
import { exact, isExact, left, leastOf, lessOf, sumOf } from "./applicant.mjs";
import { holds, inScope, leaves, share, unit, unused } from "./holders.mjs";
import { inPeriod } from "./ledger.mjs";
import { INFINITE, greatest, least, minus, plus } from "./numbers.mjs";
import { settleGroup } from "./range_groups.mjs";

/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Period} Period */
/** @typedef {import("./types.mjs").Group} Group */
/** @typedef {import("./types.mjs").Budget} Budget */
/** @typedef {import("./applicant.mjs").Ends} Ends */
/** @typedef {import("./applicant.mjs").Applicant} Applicant */
/** @typedef {import("./rules.mjs").Rule} Rule */
/** Only one of them stands (`least` of them all together, as long as what is left is `then`); or together at most `most`.
 * @typedef {{ claims: number[], least: bigint, then: Ends[] } | { claims: number[], most: bigint }} Bundle */
/** @typedef {import("./holders.mjs").Holder} Holder */
/** @typedef {import("./holders.mjs").Used} Used */

/** Settles one application, step by step. */
export class Run {
  /** @param {import("./types.mjs").Program} program @param {Applicant} applicant @param {Award[]} ledger */
  constructor(program, applicant, ledger) {
    this.program = program;
    this.applicant = applicant;
    this.ledger = ledger;
    /** What is left of each claim. @type {Ends[]} */
    this.leftOf = applicant.claims.map(({ amount }) => amount);
    /** What each claim waits for. @type {number[][]} */
    this.needs = applicant.claims.map(({ needs }) => needs);
    /** What was taken: of the high end, `null` where there was none. @type {{ claim: number, rule: Rule, amount: bigint | null }[]} */
    this.taken = [];
    /** Groups of which several members are claimed and none is chosen. @type {{ group: number, members: number[] }[]} */
    this.conflicts = [];
    /** @type {Bundle[]} */
    this.bundles = [];
  }

  /** Runs every step. */
  settle() {
    const { groups, quotas, budgets, steps } = this.program.settlement;
    for (const step of steps) {
      if (step === "groups") groups.forEach((group, number) => settleGroup(this, group, number));
      else if (step === "caps") this.caps();
      else if (step === "joint_caps") groups.forEach((group, number) => this.jointCaps(group, number));
      else if (step === "quotas") quotas.forEach((quota, number) => this.quota(quota, number));
      else budgets.forEach((budget, number) => this.budget(budget, number));
    }
    return this;
  }

  /** The place of a clause among the claims; -1 where it is not claimed. @param {number} clause */
  claim(clause) {
    return this.applicant.claims.findIndex((claim) => claim.clause === clause);
  }

  /** Puts what a rule leaves in the place of a claim; `others` are the slots on which that rests. @param {number} claim @param {Ends} to @param {Rule} rule @param {number[]} others */
  put(claim, to, rule, others) {
    const before = this.leftOf[claim];
    const bounded = leastOf(before, to);
    const after = { low: least(bounded.low, bounded.high), high: bounded.high };
    if (after.low === before.low && after.high === before.high) return;
    const high = before.high === INFINITE && after.high !== INFINITE ? INFINITE : minus(before.high, after.high);
    this.taken.push({ claim, rule, amount: high === INFINITE ? null : high });
    this.leftOf[claim] = after;
    if (!isExact(after)) this.needs[claim] = [...new Set([...this.needs[claim], ...others])].sort((a, b) => a - b);
  }

  /** The slots for which claims wait whose amount is not exact. @param {number[]} claims */
  waits(claims) {
    return claims.filter((claim) => !isExact(this.leftOf[claim])).flatMap((claim) => this.needs[claim]);
  }

  /** @param {number[] | null} key @returns {Holder} */
  holder(key) {
    if (key === null) return { who: "everyone" };
    /** @type {[number, number][]} */
    const unknown = [];
    for (const kind of key) {
      const identity = this.applicant.subjects[kind];
      if (identity.is === "known") return { who: "subject", kind, text: identity.name };
      if (identity.is === "unknown") unknown.push([kind, identity.slot]);
    }
    return unknown.length === 0 ? { who: "nobody" } : { who: "unknown", kinds: unknown };
  }

  /** What the ledger has used, and the slots that would tell more. @param {number[] | null} key @param {Period} period @param {(award: Award) => boolean} counts @returns {{ used: Used, slots: number[] }} */
  used(key, period, counts) {
    const used = unused();
    /** @type {number[]} */
    const slots = [];
    if (period.kind === "each") return { used, slots };
    const holder = this.holder(key);
    for (const award of this.ledger.filter(counts)) {
      const [surely, possibly] = holds(holder, award);
      const up = period.kind === "once" || (period.kind === "once_or_year" && award.once);
      used.up = [used.up[0] || (up && surely), used.up[1] || (up && possibly)];
      const inside = inPeriod(period, award.date, this.applicant.date);
      if (inside) used.sum = sumOf(used.sum, { low: surely ? award.amount : 0n, high: possibly ? award.amount : 0n });
      if (possibly && !surely && (up || inside) && holder.who === "unknown") slots.push(...holder.kinds.map(([, slot]) => slot));
    }
    return { used, slots };
  }

  caps() {
    this.applicant.claims.forEach(({ clause }, at) => {
      const [first, end] = this.program.clauses[clause].caps;
      for (let number = first; number < end; number += 1) this.cap(at, number);
    });
  }

  /** @param {number} at @param {number} number */
  cap(at, number) {
    const cap = this.program.caps[number];
    const limit = this.applicant.limits.get(number) ?? null;
    if (limit === null) return;
    const { used: ledger, slots } = this.used(cap.key, cap.period, (award) => cap.counts.includes(award.clause));
    /** @type {Used} */
    const used = { sum: ledger.sum, up: [ledger.up[0], ledger.up[1]] };
    const others = [...slots];
    /** @type {number[]} */
    const earlier = [];
    if (cap.period.kind !== "each") {
      this.applicant.claims.slice(0, at).forEach(({ clause }, place) => cap.counts.includes(clause) && earlier.push(place));
      for (const place of earlier) {
        const ends = this.leftOf[place];
        used.sum = sumOf(used.sum, ends);
        const once = cap.period.kind === "once";
        used.up = [used.up[0] || (once && ends.low > 0n), used.up[1] || (once && ends.high > 0n)];
      }
      others.push(...this.waits(earlier));
    }
    // The earlier ones need not be under this cap; then nothing is left for this one.
    const before = earlier.reduce((sum, place) => sumOf(sum, this.leftOf[place]), exact(0n));
    const most = greatest(leaves(ledger, limit).high, before.high);
    this.put(at, leaves(used, limit), { kind: "cap", cap: number }, others);
    this.bundles.push({ claims: [...earlier, at], most });
  }

  /** The places of the claims of a group, in order of members. @param {Group} group */
  members(group) {
    return group.members.map(({ clause }) => (clause === null ? -1 : this.claim(clause))).filter((place) => place >= 0);
  }

  /** @param {number} slot @returns {Ends} */
  external(slot) {
    return this.applicant.externals.get(slot) ?? exact(0n);
  }

  /** @param {Group} group @param {number} number */
  jointCaps(group, number) {
    const slots = group.members.flatMap(({ slot }) => (slot === null ? [] : [slot]));
    const external = slots.reduce((sum, slot) => sumOf(sum, this.external(slot)), exact(0n));
    const unknown = slots.filter((slot) => !isExact(this.external(slot)));
    const members = this.members(group);
    const counts = (/** @type {Award} */ award) => group.members.some(({ clause }) => clause === award.clause);
    members.forEach((place, at) => {
      const earlier = members.slice(0, at);
      group.caps.forEach((cap, which) => {
        const { used, slots: others } = this.used(cap.key, cap.period, counts);
        const limit = exact(BigInt(cap.amount));
        used.sum = sumOf(used.sum, external);
        const most = leaves(used, limit).high;
        for (const before of earlier) used.sum = sumOf(used.sum, this.leftOf[before]);
        this.put(place, leaves(used, limit), { kind: "joint_cap", group: number, cap: which }, [...others, ...this.waits(earlier), ...unknown]);
        if (at + 1 === members.length) this.bundles.push({ claims: members, most });
      });
    });
  }

  /** @param {import("./types.mjs").Quota} quota @param {number} number */
  quota(quota, number) {
    const held = new Set();
    for (const award of this.ledger) {
      const name = award.subjects.find(([kind]) => kind === quota.per);
      const counts = inScope(quota.scope, award.clause) && award.amount > 0n && inPeriod(quota.period, award.date, this.applicant.date);
      if (counts && name !== undefined) held.add(name[1]);
    }
    if (held.size < quota.count) return;
    const identity = this.applicant.subjects[quota.per];
    if (identity.is === "known" && held.has(identity.name)) return;
    const may = identity.is === "unknown" && held.size > 0;
    const to = may ? { low: 0n, high: INFINITE } : exact(0n);
    const others = may ? [identity.slot] : [];
    this.applicant.claims.forEach(({ clause }, place) => {
      if (inScope(quota.scope, clause)) this.put(place, to, { kind: "quota", quota: number }, others);
    });
  }

  /** @param {Budget} budget @param {number} number */
  budget(budget, number) {
    const counted = this.ledger.filter(({ clause, date }) => inScope(budget.scope, clause) && inPeriod(budget.period, date, this.applicant.date));
    const available = left(BigInt(budget.amount), counted.reduce((sum, award) => plus(sum, award.amount), 0n));
    const places = this.applicant.claims.flatMap(({ clause }, at) => (inScope(budget.scope, clause) ? [at] : []));
    const asked = places.map((place) => this.leftOf[place]);
    const others = this.waits(places);
    let before = exact(0n);
    places.forEach((place, at) => {
      const own = asked[at];
      /** @type {Ends} */
      let to;
      if (budget.strategy === "pro_rata") {
        const rest = asked.filter((_, other) => other !== at).reduce(sumOf, exact(0n));
        to = scaled(budget, available, own, rest, asked.length);
      } else {
        const room = lessOf(exact(available), before);
        if (budget.partial || own.high <= room.low) to = room;
        else to = { low: 0n, high: own.low <= room.high ? room.high : 0n };
      }
      this.put(place, to, { kind: "budget", budget: number }, others);
      before = sumOf(before, this.leftOf[place]);
    });
    this.bundles.push({ claims: places, most: available });
  }

  /** All that is not open together. @returns {Ends} */
  total() {
    const free = this.applicant.claims.map(({ open }) => !open);
    let total = exact(0n);
    for (const bundle of this.bundles) {
      const own = bundle.claims.filter((at) => free[at]);
      const sum = own.reduce((all, at) => sumOf(all, this.leftOf[at]), exact(0n));
      /** @type {Ends} */
      let together;
      if ("most" in bundle) {
        if (bundle.most >= sum.high) continue;
        together = { low: sum.low, high: bundle.most };
      } else {
        const most = own.map((at) => this.leftOf[at].high).reduce(greatest, 0n);
        const same = bundle.claims.every((at, place) => this.leftOf[at].low === bundle.then[place].low && this.leftOf[at].high === bundle.then[place].high);
        const whole = own.length === bundle.claims.length && same;
        together = { low: whole ? greatest(sum.low, bundle.least) : sum.low, high: most };
      }
      for (const at of own) free[at] = false;
      total = sumOf(total, together);
    }
    return free.reduce((sum, open, at) => (open ? sumOf(sum, this.leftOf[at]) : sum), total);
  }
}

/** The least and greatest share of a budget that is scaled down alike; `rest` is what the others ask. @param {Budget} budget @param {bigint} available @param {Ends} own @param {Ends} rest @param {number} count @returns {Ends} */
function scaled(budget, available, own, rest, count) {
  const of = unit(budget.scale);
  let low = 0n;
  if (rest.high !== INFINITE) {
    const asked = plus(own.low, rest.high);
    low = asked <= available ? own.low : share(own.low, available, asked, of);
  }
  const spare = budget.remainder === "keep" ? 0n : of * BigInt(count);
  let high = available;
  if (own.high !== INFINITE) {
    const asked = plus(own.high, rest.low);
    high = asked <= available ? own.high : least(plus(share(own.high, available, asked, of), spare), own.high);
  }
  return { low, high: least(high, available) };
}
