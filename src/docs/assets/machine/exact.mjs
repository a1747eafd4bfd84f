/**
 * Settlement of one application of which everything that matters is known: a batch of one, as `src/settle/` settles many. An application
 * that names none of a rule's kinds counts for itself alone, which earlier awards never do.
 */
import { monthsOn, year } from "./calendar.mjs";
import { inPeriod } from "./ledger.mjs";
import { greatest, least, minus, plus } from "./numbers.mjs";
import { inScope, share, unit } from "./holders.mjs";
import { whole } from "./range_groups.mjs";

/** @typedef {import("./types.mjs").Program} Program */
/** @typedef {import("./types.mjs").Award} Award */
/** @typedef {import("./types.mjs").Period} Period */
/** @typedef {import("./types.mjs").Group} Group */
/** @typedef {import("./applicant.mjs").Applicant} Applicant */
/** @typedef {import("./rules.mjs").Rule} Rule */
/** @typedef {import("./rules.mjs").By} By */
/** @typedef {{ clause: number, amount: bigint, taken: { rule: Rule, amount: bigint }[] }} Line */
/** A member of a group that competes; `line` `null`: external. @typedef {{ member: number, line: Line | null, amount: bigint }} Rival */

/** Everybody together. */
const EVERYONE = "everyone";
/** The application by itself. */
const ALONE = "alone";

/** Which period a day lies in. @param {Period} period @param {number} date */
function cellOf(period, date) {
  return period.kind === "year" || period.kind === "once_or_year" ? year(date) : 0;
}

/** One application, settled step by step. */
export class Batch {
  /** @param {Program} program @param {Applicant} applicant @param {Award[]} ledger */
  constructor(program, applicant, ledger) {
    this.program = program;
    this.applicant = applicant;
    this.ledger = ledger;
    /** @type {[number, string][]} */
    this.subjects = applicant.subjects.flatMap((identity, kind) => (identity.is === "known" ? [/** @type {[number, string]} */ ([kind, identity.name])] : []));
    /** In order of clause. @type {Line[]} */
    this.lines = applicant.claims.map(({ clause, amount }) => ({ clause, amount: greatest(amount.low, 0n), taken: [] }));
    /** @type {{ group: number, members: number[] }[]} */
    this.conflicts = [];
  }

  /** Runs every step. */
  settle() {
    const { groups, quotas, budgets, steps } = this.program.settlement;
    for (const step of steps) {
      if (step === "groups") groups.forEach((group, number) => this.group(group, number));
      else if (step === "caps") this.caps();
      else if (step === "joint_caps") groups.forEach((group, number) => this.jointCaps(group, number));
      else if (step === "quotas") quotas.forEach((quota, number) => this.quota(quota, number));
      else budgets.forEach((budget, number) => this.budget(budget, number));
    }
    return this;
  }

  /** Cuts a line down to `to` at most. @param {Line} line @param {bigint} to @param {Rule} rule */
  cut(line, to, rule) {
    const kept = least(line.amount, greatest(to, 0n));
    if (kept < line.amount) {
      line.taken.push({ rule, amount: line.amount - kept });
      line.amount = kept;
    }
    return kept;
  }

  /** Whom a rule counts the application for: the first of its kinds that it names. @param {number[] | null} key */
  holder(key) {
    if (key === null) return EVERYONE;
    for (const kind of key) {
      const named = this.subjects.find(([of]) => of === kind);
      if (named !== undefined) return this.nameOf(named);
    }
    return ALONE;
  }

  /** @param {[number, string]} subject */
  nameOf([kind, text]) {
    return `${kind} ${text}`;
  }

  /** Toward whom an award counts: all of the rule's kinds that it names. @param {Award} award @param {number[] | null} key @returns {string[]} */
  countedFor(award, key) {
    if (key === null) return [EVERYONE];
    return award.subjects.filter(([kind]) => key.includes(kind)).map((subject) => this.nameOf(subject));
  }

  /** As `countedFor`, of the application: itself where it names none. @param {number[] | null} key */
  ownFor(key) {
    if (key === null) return [EVERYONE];
    const named = this.subjects.filter(([kind]) => key.includes(kind)).map((subject) => this.nameOf(subject));
    return named.length === 0 ? [ALONE] : named;
  }

