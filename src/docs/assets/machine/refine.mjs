/**
 * Leaves out of what a clause needs each fact that cannot change the answer, as `src/vm/needs.rs`: yes/no facts and classes are tried
 * with every value. Only the instructions that depend on what is tried are run again.
 */
import { Trace } from "./trace.mjs";

/** @typedef {import("./types.mjs").Decision} Decision */
/** @typedef {import("./types.mjs").Op} Op */
/** @typedef {{ fact: number, values: bigint[] }} Choice */

/** Most completions that are tried for one clause. */
export const COMPLETIONS_MAX = 4096;

/** The decision, in which no fact is asked for that cannot change the answer. @param {Trace} trace @returns {Decision[]} */
export function decideRefined(trace) {
  /** Clauses that wait for the same facts are tried with the same completions. @type {Map<string, Plan>} */
  const plans = new Map();
  return trace.program.clauses.map((clause, at) => {
    const decision = trace.decideClause(clause);
    if (decision.outcome !== "undetermined") return decision;
    const choices = decision.needs.flatMap((fact) => choiceOf(trace.program, fact));
    const key = choices.map(({ fact }) => fact).join();
    const plan = plans.get(key) ?? planOf(choices);
    plans.set(key, plan);
    return plan.values.length === 0 ? decision : refined(trace, at, plan) ?? decision;
  });
}

/** @param {Trace} trace @param {number} clause @param {Plan} plan @returns {Decision | null} */
function refined(trace, clause, plan) {
  const trial = new Trial(trace, clause, plan);
  const results = plan.values.map((_, at) => trial.decide(at));
  trial.restore();
  return refine(plan, results);
}

/** @param {import("./types.mjs").Program} program @param {number} fact @returns {Choice[]} One, or none where its values cannot be listed. */
function choiceOf(program, fact) {
  const { type } = program.slots[fact];
  if (type.kind === "bool") return [{ fact, values: [0n, 1n] }];
  if (type.kind !== "member") return [];
  const { first, end } = program.classes[type.class];
  const count = Math.min(end - first, COMPLETIONS_MAX + 1);
  return [{ fact, values: Array.from({ length: count }, (_, at) => BigInt(first + at)) }];
}

/**
 * All completions of some choices, in mixed radix, the first choice fastest, "left open" last of each. `values`: of each completion the
 * values in order of choice; `open`: which choices it leaves open; `changed`: the last choice that differs from the completion before.
 * @typedef {{ choices: Choice[], values: (bigint | null)[][], open: number[][], changed: number[] }} Plan
 */

/** @param {Choice[]} choices @returns {Plan} Without completions where there are too many, or nothing to choose. */
function planOf(choices) {
  let count = 1;
  for (const { values } of choices) count *= values.length + 1;
  /** @type {Plan} */
  const plan = { choices, values: [], open: [], changed: [] };
  if (count > COMPLETIONS_MAX || choices.length === 0) return plan;
  const digits = choices.map(() => 0);
  let changed = choices.length - 1;
  for (let at = 0; at < count; at += 1) {
    plan.values.push(choices.map(({ values }, which) => values[digits[which]] ?? null));
    plan.open.push(digits.flatMap((digit, which) => (digit === choices[which].values.length ? [which] : [])));
    plan.changed.push(changed);
    changed = 0;
    while (changed < choices.length && digits[changed] === choices[changed].values.length) {
      digits[changed] = 0;
      changed += 1;
    }
    if (changed < choices.length) digits[changed] += 1;
  }
  return plan;
}

/** What tells decisions apart. @param {Decision} decision @returns {string} */
export function decisionKey(decision) {
  switch (decision.outcome) {
    case "not_in_force":
      return "";
    case "ineligible":
      return `i${decision.failed.join()}`;
    case "undetermined":
      return `u${decision.needs.join()}`;
    default:
      return `e${decision.low} ${decision.high} ${decision.binding} ${decision.needs.join()}`;
  }
}

