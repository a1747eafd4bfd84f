/**
 * In: every edition of a policy and a day. Out: the edition that holds on that day; answers given to one edition as another takes them, by
 * names, for an amendment may add, delete and reorder facts. Invariant: an answer that another edition cannot take is left out, never
 * taken for another.
 */

/** @typedef {import("../machine/types.mjs").Program} Program */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {import("../machine/types.mjs").SlotType} SlotType */
/** @typedef {import("./answers.mjs").Answer} Answer */
/** @typedef {import("./questions.mjs").Question} Question */
/** A text of the policy with its first and last day; `null`: without end. @typedef {{ first: number | null, last: number | null, program: Program }} Edition */

/** The edition of a day; a policy that nothing amends has one for all days. @param {Edition[]} editions @param {number} on @returns {Edition} */
export function editionOn(editions, on) {
  const found = editions.find(({ first, last }) => (first === null || first <= on) && (last === null || on <= last));
  if (found === undefined) throw new Error("no edition holds on that day");
  return found;
}

/** A question and its answer for another edition; `null` where it has no such facts. @param {{ question: Question, answer: Answer }} step @param {Program} from @param {Program} to */
export function carried({ question, answer }, from, to) {
  const slots = question.slots.flatMap((slot) => sameSlot(slot, from, to) ?? []);
  if (slots.length === 0) return null;
  /** @type {[number, Given][]} */
  const facts = [];
  for (const [slot, given] of answer.facts ?? []) {
    const other = sameSlot(slot, from, to);
    const value = other === null ? null : sameValue(given, from.slots[slot].type, to.slots[other].type, from, to);
    if (other === null || value === null) return null;
    facts.push([other, value]);
  }
  /** @type {[number, Given[][]][]} */
  const lists = [];
  for (const [slot, records] of answer.lists ?? []) {
    const other = sameSlot(slot, from, to);
    const moved = other === null ? null : sameRecords(slot, other, records, from, to);
    if (other === null || moved === null) return null;
    lists.push([other, moved]);
  }
  const { ledger } = answer;
  if (!Array.isArray(ledger)) return { question: { ...question, slots }, answer: { facts, lists, ...(ledger === undefined ? {} : { ledger }) } };
  const awards = ledger.map((award) => ({ ...award, clause: to.clauses.findIndex(({ id }) => id === from.clauses[award.clause].id) }));
  return awards.some(({ clause }) => clause < 0) ? null : { question: { ...question, slots }, answer: { facts, lists, ledger: awards } };
}

/** The fact of the same name, of the same subject and year. @param {number} slot @param {Program} from @param {Program} to @returns {number | null} */
function sameSlot(slot, from, to) {
  if (slot === from.ledger_slot) return to.ledger_slot;
  const key = (/** @type {Program} */ program, /** @type {number} */ at) => {
    const { name, subject, type, year } = program.slots[at];
    const of = year === null ? null : [program.series[year.series].name, year.year, year.relative];
    return JSON.stringify([name, program.subjects[subject]?.name ?? null, type.kind, of]);
  };
  const wanted = key(from, slot);
  const found = to.slots.findIndex((_, at) => at !== to.ledger_slot && key(to, at) === wanted);
  return found < 0 ? null : found;
}

/** A value of a fact or column; `null` where it means nothing there. @param {Given} given @param {SlotType} old @param {SlotType} type @param {Program} from @param {Program} to @returns {Given | null} */
function sameValue(given, old, type, from, to) {
  if (old.kind !== type.kind) return null;
  if (given.state !== "value") return given;
  if (old.kind === "number" && type.kind === "number") {
    return old.scale === type.scale && JSON.stringify([old.shown, old.unit]) === JSON.stringify([type.shown, type.unit]) ? given : null;
  }
  if (type.kind !== "member") return given;
  const { first, end } = to.classes[type.class];
  const { name } = from.members[Number(given.value)];
  const member = to.members.slice(first, end).findIndex((of) => of.name === name);
  return member < 0 ? null : { state: "value", value: BigInt(first + member) };
}

/** The records of a list, its columns by name. @param {number} slot @param {number} other @param {Given[][]} records @param {Program} from @param {Program} to @returns {Given[][] | null} */
function sameRecords(slot, other, records, from, to) {
  const columnsOf = (/** @type {Program} */ program, /** @type {number} */ at) => {
    const list = program.lists.find((info) => info.slot === at);
    return list === undefined ? [] : program.columns.slice(...list.columns);
  };
  const [old, columns] = [columnsOf(from, slot), columnsOf(to, other)];
  /** @type {Given[][]} */
  const moved = [];
  for (const record of records) {
    /** @type {Given[]} */
    const cells = [];
    for (const column of columns) {
      const at = old.findIndex(({ name }) => name === column.name);
      if (at < 0 || record[at] === undefined) {
        cells.push({ state: "unknown" });
        continue;
      }
      const value = sameValue(record[at], old[at].type, column.type, from, to);
      if (value === null) return null;
      cells.push(value);
    }
    moved.push(cells);
  }
  return moved;
}
