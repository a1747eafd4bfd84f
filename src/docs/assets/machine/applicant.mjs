/**
 * In: the trace and the decision of an application. Out: what settlement needs of it, as far as it is known; `src/settle/one.rs`.
 * Amounts are scaled by 2; `INFINITE` is no end.
 */
import { isSettled } from "./interval.mjs";
import { INFINITE, floorDivide, greatest, least, minus, plus, powerOfTen, saturated } from "./numbers.mjs";

/** @typedef {import("./trace.mjs").Trace} Trace */
/** @typedef {import("./types.mjs").Decision} Decision */
/** @typedef {import("./types.mjs").Clause} Clause */
/** Two ends of an amount. @typedef {{ low: bigint, high: bigint }} Ends */
/** @typedef {{ clause: number, amount: Ends, open: boolean, needs: number[], before: Ends, beforeNeeds: number[] }} Claim */
/** @typedef {{ is: "known", name: string } | { is: "unknown", slot: number } | { is: "nobody" }} Identity */
/** @typedef {{ clause: number } | { slot: number }} Choice */
/**
 * @typedef {{
 *   date: number, subjects: Identity[], claims: Claim[], externals: Map<number, Ends>, choices: Map<number, Choice>,
 *   limits: Map<number, Ends | null>
 * }} Applicant
 */

/** @param {bigint} amount @returns {Ends} */
export function exact(amount) {
  return { low: amount, high: amount };
}

/** @param {Ends} ends */
export function isExact({ low, high }) {
  return low === high;
}

/** @param {Ends} a @param {Ends} b @returns {Ends} */
export function sumOf(a, b) {
  return { low: plus(a.low, b.low), high: plus(a.high, b.high) };
}

/** `max(0, a − b)`; without an end, a has none whatever is taken off. @param {bigint} a @param {bigint} b */
export function left(a, b) {
  return a === INFINITE ? a : greatest(minus(a, b), 0n);
}

/** At least nothing, of `a − b`, in the worst and in the best case. @param {Ends} a @param {Ends} b @returns {Ends} */
export function lessOf(a, b) {
  return { low: left(a.low, b.high), high: left(a.high, b.low) };
}

/** @param {Ends} a @param {Ends} b @returns {Ends} */
export function leastOf(a, b) {
  return { low: least(a.low, b.low), high: least(a.high, b.high) };
}

/** What settlement needs of an application. @param {Trace} trace @param {Decision[]} decision @returns {Applicant} */
export function applicant(trace, decision) {
  const { program, subject } = trace;
  /** @type {Map<number, Ends>} */
  const externals = new Map();
  /** @type {Map<number, Choice>} */
  const choices = new Map();
  program.settlement.groups.forEach((group, number) => {
    for (const { slot } of group.members) if (slot !== null && !externals.has(slot)) externals.set(slot, external(trace, slot));
    const choice = group.rule === "choose_one" && group.choice !== null ? choiceOf(trace, group.choice) : null;
    if (choice !== null) choices.set(number, choice);
  });
  return {
    date: trace.on,
    subjects: program.subjects.map(({ identifier }) => {
      const name = subject.text(identifier);
      if (name !== null) return { is: "known", name };
      return subject.state(identifier) === "not_applicable" ? { is: "nobody" } : { is: "unknown", slot: identifier };
    }),
    claims: decision.flatMap((decided, clause) => claim(trace, clause, decided)),
    externals,
    choices,
    limits: limits(trace),
  };
}

/** @param {Trace} trace @param {number} clause @param {Decision} decided @returns {Claim[]} */
function claim(trace, clause, decided) {
  const info = trace.program.clauses[clause];
  const { before, needs: beforeNeeds } = beforeCaps(trace, info);
  if (decided.outcome === "eligible") {
    const amount = { low: decided.low, high: decided.high ?? INFINITE };
    return [{ clause, amount, open: false, needs: decided.needs, before, beforeNeeds }];
  }
  const last = trace.last(info);
  if (decided.outcome !== "undetermined" || last === null) return [];
  const most = trace.registers[last.kind === "grant" ? last.a : last.high];
  const high = most.na ? 0n : greatest(most.high, 0n);
  return [{ clause, amount: { low: 0n, high }, open: true, needs: decided.needs, before, beforeNeeds }];
}