/** @param {Plan} plan @param {Decision[]} results One a completion. @returns {Decision | null} */
function refine({ choices, open }, results) {
  const keys = results.map(decisionKey);
  const whole = results.map((_, at) => at).filter((at) => open[at].length === 0);
  const first = results[whole[0]];
  if (first === undefined) return null;
  if (first.outcome !== "undetermined" && whole.every((at) => keys[at] === keys[whole[0]])) return first;
  /** @type {Set<number>} */
  const needs = new Set(whole.flatMap((at) => needsOf(results[at])));
  let step = 1;
  choices.forEach((choice, which) => {
    const alone = (/** @type {number} */ at) => open[at].length === 1 && open[at][0] === which;
    const matters = results.some((_, at) => alone(at) && canMatter(choice, step, at, results, keys));
    if (matters) needs.add(choice.fact);
    step *= choice.values.length + 1;
  });
  return { outcome: "undetermined", needs: [...needs].sort((a, b) => a - b) };
}

/**
 * Whether a fact can change the answer where all other choices are made as in `open`, in which it alone is left open.
 * @param {Choice} choice @param {number} step @param {number} open @param {Decision[]} results @param {string[]} keys
 */
function canMatter({ fact, values }, step, open, results, keys) {
  const at = (/** @type {number} */ value) => open - (values.length - value) * step;
  const same = values.every((_, value) => keys[at(value)] === keys[at(0)]);
  if (same && results[at(0)]?.outcome !== "undetermined") return false;
  // Equal but undecided results may still differ once the rest is known, unless the fact is not even asked for.
  return !same || needsOf(results[open]).includes(fact);
}

/** @param {Decision} decision @returns {number[]} */
function needsOf(decision) {
  return decision.outcome === "undetermined" ? decision.needs : [];
}

/** One clause, decided with each completion in turn. */
class Trial {
  /** @param {Trace} trace @param {number} clause @param {Plan} plan */
  constructor(trace, clause, { choices, values, changed }) {
    this.clause = trace.program.clauses[clause];
    this.subject = trace.subject;
    this.values = values;
    this.changed = changed;
    this.before = choices.map(({ fact }) => ({ fact, known: trace.subject.slots[fact] }));
    this.trace = new Trace(trace.scene, [...trace.registers]);
    const all = dependent(trace, clause, choices.map(({ fact }) => fact));
    /** What is run again where the choices up to each change. */
    this.steps = choices.map((_, last) => all.filter(({ first }) => first <= last).map(({ op }) => op));
  }

  /** @param {number} at @returns {Decision} */
  decide(at) {
    const last = this.changed[at];
    for (let which = 0; which <= last; which += 1) {
      const { fact, known } = this.before[which];
      const value = this.values[at][which];
      this.subject.slots[fact] = value === null ? known : { state: "value", value };
    }
    this.trace.scene.runAll(this.steps[last], this.trace.registers);
    return this.trace.decideClause(this.clause);
  }

  /** Leaves the case as it was. */
  restore() {
    for (const { fact, known } of this.before) this.subject.slots[fact] = known;
  }
}

/**
 * The instructions of a clause and of what all share that read one of the facts, or what is computed of them; `first`: the first of the
 * facts on which it depends.
 * @param {Trace} trace @param {number} clause @param {number[]} facts @returns {{ op: Op, first: number }[]}
 */
function dependent({ prepared, program }, clause, facts) {
  const needed = new Set();
  const [first, end] = program.clauses[clause].requirements;
  const open = program.requirements.slice(first, end).map(({ register }) => register);
  for (const op of prepared.blocks[clause]) open.push(...op.reads);
  for (let register = open.pop(); register !== undefined; register = open.pop()) {
    if (needed.has(register)) continue;
    needed.add(register);
    open.push(...(prepared.writers[register]?.reads ?? []));
  }
  /** @type {Map<number, number>} */
  const changed = new Map();
  const place = (/** @type {number | null} */ slot) => (slot !== null && facts.includes(slot) ? facts.indexOf(slot) : Infinity);
  /** @param {Op} op @returns {number} */
  const firstOf = ({ name, on, reads, fold }) => {
    let least = Math.min(Infinity, ...reads.map((register) => changed.get(register) ?? Infinity), ...(fold?.body.map(firstOf) ?? []));
    if (name === "load" || name === "approved") least = place(on.slot);
    if (name === "times") least = place(program.counters[on.counter].ledger);
    return least;
  };
  const own = prepared.blocks[clause];
  return [...prepared.prologue.filter((op) => needed.has(op.dst)), ...own].flatMap((op) => {
    const least = firstOf(op);
    if (least === Infinity) return [];
    changed.set(op.dst, least);
    return [{ op, first: least }];
  });
}