  /** @param {number} number The amount of a cap; `null` where it is lifted. @returns {bigint | null} */
  limit(number) {
    return this.applicant.limits.get(number)?.low ?? null;
  }

  caps() {
    /** @type {Given[]} */
    const given = [];
    for (const line of this.lines.filter(({ amount }) => amount > 0n)) {
      const [first, end] = this.program.clauses[line.clause].caps;
      for (let number = first; number < end; number += 1) {
        const limit = this.limit(number);
        if (limit === null) continue;
        const { key, period, counts } = this.program.caps[number];
        const counted = [...this.ledger, ...given].filter((award) => counts.includes(award.clause));
        this.cut(line, this.leftOf(key, period, counted, limit), { kind: "cap", cap: number });
      }
      if (line.amount > 0n) given.push(this.own(line.clause, line.amount));
    }
  }

  /** Something given by this application. @param {number} clause @param {bigint} amount @returns {Given} */
  own(clause, amount) {
    return { clause, date: this.applicant.date, amount, once: false, subjects: [], own: true };
  }

  /** What is left of a cap of `limit`. @param {number[] | null} key @param {Period} period @param {Given[]} counted @param {bigint} limit */
  leftOf(key, period, counted, limit) {
    if (period.kind === "each") return greatest(limit, 0n);
    const holder = this.holder(key);
    const cell = cellOf(period, this.applicant.date);
    let sum = 0n;
    for (const award of counted) {
      const held = award.own === true ? this.ownFor(key) : this.countedFor(award, key);
      const times = held.filter((of) => of === holder).length;
      if (times === 0) continue;
      if (period.kind === "months") {
        const start = monthsOn(this.applicant.date, -period.months);
        if (start !== null && award.date <= start) continue;
      } else {
        if (period.kind === "once_or_year" && award.once) return 0n;
        if (cellOf(period, award.date) !== cell) continue;
        if (period.kind === "once") return 0n;
      }
      sum = plus(sum, award.amount * BigInt(times));
    }
    return greatest(minus(limit, sum), 0n);
  }

  /** @param {Group} group @param {number} number */
  jointCaps(group, number) {
    if (group.caps.length === 0) return;
    const isMember = (/** @type {Award} */ { clause }) => group.members.some((member) => member.clause === clause);
    /** @type {Given[]} */
    const counted = this.ledger.filter(isMember);
    const each = group.caps.map(({ amount }) => BigInt(amount));
    const count = (/** @type {bigint} */ amount) => {
      each.forEach((left, at) => (each[at] = greatest(minus(left, amount), 0n)));
      counted.push(this.own(-1, amount));
    };
    for (const { slot } of group.members) {
      const amount = slot === null ? 0n : this.external(slot);
      if (amount > 0n) count(amount);
    }
    for (const { line } of this.claimed(group)) {
      if (line === null) continue;
      group.caps.forEach((cap, at) => {
        const left = cap.period.kind === "each" ? each[at] : this.leftOf(cap.key, cap.period, counted, BigInt(cap.amount));
        this.cut(line, left, { kind: "joint_cap", group: number, cap: at });
      });
      if (line.amount > 0n) count(line.amount);
    }
  }

  /** @param {number} slot */
  external(slot) {
    return this.applicant.externals.get(slot)?.low ?? 0n;
  }

  /** The lines of a group with something left, in order of members. @param {Group} group @returns {Rival[]} */
  claimed(group) {
    return group.members.flatMap(({ clause }, member) => {
      const line = this.lines.find((it) => it.clause === clause && it.amount > 0n);
      const first = group.members.findIndex((other) => other.clause === clause) === member;
      return line !== undefined && first ? [{ member, line, amount: line.amount }] : [];
    });
  }

  /** @param {import("./types.mjs").Quota} quota @param {number} number */
  quota(quota, number) {
    const own = this.lines.filter((line) => line.amount > 0n && inScope(quota.scope, line.clause));
    if (own.length === 0) return;
    const cell = cellOf(quota.period, this.applicant.date);
    const held = new Set();
    for (const award of this.ledger) {
      if (!inScope(quota.scope, award.clause) || award.amount <= 0n || cellOf(quota.period, award.date) !== cell) continue;
      for (const name of this.countedFor(award, [quota.per])) held.add(name);
    }
    if (held.has(this.holder([quota.per])) || held.size < quota.count) return;
    for (const line of own) this.cut(line, 0n, { kind: "quota", quota: number });
  }

