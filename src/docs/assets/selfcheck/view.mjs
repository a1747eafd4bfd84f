/**
 * Shows a question as a form: what is asked, of whom, its fields, and the buttons beside them. Answers go to `answered`.
 */
import { factName, giver } from "../machine/explain.mjs";
import { Case } from "../machine/case.mjs";
import { plain, valueText } from "../machine/words.mjs";
import { parseIso } from "../machine/calendar.mjs";
import { button, element, input, labelled, select } from "./dom.mjs";
import { fieldOf, optionalField } from "./fields.mjs";
import { text } from "./text.mjs";

/** @typedef {import("./session.mjs").Session} Session */
/** @typedef {import("./questions.mjs").Question} Question */
/** @typedef {import("./answers.mjs").Answer} Answer */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {{ nodes: HTMLElement[], read: () => { answer: Answer } | { wrong: string } }} Form */

/** What a question asks, as a sentence. @param {Session} session @param {Question} question @returns {string} */
export function questionText(session, question) {
  const { program, lang } = session;
  const name = questionTitle(session, question);
  const { type } = program.slots[question.slots[0]];
  if (["ledger", "choice", "certificate"].includes(question.kind)) return name;
  if (question.kind === "series") return text(lang, "askSeries", { name });
  // A name that asks already is left as it is.
  if (type.kind === "bool") return lang === "zh" && ["是否", "有无", "能否"].some((word) => name.startsWith(word)) ? `${name}？` : text(lang, "askBool", { name });
  const words = /** @type {const} */ ({ number: "askNumber", date: "askDate", member: "askMember", list: "askList" });
  return text(lang, words[/** @type {keyof typeof words} */ (type.kind)] ?? "askText", { name });
}

/** What a question is about, in a line. @param {Session} session @param {Question} question @returns {string} */
export function questionTitle({ program, lang }, { kind, slots: [slot] }) {
  const info = program.slots[slot];
  const name = factName(program, slot, lang);
  if (kind === "ledger") return text(lang, "ledger");
  if (kind === "choice") return text(lang, "choice");
  if (kind === "certificate" && info.certificate !== null) return text(lang, "held", { name });
  if (kind === "series" && info.year !== null) return program.series[info.year.series].name;
  return name;
}

/** The fact's name with the calendar year where it is a figure of one. @param {Session} session @param {number} slot */
function fieldLabel(session, slot) {
  const year = session.yearOf(slot);
  const name = factName(session.program, slot, session.lang);
  return year === null ? name : `${name}（${year}）`;
}

/** @param {Session} session @param {Question} question @param {(answer: Answer) => void} answered @returns {HTMLElement} */
export function questionView(session, question, answered) {
  const { lang } = session;
  const form = formOf(session, question);
  const problem = element("p", { class: "problem", role: "alert" });
  const legend = element("legend", { tabindex: "-1" }, questionText(session, question));
  const single = question.kind === "fact" && session.yearOf(question.slots[0]) === null;
  const view = element("form", { class: single ? "question single" : "question", "data-fact": questionTitle(session, question) });
  const states = question.kind === "ledger" ? [] : [button(text(lang, "notApplicable"), () => answered(session.stateAnswer(question, "not_applicable")), { class: "not-applicable" })];
  view.append(
    element("fieldset", {}, legend, ...notes(session, question), ...form.nodes, problem),
    element(
      "p", { class: "buttons" },
      element("button", { type: "submit", class: "submit" }, text(lang, "submit")), " ",
      button(text(lang, "unknown"), () => answered(session.stateAnswer(question, "unknown")), { class: "unknown" }), " ",
      ...states,
    ),
    element("p", { class: "waiting" }, text(lang, "waiting", { n: question.clauses })),
  );
  view.addEventListener("submit", (event) => {
    event.preventDefault();
    const read = form.read();
    if ("wrong" in read) problem.textContent = read.wrong;
    else answered(read.answer);
  });
  return view;
}

