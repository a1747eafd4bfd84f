/**
 * The self-check of a page: a questionnaire over the verified program of the edition that holds on the day, decided in the page as the VM
 * decides. `createSelfCheck(element, editions, { lang, on, href })` fills `element`; an edition has its days and its program object.
 */
import { iso, parseIso } from "./machine/calendar.mjs";
import { button, element as make, input, labelled } from "./selfcheck/dom.mjs";
import { outcomeView } from "./selfcheck/outcome.mjs";
import { Session } from "./selfcheck/session.mjs";
import { text } from "./selfcheck/text.mjs";
import { answerText, questionTitle, questionView } from "./selfcheck/view.mjs";

/** @typedef {import("./machine/rules.mjs").Lang} Lang */
/** @typedef {import("./selfcheck/editions.mjs").Edition} Edition */
/**
 * `on`: the day of the decision as `2025-06-30`; else today, or the nearest day on which the policy is in force. `href`: the page of a clause.
 * @typedef {{ lang?: Lang, on?: string, href?: (id: string) => string | null }} Options
 */

/** Today, as days from 1970-01-01 where the reader is. @returns {number} */
function today() {
  const now = new Date();
  return Math.floor((now.getTime() - now.getTimezoneOffset() * 60_000) / 86_400_000);
}

/** The day to begin with. @param {Edition[]} editions @param {string | undefined} asked @returns {number} */
function firstDay(editions, asked) {
  const day = asked === undefined ? null : parseIso(asked);
  const first = editions[0].program.policy.in_force[0];
  const last = editions[editions.length - 1].program.policy.in_force[1];
  return day ?? Math.min(Math.max(today(), first ?? today()), last ?? today());
}

/** The days of the policy, and whether the day that stands there is taken for want of today. @param {Session} session @returns {string} */
function daysText({ lang, on, program: { policy: { in_force: [first, last] } } }) {
  const open = lang === "zh" ? "……" : "…";
  const said = text(lang, "inForce", { from: first === null ? open : iso(first), to: last === null ? open : iso(last) });
  const taken = last !== null && on === last && today() > last ? "over" : first !== null && on === first && today() < first ? "early" : null;
  return taken === null ? said : `${said}${lang === "zh" ? "；" : "; "}${text(lang, taken)}`;
}

/** Which text decides, where amendments make several. @param {Session} session @returns {string | null} */
function editionText({ editions, edition: { first, last }, lang }) {
  if (editions.length < 2) return null;
  if (first === null) return text(lang, "beforeAmended", { to: last === null ? "" : iso(last) });
  if (last === null) return text(lang, "amended", { from: iso(first) });
  return text(lang, "amendedUntil", { from: iso(first), to: iso(last) });
}

/** @param {HTMLElement} element @param {Edition[]} editions @param {Options} [options] */
export function createSelfCheck(element, editions, { lang = "zh", on, href = () => null } = {}) {
  const session = new Session(editions, { on: firstDay(editions, on), lang });
  /** @param {boolean} focus Whether to move to the question. */
  const render = (focus) => {
    element.replaceChildren(...page(session, href, render));
    element.lang = session.lang === "zh" ? "zh-CN" : "en";
    if (focus) element.querySelector("legend")?.focus();
  };
  render(false);
  return {
    session,
    /** Shows everything in another language. @param {Lang} other */
    setLang(other) {
      session.lang = other;
      render(false);
    },
  };
}

/** @param {Session} session @param {(id: string) => string | null} href @param {(focus: boolean) => void} render @returns {HTMLElement[]} */
function page(session, href, render) {
  const { lang } = session;
  const explanation = session.result();
  const question = session.question();
  const done = explanation.clauses.filter(({ outcome }) => outcome !== "undetermined").length;
  const asked = question === null
    ? make("p", { class: "done", role: "status" }, text(lang, "done"))
    : questionView(session, question, (answer) => {
        session.answer(question, answer);
        render(true);
      });
  return [
    dayView(session, render),
    make("p", { class: "progress", role: "status" }, text(lang, "progress", { n: explanation.clauses.length, done })),
    asked,
    buttonsView(session, render),
    answersView(session, render),
    outcomeView(explanation, lang, href),
    filesView(session),
  ].filter((node) => node !== null);
}

/** @param {Session} session @param {(focus: boolean) => void} render @returns {HTMLElement} */
function dayView(session, render) {
  const day = input({ type: "date", value: iso(session.on), required: true });
  day.addEventListener("change", () => {
    const typed = parseIso(day.value);
    if (typed === null) return;
    session.decideOn(typed);
    render(false);
  });
  const node = labelled(text(session.lang, "on"), day);
  const edition = editionText(session);
  return make(
    "div", { class: "day" }, node,
    make("p", { class: "from" }, daysText(session)),
    edition === null ? null : make("p", { class: "edition" }, edition),
  );
}

/** @param {Session} session @param {(focus: boolean) => void} render @returns {HTMLElement | null} */
function buttonsView(session, render) {
  if (session.steps.length === 0) return null;
  const back = button(text(session.lang, "back"), () => {
    session.back();
    render(true);
  }, { class: "back" });
  const restart = button(text(session.lang, "restart"), () => {
    session.restart();
    render(true);
  }, { class: "restart" });
  return make("p", { class: "buttons" }, back, " ", restart);
}

/** @param {Session} session @param {(focus: boolean) => void} render @returns {HTMLElement | null} */
function answersView(session, render) {
  if (session.steps.length === 0) return null;
  const items = session.steps.map((step, at) => {
    const title = questionTitle(session, step.question);
    const change = button(text(session.lang, "change"), () => {
      session.change(at);
      render(true);
    }, { "aria-label": `${text(session.lang, "change")} ${title}` });
    return make("li", {}, `${title}：${answerText(session, step)} `, change);
  });
  return make("details", { class: "answers" }, make("summary", {}, `${text(session.lang, "answered")}（${items.length}）`), make("ol", {}, ...items));
}

/** What was answered, as the files that `guiju eval` reads. @param {Session} session @returns {HTMLElement | null} */
function filesView(session) {
  if (session.steps.length === 0) return null;
  const link = (/** @type {string} */ name, /** @type {string} */ content, /** @type {string} */ label) =>
    make("a", { href: `data:application/json;charset=utf-8,${encodeURIComponent(content)}`, download: name }, label);
  const ledger = session.ledgerText();
  return make(
    "p", { class: "files" },
    link("facts.json", session.factsText(), text(session.lang, "facts")), " ",
    ledger === null ? null : link("ledger.json", ledger, text(session.lang, "ledgerFile")), " ",
    text(session.lang, "same"),
  );
}