  /** @param {import("./types.mjs").Budget} budget @param {number} number */
  budget(budget, number) {
    const cell = cellOf(budget.period, this.applicant.date);
    const counted = this.ledger.filter(({ clause, date }) => inScope(budget.scope, clause) && cellOf(budget.period, date) === cell);
    const before = counted.reduce((sum, award) => plus(sum, award.amount), 0n);
    let left = greatest(minus(BigInt(budget.amount), before), 0n);
    const claims = this.lines.filter((line) => line.amount > 0n && inScope(budget.scope, line.clause));
    if (budget.strategy === "pro_rata") {
      this.alike(budget, number, claims, left);
      return;
    }
    for (const line of claims) left -= this.cut(line, budget.partial || line.amount <= left ? left : 0n, { kind: "budget", budget: number });
  }

  /** All scaled down alike. @param {import("./types.mjs").Budget} budget @param {number} number @param {Line[]} claims @param {bigint} left */
  alike(budget, number, claims, left) {
    const asked = claims.reduce((sum, line) => plus(sum, line.amount), 0n);
    if (asked <= left) return;
    const shares = claims.map((line) => share(line.amount, left, asked, unit(budget.scale)));
    let rest = left - shares.reduce((sum, part) => sum + part, 0n);
    const takers = claims.map((_, at) => at);
    if (budget.remainder === "keep") takers.length = 0;
    if (budget.remainder === "last") takers.reverse();
    if (budget.remainder === "largest") takers.sort((a, b) => (claims[a].amount > claims[b].amount ? -1 : claims[a].amount < claims[b].amount ? 1 : a - b));
    for (const at of takers) {
      const more = least(greatest(rest, 0n), claims[at].amount - shares[at]);
      shares[at] += more;
      rest -= more;
    }
    claims.forEach((line, at) => this.cut(line, shares[at], { kind: "budget", budget: number }));
  }

  /** The rule of a group. @param {Group} group @param {number} number */
  group(group, number) {
    if (group.rule === "stack") return;
    const rivals = this.claimed(group);
    group.members.forEach(({ slot }, member) => {
      const amount = slot === null ? 0n : this.external(slot);
      if (amount > 0n) rivals.push({ member, line: null, amount });
    });
    rivals.sort((a, b) => a.member - b.member);
    if (rivals.length > 0) new Arena(this, group, number, rivals).decide();
  }
}

/** An award, or what the application at hand is given. @typedef {Award & { own?: boolean }} Given */

/** The members of a group that compete, and what earlier awards to the same holder in the same period came to. */
class Arena {
  /** @param {Batch} batch @param {Group} group @param {number} number @param {Rival[]} rivals */
  constructor(batch, group, number, rivals) {
    this.batch = batch;
    this.group = group;
    this.number = number;
    this.rivals = rivals;
    this.holder = batch.holder(group.key);
    this.paid = group.members.map((_, member) => this.awards(member, member + 1).reduce((sum, award) => plus(sum, award.amount), 0n));
  }

  /** The awards of the cell under the members `first..end`; one counts as often as it names the holder. @param {number} first @param {number} end @returns {Award[]} */
  awards(first, end) {
    const { key, period, members } = this.group;
    if (period.kind === "each") return [];
    const cell = cellOf(period, this.batch.applicant.date);
    return this.batch.ledger.flatMap((award) => {
      const member = members.findIndex(({ clause }) => clause === award.clause);
      if (member < first || member >= end || cellOf(period, award.date) !== cell) return [];
      return this.batch.countedFor(award, key).filter((of) => of === this.holder).map(() => award);
    });
  }

  /** @param {Rival} rival @param {bigint} to @param {By} by */
  cut({ line }, to, by) {
    if (line !== null) this.batch.cut(line, to, { kind: "group", group: this.number, by });
  }

  decide() {
    if (this.group.rule === "highest") this.highest();
    else if (this.group.rule === "choose_one") this.chooseOne();
    else this.priority();
  }

