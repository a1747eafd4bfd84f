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
  return trace.program.clauses.map((clause, at) => {
    const decision = trace.decideClause(clause);
    return decision.outcome === "undetermined" ? refined(trace, at, decision) : decision;
  });
}

/** @param {Trace} trace @param {number} clause @param {Decision & { outcome: "undetermined" }} decision @returns {Decision} */
function refined(trace, clause, decision) {
  const choices = decision.needs.flatMap((fact) => choiceOf(trace.program, fact));
  let count = 1;
  for (const { values } of choices) count *= values.length + 1;
  if (count > COMPLETIONS_MAX || choices.length === 0) return decision;
  const trial = new Trial(trace, clause, choices.map(({ fact }) => fact));
  const results = Array.from({ length: count }, (_, at) => trial.decide(completion(choices, at)));
  trial.restore();
  return refine(choices, results) ?? decision;
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

/** Completion number `at`: mixed radix, the first choice fastest, "left open" last of each. @param {Choice[]} choices @param {number} at */
function completion(choices, at) {
  let rest = at;
  return choices.map(({ fact, values }) => {
    const digit = rest % (values.length + 1);
    rest = Math.floor(rest / (values.length + 1));
    return { fact, value: digit < values.length ? values[digit] : null };
  });
}

/** What tells decisions apart. @param {Decision} decision */
export function decisionKey(decision) {
  return JSON.stringify(decision, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** @param {Choice[]} choices @param {Decision[]} results One a completion. @returns {Decision | null} */
function refine(choices, results) {
  const keys = results.map(decisionKey);
  const open = results.map((_, at) => openOf(choices, at));
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

/** Which choices a completion leaves open. @param {Choice[]} choices @param {number} at @returns {number[]} */
function openOf(choices, at) {
  let rest = at;
  const open = [];
  for (const [which, { values }] of choices.entries()) {
    if (rest % (values.length + 1) === values.length) open.push(which);
    rest = Math.floor(rest / (values.length + 1));
  }
  return open;
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

/** One clause, decided again and again with some facts filled in. */
class Trial {
  /** @param {Trace} trace @param {number} clause @param {number[]} facts */
  constructor(trace, clause, facts) {
    this.clause = trace.program.clauses[clause];
    this.subject = trace.subject;
    this.before = facts.map((fact) => ({ fact, known: trace.subject.slots[fact] }));
    this.trace = new Trace(trace.scene, [...trace.registers]);
    this.steps = dependent(trace, clause, new Set(facts));
  }

  /** @param {{ fact: number, value: bigint | null }[]} completion @returns {Decision} */
  decide(completion) {
    this.restore();
    for (const { fact, value } of completion) if (value !== null) this.subject.set(fact, { state: "value", value });
    this.trace.scene.runAll(this.steps, this.trace.registers);
    return this.trace.decideClause(this.clause);
  }

  /** Leaves the case as it was. */
  restore() {
    for (const { fact, known } of this.before) this.subject.slots[fact] = known;
  }
}

/** The instructions of a clause and of what all share that read one of the facts, or what is computed of them. @param {Trace} trace @param {number} clause @param {Set<number>} facts @returns {Op[]} */
function dependent(trace, clause, facts) {
  const { prepared, program } = trace;
  const needed = new Set();
  const [first, end] = program.clauses[clause].requirements;
  const open = program.requirements.slice(first, end).map(({ register }) => register);
  for (const op of prepared.blocks[clause]) open.push(...op.reads);
  for (let register = open.pop(); register !== undefined; register = open.pop()) {
    if (needed.has(register)) continue;
    needed.add(register);
    open.push(...(prepared.writers[register]?.reads ?? []));
  }
  /** @type {Set<number>} */
  const changed = new Set();
  /** @param {Op} op @returns {boolean} */
  const changes = ({ name, on, reads, fold }) => {
    if ((name === "load" || name === "approved") && facts.has(on.slot)) return true;
    if (name === "times" && facts.has(program.counters[on.counter].ledger ?? -1)) return true;
    return reads.some((register) => changed.has(register)) || (fold?.body.some(changes) ?? false);
  };
  const own = prepared.blocks[clause];
  return [...prepared.prologue.filter((op) => needed.has(op.dst)), ...own].filter((op) => {
    if (!changes(op)) return false;
    changed.add(op.dst);
    return true;
  });
}
