/**
 * The questionnaire without a page: what to ask, what was answered, going back, changing an answer, the outcome. `view.mjs` shows it.
 */
import { year } from "../machine/calendar.mjs";
import { assess, explain } from "../machine/explain.mjs";
import { Prepared } from "../machine/program.mjs";
import { Answers } from "./answers.mjs";
import { carried, editionOn } from "./editions.mjs";
import { nextQuestion } from "./questions.mjs";

/** @typedef {import("../machine/types.mjs").Program} Program */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {import("../machine/rules.mjs").Lang} Lang */
/** @typedef {import("./answers.mjs").Answer} Answer */
/** @typedef {import("./questions.mjs").Question} Question */
/** @typedef {import("./editions.mjs").Edition} Edition */
/** @typedef {{ question: Question, answer: Answer }} Step */

/** One run through the questionnaire. */
export class Session {
  /** @param {Edition[]} editions @param {{ on: number, lang?: Lang }} options The day of the decision, as days from 1970-01-01. */
  constructor(editions, { on, lang = "zh" }) {
    this.editions = editions;
    this.edition = editionOn(editions, on);
    this.prepared = new Prepared(this.edition.program);
    this.on = on;
    this.lang = lang;
    /** Answers in the order given. @type {Step[]} */
    this.steps = [];
    /** A question that is asked again, with its place. @type {number | null} */
    this.changing = null;
    /** What was worked out last, and of what. @type {{ key: string, assessed: import("../machine/explain.mjs").Assessed } | null} */
    this.last = null;
  }

  /** The program that decides: of the edition of the day. @returns {Program} */
  get program() {
    return this.edition.program;
  }

  /** Decides by another day. Where another edition holds then, the answers that it takes stay; the others are asked again. @param {number} on */
  decideOn(on) {
    const before = this.program;
    this.on = on;
    this.edition = editionOn(this.editions, on);
    if (this.program === before) return;
    this.prepared = new Prepared(this.program);
    this.steps = this.steps.flatMap((step) => carried(step, before, this.program) ?? []);
    this.changing = null;
    this.last = null;
  }

  /** What the answers come to; worked out once. @returns {import("../machine/explain.mjs").Assessed} */
  assessed() {
    const application = this.answers().application();
    const key = JSON.stringify(application, (_, value) => (typeof value === "bigint" ? `${value}` : value));
    if (this.last?.key !== key) this.last = { key, assessed: assess(this.prepared, application) };
    return this.last.assessed;
  }

  /** Everything answered. @returns {Answers} */
  answers() {
    const answers = new Answers(this.program, this.on);
    for (const { answer } of this.steps) answers.give(answer);
    return answers;
  }

  /** What is asked now; `null` where nothing can change anything any more. @returns {Question | null} */
  question() {
    if (this.changing !== null) return this.steps[this.changing].question;
    return nextQuestion(this.assessed(), this.answers());
  }

  /** Answers a question. What was answered before and is still true stays. @param {Question} question @param {Answer} answer */
  answer(question, answer) {
    if (this.changing !== null) {
      this.steps[this.changing] = { question, answer };
      this.changing = null;
    } else {
      this.steps.push({ question, answer });
    }
  }

  /** That none of the facts of a question is known, or that none applies. @param {Question} question @param {"unknown" | "not_applicable"} state @returns {Answer} */
  stateAnswer(question, state) {
    if (question.kind === "ledger") return { ledger: "unknown" };
    return { facts: question.slots.map((slot) => /** @type {[number, Given]} */ ([slot, { state }])) };
  }

  /** The clauses between which a fact chooses. @param {number} slot */
  choices(slot) {
    const group = this.program.settlement.groups.find(({ choice }) => choice === slot);
    return (group?.members ?? []).flatMap(({ clause }) => (clause === null ? [] : [this.program.clauses[clause]]));
  }

  /** That a clause is chosen, as the fact says it: by a text or by a value of a class that names it. @param {number} slot @param {string} id @returns {Answer} */
  choiceAnswer(slot, id) {
    const { type } = this.program.slots[slot];
    if (type.kind !== "member") return { facts: [[slot, { state: "text", text: id }]] };
    const { first, end } = this.program.classes[type.class];
    const title = this.choices(slot).find((clause) => clause.id === id)?.title;
    const names = this.program.members.slice(first, end);
    const member = names.findIndex(({ alias, name }) => alias === id || name === id || name === title);
    return { facts: [[slot, member < 0 ? { state: "unknown" } : { state: "value", value: BigInt(first + member) }]] };
  }

  /** Takes the last answer back. */
  back() {
    if (this.changing !== null) this.changing = null;
    else this.steps.pop();
  }

  /** Asks the question of an answer again. @param {number} step */
  change(step) {
    this.changing = step >= 0 && step < this.steps.length ? step : null;
  }

  /** Starts anew. */
  restart() {
    this.steps = [];
    this.changing = null;
  }

  /** The outcome with its explanation. @returns {import("../machine/explain.mjs").Explanation} */
  result() {
    return explain(this.assessed(), this.lang);
  }

  /** The facts file of what was answered, for `guiju eval --facts`. */
  factsText() {
    return this.answers().factsText();
  }

  /** The ledger file of what was answered; `null` where none was. */
  ledgerText() {
    return this.answers().ledgerText();
  }

  /** The calendar year that a figure of a series is of. @param {number} slot @returns {number | null} */
  yearOf(slot) {
    const of = this.program.slots[slot].year;
    if (of === null) return null;
    return of.relative ? year(this.on) + of.year : of.year;
  }
}