  highest() {
    /** @type {Rival | null} */
    let best = null;
    let most = -1n;
    for (const rival of this.rivals) {
      const of = this.whole(rival, 0);
      if (best === null || of > most) [best, most] = [rival, of];
    }
    if (best === null) return;
    for (const rival of this.rivals) if (rival.member !== best.member) this.cut(rival, 0n, { by: "member", member: best.member });
    const earlier = this.paid.findIndex((paid) => paid > 0n);
    if (earlier >= 0) this.cut(best, minus(most, this.paid.reduce(plus, 0n)), { by: "ledger", member: earlier });
  }

  chooseOne() {
    const isExternal = (/** @type {number} */ member) => this.rivals.some((rival) => rival.member === member && rival.line === null);
    const taken = this.paid.findIndex((paid, member) => paid > 0n || isExternal(member));
    if (taken >= 0) {
      const by = isExternal(taken) ? "member" : "ledger";
      for (const rival of this.rivals) if (rival.member !== taken) this.cut(rival, 0n, { by, member: taken });
      return;
    }
    const choice = this.batch.applicant.choices.get(this.number);
    const chosen = choice !== undefined && "clause" in choice ? this.group.members.findIndex(({ clause }) => clause === choice.clause) : -1;
    if (this.rivals.length < 2) return;
    const left = chosen < 0 ? this.rivals : this.rivals.filter((rival) => rival.member === chosen);
    if (chosen >= 0) for (const rival of this.rivals) if (rival.member !== chosen) this.cut(rival, 0n, { by: "choice", member: chosen });
    if (left.length < 2) return;
    for (const rival of left) this.cut(rival, 0n, { by: "conflict" });
    this.batch.conflicts.push({ group: this.number, members: left.map(({ member }) => member) });
  }

  priority() {
    const claimed = (/** @type {number} */ member) => this.rivals.some((rival) => rival.member === member);
    const first = this.paid.findIndex((paid, member) => claimed(member) || paid > 0n);
    if (first < 0) return;
    const by = claimed(first) ? "member" : "ledger";
    for (const rival of this.rivals) if (rival.member !== first) this.cut(rival, 0n, { by, member: first });
    const later = this.paid.findIndex((paid, member) => member > first && paid > 0n);
    const paid = this.paid.slice(first + 1).reduce(plus, 0n);
    const rival = this.rivals.find(({ member }) => member === first);
    if (rival === undefined || later < 0) return;
    this.cut(rival, greatest(minus(this.whole(rival, first + 1), paid), 0n), { by: "ledger", member: later });
  }

  /** What an amount comes to, where the ledger under members from `first` on is left to the group. @param {Rival} rival @param {number} first */
  whole({ line, amount }, first) {
    const inside = new Set(this.awards(first, this.group.members.length));
    if (line === null || inside.size === 0) return amount;
    if (![...inside].some((award) => award.amount > 0n)) return amount;
    const { program, applicant, ledger } = this.batch;
    const before = applicant.claims.find(({ clause }) => clause === line.clause)?.before.low ?? line.amount;
    let given = before;
    let without = before;
    const [from, end] = program.clauses[line.clause].caps;
    for (let number = from; number < end; number += 1) {
      const limit = this.batch.limit(number);
      if (limit === null) continue;
      const { counts } = program.caps[number];
      const all = ledger.filter((award) => counts.includes(award.clause));
      given = least(given, this.leftBy(number, all, limit));
      without = least(without, this.leftBy(number, all.filter((award) => !inside.has(award)), limit));
    }
    return whole(amount, without, given);
  }

  /** What awards leave of a cap, by the record. @param {number} number @param {Award[]} awards @param {bigint} limit */
  leftBy(number, awards, limit) {
    const { key, period } = this.batch.program.caps[number];
    const holder = this.batch.holder(key);
    let sum = 0n;
    for (const award of awards.filter((it) => this.batch.countedFor(it, key).includes(holder))) {
      if (period.kind === "once" || (period.kind === "once_or_year" && award.once)) return 0n;
      if (inPeriod(period, award.date, this.batch.applicant.date)) sum = plus(sum, award.amount);
    }
    return greatest(minus(limit, sum), 0n);
  }
}