/** About whom, who decides, what the drafter noted. @param {Session} session @param {Question} question @returns {HTMLElement[]} */
function notes({ program, lang }, { kind, slots: [slot] }) {
  const info = program.slots[slot];
  const lines = [];
  const subject = program.subjects[info.subject]?.name;
  if (subject !== undefined && kind !== "ledger") lines.push(text(lang, "about", { name: subject }));
  if (info.giver !== "applicant") {
    const clauses = program.clauses.map((_, at) => giver(program, at, slot));
    const names = [...new Set(clauses.filter((name) => name !== null))];
    const fixed = info.department !== null || names.length === 1;
    const name = fixed ? names[0] ?? "" : lang === "zh" ? "各条款的牵头部门" : "the lead department of each clause";
    lines.push(text(lang, info.giver === "determination" ? "determined" : "discretion", { name }));
  }
  if (info.note !== "") lines.push(info.note);
  return lines.map((line) => element("p", { class: "note" }, line));
}

/** @param {Session} session @param {Question} question @returns {Form} */
function formOf(session, question) {
  if (question.kind === "ledger") return ledgerForm(session);
  if (question.kind === "list") return listForm(session, question.slots[0]);
  return question.kind === "choice" ? choiceForm(session, question.slots[0]) : factsForm(session, question);
}

/** Facts that are asked together; only one alone is asked without its states beside it. @param {Session} session @param {Question} question @returns {Form} */
function factsForm(session, { slots, kind }) {
  const { program, lang } = session;
  const fields = slots.map((slot) => {
    const make = slots.length === 1 ? fieldOf : optionalField;
    return { slot, ...make(program, program.slots[slot], fieldLabel(session, slot), lang) };
  });
  const held = kind === "certificate" && program.slots[slots[0]].certificate !== null && slots.length > 1 ? fields[0] : null;
  return {
    nodes: fields.map(({ node }) => node),
    read: () => {
      /** @type {[number, Given][]} */
      const facts = [];
      for (const { slot, read } of fields) {
        const of = read();
        if ("wrong" in of) return { wrong: `${fieldLabel(session, slot)}：${of.wrong}` };
        facts.push([slot, of.given]);
        // Of a certificate that is not held nothing else is asked.
        if (held?.slot === slot && of.given.state === "value" && of.given.value === 0n) break;
      }
      return { answer: { facts } };
    },
  };
}

/** @param {Session} session @param {number} slot @returns {Form} */
function choiceForm(session, slot) {
  const { program, lang } = session;
  const options = session.choices(slot).map(({ id, title }) => ({ value: id, label: title === "" ? id : title }));
  const control = select([{ value: "", label: text(lang, "choose") }, ...options]);
  return {
    nodes: [labelled(program.slots[slot].name, control)],
    read: () => {
      if (control.value === "") return { wrong: text(lang, "choose") };
      return { answer: session.choiceAnswer(slot, control.value) };
    },
  };
}

/** Rows that can be added and removed. @param {import("../machine/rules.mjs").Lang} lang @param {number} most @param {() => { nodes: HTMLElement[], row: T }} make @returns {{ nodes: HTMLElement[], rows: T[] }} @template T */
function rowsOf(lang, most, make) {
  /** @type {T[]} */
  const rows = [];
  const list = element("ol", { class: "records" });
  const add = button(text(lang, "add"), () => {
    if (rows.length >= most) return;
    const { nodes, row } = make();
    rows.push(row);
    const item = element("li", {}, ...nodes);
    item.append(button(text(lang, "remove"), () => {
      rows.splice(rows.indexOf(row), 1);
      item.remove();
    }, { class: "remove" }));
    list.append(item);
  }, { class: "add" });
  return { nodes: [list, element("p", {}, add, " ", text(lang, "atMost", { n: most }))], rows };
}

