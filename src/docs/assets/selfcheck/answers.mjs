/**
 * What an applicant has answered, as the machine takes it, and as the files that `guiju eval --facts … --ledger …` reads: the page and the
 * command line decide on the same facts.
 */
import { iso } from "../machine/calendar.mjs";
import { plain } from "../machine/words.mjs";

/** @typedef {import("../machine/types.mjs").Program} Program */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {import("../machine/types.mjs").Application} Application */
/** @typedef {import("../machine/types.mjs").SlotInfo} SlotInfo */
/** @typedef {import("../machine/types.mjs").ColumnInfo} ColumnInfo */
/** An earlier award, to the applicant. @typedef {{ clause: number, date: number, amount: bigint, once: boolean }} EarlierAward */
/**
 * The answer to a question: facts; records of a list; earlier awards, `"unknown"` where they are not known.
 * @typedef {{ facts?: [number, Given][], lists?: [number, Given[][]][], ledger?: EarlierAward[] | "unknown" }} Answer
 */

/** Stands for a unified social credit code that was not given: no one has it, and its check digits are right. */
const NO_CODE = "0".repeat(18);

/** Everything answered so far. */
export class Answers {
  /** @param {Program} program @param {number} on The day of the decision. */
  constructor(program, on) {
    this.program = program;
    this.on = on;
    /** @type {Map<number, Given>} */
    this.facts = new Map();
    /** @type {Map<number, Given[][]>} */
    this.lists = new Map();
    /** `null`: not answered. @type {EarlierAward[] | "unknown" | null} */
    this.ledger = null;
  }

  /** @param {Answer} answer */
  give({ facts = [], lists = [], ledger }) {
    for (const [slot, given] of facts) {
      this.facts.set(slot, given);
      this.lists.delete(slot);
    }
    for (const [slot, records] of lists) {
      this.lists.set(slot, records);
      this.facts.delete(slot);
    }
    if (ledger !== undefined) this.ledger = ledger;
  }

  /** Whether a fact was asked, whatever the answer. @param {number} slot */
  isAsked(slot) {
    return slot === this.program.ledger_slot ? this.ledger !== null : this.facts.has(slot) || this.lists.has(slot);
  }

  /** The identifiers of the applicant: those given; where there are earlier awards, others are made up for both. @returns {Map<number, string>} By kind of subject. */
  identifiers() {
    const named = new Map();
    const awarded = Array.isArray(this.ledger) && this.ledger.length > 0;
    this.program.subjects.forEach(({ identifier, name }, kind) => {
      const given = this.facts.get(identifier);
      if (given?.state === "text") named.set(kind, given.text);
      else if (given?.state !== "not_applicable" && awarded) named.set(kind, this.program.slots[identifier].credit_code ? NO_CODE : `本申请的${name}`);
    });
    return named;
  }

  /** As the machine takes it. @returns {Application} */
  application() {
    const named = this.identifiers();
    const facts = new Map(this.facts);
    for (const [kind, text] of named) facts.set(this.program.subjects[kind].identifier, { state: "text", text });
    const ledger = Array.isArray(this.ledger) ? this.ledger.map((award) => ({ ...award, subjects: [...named] })) : null;
    return { on: this.on, facts: [...facts], lists: [...this.lists], ledger };
  }

  /** The facts file. @returns {string} */
  factsText() {
    const { facts, lists } = this.application();
    const entries = [`"on": ${JSON.stringify(iso(this.on))}`];
    for (const [slot, given] of facts) entries.push(`${this.key(slot)}: ${this.written(this.program.slots[slot], given)}`);
    for (const [slot, records] of lists) entries.push(`${this.key(slot)}: ${this.recordsText(slot, records)}`);
    return `{\n  ${entries.join(",\n  ")}\n}\n`;
  }

  /** The ledger file; `null` where there is none. @returns {string | null} */
  ledgerText() {
    const { ledger } = this.application();
    if (ledger === null) return null;
    const awards = ledger.map(({ clause, date, amount, once, subjects }) => {
      const named = subjects.map(([kind, text]) => `${JSON.stringify(this.program.subjects[kind].name)}: ${JSON.stringify(text)}`);
      const entries = [
        `"clause": ${JSON.stringify(this.program.clauses[clause].id)}`, `"date": ${JSON.stringify(iso(date))}`, `"amount": ${plain(amount, 2)}`,
        `"once": ${once}`, ...named,
      ];
      return `  { ${entries.join(", ")} }`;
    });
    return `{ "awards": [\n${awards.join(",\n")}\n] }\n`;
  }

  /** The key of a fact, with its kind of subject. @param {number} slot */
  key(slot) {
    const info = this.program.slots[slot];
    const subject = this.program.subjects[info.subject]?.name;
    return JSON.stringify(subject === undefined ? info.name : `${subject}.${info.name}`);
  }

  /** @param {SlotInfo | ColumnInfo} info @param {Given} given @returns {string} */
  written(info, given) {
    const { type } = info;
    if (given.state === "text") return JSON.stringify(given.text);
    if (given.state !== "value") return given.state === "unknown" ? "null" : `{ "state": "${given.state}" }`;
    switch (type.kind) {
      case "bool":
        return given.value === 1n ? "true" : "false";
      case "number":
        return plain(given.value, type.scale);
      case "date":
        return JSON.stringify(iso(Number(given.value)));
      case "member": {
        const { alias, name } = this.program.members[Number(given.value)];
        return JSON.stringify(alias === "" ? name : alias);
      }
      default:
        return "null";
    }
  }

  /** @param {number} slot @param {Given[][]} records */
  recordsText(slot, records) {
    const list = this.program.lists.find((info) => info.slot === slot);
    const columns = list === undefined ? [] : this.program.columns.slice(...list.columns);
    const rows = records.map((record) => {
      const cells = columns.flatMap((column, at) => (record[at] === undefined ? [] : [`${JSON.stringify(column.name)}: ${this.written(column, record[at])}`]));
      return `{ ${cells.join(", ")} }`;
    });
    return `[${rows.join(", ")}]`;
  }
}
