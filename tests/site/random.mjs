/**
 * Random answers to the questions of a session, the same for the same seed.
 */
import { traced } from "../../src/docs/assets/machine/explain.mjs";

/** Numbers at random (xorshift), from a seed. */
export class Random {
  constructor(seed) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  }

  /** Below `count`. */
  below(count) {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state >>> 0;
    return this.state % count;
  }

  one(of) {
    return of[this.below(of.length)];
  }

  once(times) {
    return this.below(times) === 0;
  }
}

/** A value of a fact or a cell. */
function value(program, info, on, random) {
  const { type } = info;
  switch (type.kind) {
    case "bool":
      return { state: "value", value: random.once(3) ? 0n : 1n };
    case "date":
      return { state: "value", value: BigInt(on - 1_500 + random.below(2_000)) };
    case "member": {
      const { first, end } = program.classes[type.class];
      return { state: "value", value: BigInt(first + random.below(end - first)) };
    }
    case "number": {
      const one = 10n ** BigInt(type.scale);
      const near = random.once(2) && program.constants.length > 0 ? BigInt(random.one(program.constants)) + BigInt(random.below(3) - 1) : BigInt(random.below(1_000)) * one;
      const wanted = random.once(4) ? near * 10_000n : near;
      const most = BigInt(info.most);
      const low = info.low === null ? 0n : BigInt(info.low);
      const high = info.high === null ? most : BigInt(info.high);
      return { state: "value", value: wanted < low ? low : wanted > high ? high : wanted };
    }
    default:
      return { state: "text", text: info.credit_code ? "91310000132260250X" : random.one(["甲", "乙"]) };
  }
}

/** As `value`, or that it is not known or does not apply. */
function given(program, info, on, random) {
  if (random.once(12)) return { state: "unknown" };
  return random.once(20) ? { state: "not_applicable" } : value(program, info, on, random);
}

/** As `given`; who applies is somebody. */
function identified(program, slot, on, random) {
  const answer = given(program, program.slots[slot], on, random);
  const identifies = program.subjects.some(({ identifier }) => identifier === slot);
  return identifies && answer.state === "not_applicable" ? { state: "unknown" } : answer;
}

/** An answer to a question. */
export function randomAnswer(session, question, random) {
  const { program, on } = session;
  const [slot] = question.slots;
  if (question.kind === "ledger") return { ledger: ledger(program, on, random) };
  if (question.kind === "choice" && !random.once(5)) {
    return session.choiceAnswer(slot, random.one(session.choices(slot)).id);
  }
  if (question.kind === "list" && !random.once(6)) {
    const list = program.lists.find((info) => info.slot === slot);
    const columns = program.columns.slice(...list.columns);
    const count = random.below(Math.min(list.max, 3) + 1);
    const records = Array.from({ length: count }, () => columns.map((column) => given(program, column, on, random)));
    return { lists: [[slot, records]] };
  }
  if (question.kind === "list") return { facts: [[slot, { state: "unknown" }]] };
  return { facts: question.slots.map((of) => [of, identified(program, of, on, random)]) };
}

/** Of a few random answers mostly the one that leaves most clauses open or eligible, so that a questionnaire goes on for long. */
export function kindAnswer(session, question, random) {
  if (random.once(5)) return randomAnswer(session, question, random);
  const tried = Array.from({ length: 4 }, () => randomAnswer(session, question, random));
  const open = (answer) => {
    const answers = session.answers();
    answers.give(answer);
    const trace = traced(session.prepared, answers.application());
    return trace.decide().filter(({ outcome }) => outcome === "eligible" || outcome === "undetermined").length;
  };
  return tried.map((answer) => ({ answer, count: open(answer) })).reduce((best, other) => (other.count > best.count ? other : best)).answer;
}

/** Earlier awards, small enough to contradict no cap, no two alike. */
function ledger(program, on, random) {
  if (random.once(4)) return "unknown";
  return Array.from({ length: random.below(3) }, (_, at) => ({
    clause: random.below(program.clauses.length), date: on - 30 * (at + 1), amount: BigInt(100 * (at + 1)), once: random.once(3),
  }));
}
