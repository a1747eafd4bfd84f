/**
 * In: what was answered. Out: the next question: only facts that can still change an answer, facts of the scope first, then the one whose
 * answer is expected to settle most clauses. A department's discretion is asked about only where nothing else can settle a clause.
 */
import { truth } from "../machine/interval.mjs";
import { Trace } from "../machine/trace.mjs";

/** @typedef {import("../machine/types.mjs").Op} Op */
/** @typedef {import("../machine/types.mjs").Decision} Decision */
/** @typedef {import("./answers.mjs").Answers} Answers */
/**
 * `slots`: the facts that are asked together. `clauses`: how many clauses wait for them.
 * @typedef {{ kind: "fact" | "certificate" | "series" | "list" | "ledger" | "choice", slots: number[], clauses: number }} Question
 */

/** Most steps of trial runs for one question; beyond, facts are counted and not tried. */
const TRIAL_STEPS_MAX = 300_000;
/** Most values of one fact that are tried. */
const VALUES_MAX = 48;

/** The next question; `null` where nothing that can be answered changes anything. @param {import("../machine/explain.mjs").Assessed} assessed @param {Answers} answers @returns {Question | null} */
export function nextQuestion({ trace, decision, settled }, answers) {
  const waiting = waitingClauses(trace, settled.clauses.map((outcome) => outcome.decision), answers);
  const users = countUsers(waiting);
  if (users.size === 0) return null;
  const scope = scopeFacts(trace);
  const stated = [...users.keys()].filter((slot) => trace.program.slots[slot].giver !== "discretion");
  const asked = stated.length > 0 ? stated : [...users.keys()];
  const first = asked.filter((slot) => scope.has(slot));
  const slot = best(trace, decision, first.length > 0 ? first : asked, waiting);
  return grouped(trace, slot, users, answers);
}

/** What each clause waits for that was not asked yet. @param {Trace} trace @param {Decision[]} decision @param {Answers} answers @returns {number[][]} */
function waitingClauses(trace, decision, answers) {
  const discretion = (/** @type {number} */ slot) => trace.program.slots[slot].giver === "discretion";
  return decision.map((decided) => {
    if (decided.outcome !== "eligible" && decided.outcome !== "undetermined") return [];
    const open = decided.needs.filter((slot) => !answers.isAsked(slot));
    return decided.outcome === "eligible" ? open.filter((slot) => !discretion(slot)) : open;
  });
}

/** How many clauses wait for each fact. @param {number[][]} waiting */
function countUsers(waiting) {
  /** @type {Map<number, number>} */
  const users = new Map();
  for (const slot of waiting.flat()) users.set(slot, (users.get(slot) ?? 0) + 1);
  return new Map([...users].sort(([a], [b]) => a - b));
}

/** The facts for which requirements of the scope wait. @param {Trace} trace @returns {Set<number>} */
function scopeFacts(trace) {
  const open = trace.program.requirements.filter(
    ({ kind, register }) => kind.startsWith("scope") && truth(trace.registers[register]) === "open",
  );
  return new Set(trace.needs(open.map(({ register }) => register)));
}

/** The fact whose answer is expected to settle most; of equals the first declared. @param {Trace} trace @param {Decision[]} decision @param {number[]} slots @param {number[][]} waiting */
function best(trace, decision, slots, waiting) {
  const shares = new Map(slots.map((slot) => [slot, shareOf(slot, waiting)]));
  let steps = TRIAL_STEPS_MAX;
  let chosen = slots[0];
  let most = -1;
  const inOrder = [...slots].sort((a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0) || a - b);
  for (const slot of inOrder) {
    let score = (shares.get(slot) ?? 0) / 1_000;
    const values = trialValues(trace, slot);
    const run = values.length === 0 ? [] : dependents(trace, slot);
    const cost = run.length * values.length;
    if (values.length > 0 && cost <= steps) {
      steps -= cost;
      score += expected(trace, decision, slot, values, run);
    }
    if (score > most) [chosen, most] = [slot, score];
  }
  return chosen;
}

/** A fact that a clause needs among few is worth more than one among many. @param {number} slot @param {number[][]} waiting */
function shareOf(slot, waiting) {
  return waiting.reduce((sum, needs) => sum + (needs.includes(slot) ? 1 / needs.length : 0), 0);
}

/** Values that stand for all that a fact may have, with their weights; none where they cannot be told. @param {Trace} trace @param {number} slot @returns {{ value: bigint, weight: number }[]} */
function trialValues(trace, slot) {
  const { program } = trace;
  const { type } = program.slots[slot];
  if (type.kind === "bool") return [{ value: 0n, weight: 1 }, { value: 1n, weight: 1 }];
  if (type.kind === "number" || type.kind === "date") return thresholds(trace, slot);
  if (type.kind !== "member") return [];
  const { first, end } = program.classes[type.class];
  const edges = new Set([first]);
  for (const set of program.sets) for (const [from, to] of set) for (const edge of [from, to]) if (edge > first && edge < end) edges.add(edge);
  const starts = [...edges].sort((a, b) => a - b);
  if (starts.length > VALUES_MAX) return [];
  return starts.map((start, at) => ({ value: BigInt(start), weight: (starts[at + 1] ?? end) - start }));
}