/** What a clause comes to before its caps: at discretion the most that it allows. @param {Trace} trace @param {Clause} info @returns {{ before: Ends, needs: number[] }} */
function beforeCaps(trace, info) {
  const last = trace.last(info);
  if (last === null) return { before: exact(INFINITE), needs: [] };
  let at = last.kind === "grant" ? last.a : last.high;
  let most = INFINITE;
  for (let op = trace.prepared.writers[at]; op?.name === "limit"; op = trace.prepared.writers[at]) {
    const lift = trace.prepared.writers[op.on.remaining];
    if (lift?.name === "lift" && trace.registers[lift.on.approved].low === 1n) {
      const approved = trace.registers[lift.on.to];
      if (!approved.na && approved.high !== INFINITE) most = least(most, greatest(approved.high, 0n));
    }
    at = op.on.a;
  }
  const { low, high } = trace.registers[at];
  /** @param {bigint} value */
  const end = (value) => least(value === INFINITE ? INFINITE : greatest(value, 0n), most);
  return { before: { low: end(low), high: end(high) }, needs: trace.needs([at]) };
}

/** What another policy gives. @param {Trace} trace @param {number} slot @returns {Ends} */
function external(trace, slot) {
  const info = trace.program.slots[slot];
  const scale = info.type.kind === "number" ? info.type.scale : 2;
  /** @param {bigint} value */
  const cents = (value) => (scale <= 2 ? saturated(value * powerOfTen(2 - scale)) : floorDivide(value, powerOfTen(scale - 2)));
  const value = trace.subject.value(slot);
  if (value !== null) return exact(greatest(cents(value), 0n));
  if (trace.subject.state(slot) === "not_applicable") return exact(0n);
  return {
    low: info.low === null ? 0n : greatest(cents(BigInt(info.low)), 0n),
    high: info.high === null ? INFINITE : greatest(cents(BigInt(info.high)), 0n),
  };
}

/** The clause that the applicant chose; `null` where nothing was, and never will be. @param {Trace} trace @param {number} slot @returns {Choice | null} */
function choiceOf(trace, slot) {
  const { program, subject } = trace;
  /** @param {string} text @returns {Choice | null} */
  const named = (text) => {
    const clause = program.clauses.findIndex(({ id, title }) => id === text || title === text);
    return clause < 0 ? null : { clause };
  };
  const value = subject.value(slot);
  if (value === null) return subject.state(slot) === "not_applicable" ? null : { slot };
  if (program.slots[slot].type.kind !== "member") return named(subject.text(slot) ?? "");
  const member = program.members[Number(value)];
  return named(member.alias) ?? named(member.name);
}

/** The amounts of all caps as the trace has them; `null`: lifted. @param {Trace} trace @returns {Map<number, Ends | null>} */
function limits(trace) {
  const { program, subject, registers } = trace;
  /** @type {Map<number, Ends | null>} */
  const all = new Map();
  for (const clause of program.clauses) {
    const [first, end] = clause.caps;
    const own = program.caps.slice(first, end);
    const approved = clause.lift !== null && subject.value(clause.lift[0]) === 1n;
    const soft = own.some((cap) => cap.soft);
    own.forEach((cap, at) => {
      const { low, high, na } = registers[cap.register];
      const lifted = approved && (cap.soft || !soft);
      all.set(first + at, lifted || na ? null : { low: greatest(low, 0n), high: greatest(high, 0n) });
    });
  }
  return all;
}

/** Whether everything that matters to settlement is known. @param {Applicant} of */
export function isKnown(of) {
  return (
    of.claims.every((it) => isExact(it.amount) && isExact(it.before) && !it.open) &&
    [...of.externals.values()].every(isExact) &&
    [...of.choices.values()].every((choice) => "clause" in choice) &&
    [...of.limits.values()].every((limit) => limit === null || isExact(limit)) &&
    of.subjects.every(({ is }) => is !== "unknown")
  );
}

/** Whether a register is one known amount. @param {import("./types.mjs").Interval} it */
export function isAmount(it) {
  return isSettled(it) && !it.na;
}
