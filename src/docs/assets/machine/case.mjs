/**
 * What is known of each fact of one application, and what earlier awards have used, as `src/vm/case.rs`. Values are `bigint`: yes/no as
 * 0/1, numbers scaled by the slot's scale, dates as days, class values and texts as their index.
 */

/** @typedef {import("./types.mjs").Given} Given */
/** @typedef {"not_asked" | "unknown" | "not_applicable" | "value"} State */
/** @typedef {{ state: State, value: bigint | null }} Known */

/** @type {Known} */
const UNKNOWN = { state: "unknown", value: null };

/** One application. */
export class Case {
  /** @param {import("./types.mjs").Program} program */
  constructor(program) {
    this.program = program;
    /** @type {Known[]} */
    this.slots = program.slots.map(() => ({ state: "not_asked", value: null }));
    /** Records of each list, cell by cell. @type {Known[][][]} */
    this.lists = program.lists.map(() => []);
    /** What is used of each cap; empty: nothing. @type {import("./ledger.mjs").Used[]} */
    this.usedOf = [];
    /** What each counter counts; empty: nothing. @type {import("./ledger.mjs").Times[]} */
    this.timesOf = [];
    /** Texts that the program does not name. @type {string[]} */
    this.texts = [];
  }

  /** @param {number} slot @param {Given} given */
  set(slot, given) {
    if (slot < this.slots.length) this.slots[slot] = this.known(given);
  }

  /** Gives the records of the list that a slot holds; what a record does not say is unknown. @param {number} slot @param {Given[][]} records */
  setList(slot, records) {
    const list = this.program.lists.findIndex((info) => info.slot === slot);
    if (list < 0) return;
    const [first, end] = this.program.lists[list].columns;
    const columns = Array.from({ length: end - first }, (_, at) => at);
    this.lists[list] = records.map((record) => columns.map((column) => (record[column] ? this.known(record[column]) : UNKNOWN)));
    this.slots[slot] = { state: "value", value: BigInt(records.length) };
  }

  /** @param {Given} given @returns {Known} */
  known(given) {
    switch (given.state) {
      case "value":
        return { state: "value", value: given.value };
      case "text":
        return { state: "value", value: BigInt(this.textIndex(given.text)) };
      default:
        return { state: given.state, value: null };
    }
  }

  /** @param {string} text */
  textIndex(text) {
    const known = this.program.texts.indexOf(text);
    if (known >= 0) return known;
    const own = this.texts.indexOf(text);
    if (own >= 0) return this.program.texts.length + own;
    this.texts.push(text);
    return this.program.texts.length + this.texts.length - 1;
  }

  /** @param {number} slot @returns {State} */
  state(slot) {
    return this.slots[slot]?.state ?? "not_asked";
  }

  /** @param {number} slot @returns {bigint | null} */
  value(slot) {
    return this.slots[slot]?.value ?? null;
  }

  /** The text of a slot of type text. @param {number} slot @returns {string | null} */
  text(slot) {
    const value = this.value(slot);
    return value === null ? null : this.textOf(value);
  }

  /** @param {bigint} value @returns {string | null} */
  textOf(value) {
    const at = Number(value);
    const known = this.program.texts.length;
    return (at < known ? this.program.texts[at] : this.texts[at - known]) ?? null;
  }

  /** @param {number} list @param {number} record @param {number} column @returns {Known} */
  cell(list, record, column) {
    return this.lists[list]?.[record]?.[column] ?? UNKNOWN;
  }

  /** @param {number} cap @returns {import("./ledger.mjs").Used} */
  used(cap) {
    return this.usedOf[cap] ?? 0n;
  }

  /** @param {number} counter @returns {import("./ledger.mjs").Times} */
  times(counter) {
    return this.timesOf[counter] ?? { low: 0n, high: 0n };
  }
}