/** @param {Session} session @param {number} slot @returns {Form} */
function listForm({ program, lang }, slot) {
  const list = program.lists.find((info) => info.slot === slot);
  const columns = list === undefined ? [] : program.columns.slice(...list.columns);
  const { nodes, rows } = rowsOf(lang, list?.max ?? 0, () => {
    const fields = columns.map((column) => ({ name: column.name, ...optionalField(program, column, column.name, lang) }));
    return { nodes: fields.map(({ node }) => node), row: fields };
  });
  return {
    nodes,
    read: () => {
      /** @type {Given[][]} */
      const records = [];
      for (const [at, fields] of rows.entries()) {
        /** @type {Given[]} */
        const record = [];
        for (const { name, read } of fields) {
          const of = read();
          if ("wrong" in of) return { wrong: `${text(lang, "record", { n: at + 1 })}，${name}：${of.wrong}` };
          record.push(of.given);
        }
        records.push(record);
      }
      return { answer: { lists: [[slot, records]] } };
    },
  };
}

/** @param {Session} session @returns {Form} */
function ledgerForm({ program, lang, on }) {
  const amountInfo = { ...MONEY, name: text(lang, "ledgerAmount") };
  const options = program.clauses.map(({ id, title, address }, at) => ({ value: String(at), label: `${address} ${title === "" ? id : title}` }));
  const { nodes, rows } = rowsOf(lang, 1_000, () => {
    const clause = select(options);
    const date = input({ type: "date" });
    const amount = fieldOf(program, amountInfo, text(lang, "ledgerAmount"), lang);
    const once = input({ type: "checkbox" });
    const fields = [labelled(text(lang, "ledgerClause"), clause), labelled(text(lang, "ledgerDate"), date), amount.node, labelled(text(lang, "ledgerOnce"), once)];
    return { nodes: fields, row: { clause, date, amount, once } };
  });
  return {
    nodes: [element("p", { class: "note" }, text(lang, "noAwards")), ...nodes],
    read: () => {
      const ledger = [];
      for (const [at, row] of rows.entries()) {
        const day = parseIso(row.date.value);
        const amount = row.amount.read();
        const place = text(lang, "record", { n: at + 1 });
        if (day === null || day > on) return { wrong: `${place}：${text(lang, "wrongDate")}` };
        if ("wrong" in amount) return { wrong: `${place}：${amount.wrong}` };
        const given = amount.given.state === "value" ? amount.given.value : 0n;
        ledger.push({ clause: Number(row.clause.value), date: day, amount: given, once: row.once.checked });
      }
      return { answer: { ledger } };
    },
  };
}

/** An amount of money, as a cell. @type {import("../machine/types.mjs").ColumnInfo} */
const MONEY = {
  list: 0, name: "", alias: "", type: { kind: "number", scale: 2, shown: "money", unit: [["CNY", 1]] }, low: "0", high: null,
  most: "10000000000000000", credit_code: false, note: "",
};

/** An answer in a line. @param {Session} session @param {import("./session.mjs").Step} step @returns {string} */
export function answerText(session, { answer }) {
  const { lang } = session;
  const parts = (answer.facts ?? []).map(([slot, given]) => givenText(session, slot, given));
  for (const [, records] of answer.lists ?? []) parts.push(lang === "zh" ? `${records.length} 条` : `${records.length} records`);
  if (answer.ledger === "unknown") parts.push(text(lang, "unknown"));
  else if (answer.ledger !== undefined) {
    parts.push(answer.ledger.length === 0 ? text(lang, "never") : answer.ledger.map(({ amount }) => plain(amount, 2, true)).join("、"));
  }
  return parts.join("；");
}

/** @param {Session} session @param {number} slot @param {Given} given @returns {string} */
function givenText(session, slot, given) {
  const { lang, program } = session;
  if (given.state === "text") return given.text;
  if (given.state !== "value") return text(lang, given.state === "unknown" ? "unknown" : "notApplicable");
  return valueText(new Case(program), program.slots[slot].type, given.value, lang);
}