/** Below, at and above each constant with which a number or date is compared. @param {Trace} trace @param {number} slot */
function thresholds(trace, slot) {
  const { prepared } = trace;
  const loads = new Set(prepared.ops.filter(({ name, on }) => name === "load" && on.slot === slot).map(({ dst }) => dst));
  /** @type {Set<bigint>} */
  const constants = new Set();
  for (const { name, on } of prepared.ops) {
    if (!["at-least", "above", "equal", "not-equal"].includes(name)) continue;
    for (const [side, other] of [[on.a, on.b], [on.b, on.a]]) {
      const writer = prepared.writers[other]?.name;
      if (loads.has(side) && (writer === "number" || writer === "date")) constants.add(prepared.initial[other].low);
    }
  }
  const values = [...constants].flatMap((constant) => [constant - 1n, constant, constant + 1n]);
  const { low, high } = prepared.slots[slot];
  const inside = [...new Set(values)].filter((value) => value >= low && value <= high);
  return inside.length > VALUES_MAX ? [] : inside.map((value) => ({ value, weight: 1 }));
}

/** How many clauses an answer is expected to settle. @param {Trace} trace @param {Decision[]} decision @param {number} slot @param {{ value: bigint, weight: number }[]} values @param {Op[]} run */
function expected(trace, decision, slot, values, run) {
  const { program, subject } = trace;
  const open = program.clauses.filter((_, at) => {
    const decided = decision[at];
    return decided.outcome === "undetermined" && decided.needs.includes(slot);
  });
  const before = subject.slots[slot];
  const registers = [...trace.registers];
  const trial = new Trace(trace.scene, registers);
  let settled = 0;
  let weights = 0;
  for (const { value, weight } of values) {
    subject.set(slot, { state: "value", value });
    trace.scene.runAll(run, registers);
    settled += weight * open.filter((clause) => trial.isDecided(clause)).length;
    weights += weight;
  }
  subject.slots[slot] = before;
  return settled / weights;
}

/** Every instruction that reads a fact, or what is computed of it. @param {Trace} trace @param {number} fact @returns {Op[]} */
function dependents({ prepared, program }, fact) {
  const changed = new Set();
  /** @param {Op} op @returns {boolean} */
  const changes = ({ name, on, reads, fold }) => {
    if ((name === "load" || name === "approved") && on.slot === fact) return true;
    if (name === "times" && program.counters[on.counter].ledger === fact) return true;
    return reads.some((register) => changed.has(register)) || (fold?.body.some(changes) ?? false);
  };
  return [prepared.prologue, ...prepared.blocks].flat().filter((op) => {
    if (!changes(op)) return false;
    changed.add(op.dst);
    return true;
  });
}

/** The question that asks a fact, with what belongs to it. @param {Trace} trace @param {number} slot @param {Map<number, number>} users @param {Answers} answers @returns {Question} */
function grouped({ program }, slot, users, answers) {
  const clauses = users.get(slot) ?? 0;
  const info = program.slots[slot];
  const wanted = (/** @type {number | null} */ of) => of !== null && users.has(of) && !answers.isAsked(of);
  if (slot === program.ledger_slot) return { kind: "ledger", slots: [slot], clauses };
  if (info.type.kind === "list") return { kind: "list", slots: [slot], clauses };
  if (program.settlement.groups.some(({ choice }) => choice === slot)) return { kind: "choice", slots: [slot], clauses };
  const held = info.certificate !== null ? slot : program.slots.findIndex(({ certificate: of }) => of !== null && [of.level, of.from, of.until].includes(slot));
  const certificate = program.slots[held]?.certificate ?? null;
  if (certificate !== null) {
    const parts = [certificate.level, certificate.from, certificate.until].filter(wanted);
    const all = [...(answers.isAsked(held) ? [] : [held]), ...parts];
    return { kind: "certificate", slots: /** @type {number[]} */ (all), clauses };
  }
  const { year } = info;
  if (year !== null) {
    const same = [...users.keys()].filter((of) => program.slots[of].year?.series === year.series && !answers.isAsked(of));
    return { kind: "series", slots: same.sort((a, b) => yearIn(program, a) - yearIn(program, b)), clauses };
  }
  return { kind: "fact", slots: [slot], clauses };
}

/** @param {import("../machine/types.mjs").Program} program @param {number} slot */
function yearIn(program, slot) {
  const of = program.slots[slot].year;
  return of === null ? 0 : of.year + (of.relative ? 10_000 : 0);
}
