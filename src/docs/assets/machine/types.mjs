/**
 * The shapes that the page's machine works on. `Program` is what `src/docs/program_json.rs` writes; numbers that may pass 2^53 are
 * strings of digits there. This file holds types only and is left out of the bundle.
 *
 * @typedef {{ kind: "year" | "lifetime" | "once" | "each" | "months" | "once_or_year", months: number }} Period
 * @typedef {"integer" | "number" | "rate" | "money" | "period" | "quantity"} Shown
 * @typedef {{ kind: "bool" } | { kind: "date" } | { kind: "text" } | { kind: "member", class: number } | { kind: "list", list: number } |
 *   { kind: "number", scale: number, shown: Shown, unit: [string, number][] }} SlotType
 *
 * @typedef {{
 *   name: string, alias: string, subject: number, shared: boolean, type: SlotType,
 *   giver: "applicant" | "determination" | "discretion", department: number | null,
 *   low: string | null, high: string | null, most: string | null, made: boolean, credit_code: boolean, yearly: boolean,
 *   year: { series: number, year: number, relative: boolean } | null,
 *   certificate: { level: number | null, from: number | null, until: number | null } | null, note: string
 * }} SlotInfo
 * @typedef {{
 *   list: number, name: string, alias: string, type: SlotType, low: string | null, high: string | null, most: string | null,
 *   credit_code: boolean, note: string
 * }} ColumnInfo
 * @typedef {{ name: string, alias: string, subject: number, slot: number, max: number, columns: [number, number] }} ListInfo
 * @typedef {{ counts: number[], subjects: number[], period: Period, years: boolean, ledger: number | null }} CounterInfo
 * @typedef {{ name: string, first: number, last: number, off: number[], working: number[] }} CalendarInfo
 * @typedef {{ clause: number | null, slot: number | null }} Member
 * @typedef {{ text: string, amount: string, key: number[] | null, period: Period }} JointCap
 * @typedef {{
 *   name: string, rule: "highest" | "choose_one" | "priority" | "stack", choice: number | null, members: Member[],
 *   key: number[] | null, period: Period, caps: JointCap[]
 * }} Group
 * @typedef {{ by: "date" | "amount" | "slot", slot: number | null, descending: boolean }} Order
 * @typedef {{
 *   scope: number[], count: number, per: number, period: Period, order: Order[], ties: "by_application" | "all" | "none", text: string
 * }} Quota
 * @typedef {"keep" | "first" | "last" | "largest"} Remainder
 * @typedef {{
 *   scope: number[], amount: string, period: Period, strategy: "first_come" | "pro_rata" | "ranked", order: Order[], partial: boolean,
 *   scale: number, remainder: Remainder, text: string
 * }} Budget
 * @typedef {"groups" | "caps" | "joint_caps" | "quotas" | "budgets"} Step
 * @typedef {{ groups: Group[], quotas: Quota[], budgets: Budget[], steps: Step[], tail: boolean | null }} Settlement
 * @typedef {{
 *   label: string, part: { kind: "share" | "amount", value: string, decimals: number },
 *   due: { kind: "at_award" | "milestone" | "year", register: number | null, label: string, year: number }
 * }} InstalmentInfo
 * @typedef {{ parts: InstalmentInfo[], at_once: { label: string, register: number } | null, scale: number, remainder: Remainder }} Payment
 * @typedef {{ when: number, label: string, within: number | null, what: string, share: string }} ClawbackInfo
 * @typedef {{ from: number, until: number, old: number }} RetroactiveInfo
 * @typedef {{
 *   clause: number, kind: "scope" | "scope_exclusion" | "industry" | "condition" | "exclusion", label: string, register: number
 * }} Requirement
 * @typedef {{
 *   clause: number, text: string, key: number[] | null, period: Period, counts: number[], register: number, soft: boolean
 * }} Cap
 * @typedef {{
 *   id: string, address: string, title: string, subjects: number[], award: { kind: "computed" | "discretion" | "open", slot: number | null },
 *   currency: string, departments: number[], lead: number, open: boolean, in_force: [number | null, number | null],
 *   lift: [number, number] | null, payment: Payment | null, shares: { payer: string, weight: string }[], clawbacks: ClawbackInfo[],
 *   retroactive: RetroactiveInfo | null, quotes: string[], note: string | null, requirements: [number, number], caps: [number, number],
 *   code: [number, number]
 * }} Clause
 * @typedef {{
 *   version: number,
 *   policy: { number: string, title: string, alias: string, published: number | null, in_force: [number | null, number | null] },
 *   departments: { name: string, full_name: string, alias: string }[],
 *   classes: { name: string, alias: string, ordered: boolean, first: number, end: number }[],
 *   members: { name: string, alias: string, class: number, parent: number | null, end: number }[],
 *   subjects: { name: string, alias: string, owner: number | null, identifier: number }[],
 *   slots: SlotInfo[], lists: ListInfo[], columns: ColumnInfo[], series: { name: string, alias: string, subject: number }[],
 *   calendars: CalendarInfo[], counters: CounterInfo[], ledger_slot: number | null, settlement: Settlement, texts: string[],
 *   constants: string[], sets: [number, number][][], requirements: Requirement[], caps: Cap[], clauses: Clause[],
 *   registers: number, prologue_end: number, code: number[][]
 * }} Program
 *
 * What is known of a value: between two bounds; `na` where it does not apply, `may` where what is not known may make it not apply.
 * `waits`: 1 for a fact, 2 for a department's discretion, 3 for both, 0 where it is settled.
 * @typedef {{ low: bigint, high: bigint, na: boolean, may: boolean, waits: number }} Interval
 *
 * An instruction, its operands by name, with what is worked out once: `dst` is -1 where it writes nothing.
 * @typedef {{
 *   name: import("./ops.mjs").OpName, at: number, dst: number, on: Record<string, number>, reads: number[],
 *   before: bigint, under: bigint, after: bigint, digits: number, mode: number, fold: Fold | null
 * }} Op
 * @typedef {{ dst: number, column: number, slot: Bounds }} Cell
 * @typedef {{ boolean: boolean, low: bigint, high: bigint, waits: number }} Bounds
 * @typedef {{
 *   dst: number, list: number, slot: number, max: bigint, kind: number, most: number, filter: number, value: number, cells: Cell[],
 *   body: Op[]
 * }} Fold
 *
 * What is given of a fact, a cell of a record, or an earlier award.
 * @typedef {{ state: "value", value: bigint } | { state: "text", text: string } |
 *   { state: "unknown" } | { state: "not_applicable" } | { state: "not_asked" }} Given
 * @typedef {{ clause: number, date: number, amount: bigint, once: boolean, subjects: [number, string][] }} Award
 * @typedef {{
 *   on: number, facts: [number, Given][], lists: [number, Given[][]][], ledger: Award[] | null
 * }} Application
 *
 * @typedef {{ outcome: "not_in_force" }
 *   | { outcome: "ineligible", failed: Failure[] }
 *   | { outcome: "undetermined", needs: number[] }
 *   | { outcome: "eligible", low: bigint, high: bigint | null, binding: number | null, needs: number[] }} Decision
 * A failure is the number of a requirement, or why the amount cannot be given.
 * @typedef {number | "amount_not_applicable" | "above_ceiling" | "below_floor"} Failure
 */
export {};
