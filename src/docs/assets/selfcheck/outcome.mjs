/**
 * Shows the outcome: the total, and of each clause the amount, what limited it, what is still needed and from whom, and the sentence.
 */
import { amountText, moneyText } from "../machine/words.mjs";
import { element } from "./dom.mjs";
import { text } from "./text.mjs";

/** @typedef {import("../machine/explain.mjs").Explanation} Explanation */
/** @typedef {import("../machine/explain.mjs").ClauseJson} ClauseJson */
/** @typedef {import("../machine/explain.mjs").AmountJson} AmountJson */
/** @typedef {import("../machine/rules.mjs").Lang} Lang */
/** @typedef {(id: string) => string | null} Href */

const ORDER = /** @type {const} */ (["eligible", "undetermined", "ineligible", "not_in_force"]);

/** @param {string} digits @returns {bigint} */
function cents(digits) {
  const [whole, part = ""] = digits.split(".");
  const negative = whole.startsWith("-");
  const size = BigInt(`${negative ? whole.slice(1) : whole}${part.padEnd(2, "0")}`);
  return negative ? -size : size;
}

/** An amount in words. @param {AmountJson} amount @param {Lang} lang */
export function amountWords({ low, high, currency }, lang) {
  return amountText({ low: cents(low), high: high === null ? null : cents(high) }, currency, lang);
}

/** @param {Explanation} explanation @param {Lang} lang @param {Href} href @returns {HTMLElement} */
export function outcomeView(explanation, lang, href) {
  const view = element("section", { class: "outcome" }, element("h2", {}, text(lang, "result")));
  view.append(element("p", { class: "total" }, totalText(explanation, lang)));
  for (const { text: conflict } of explanation.conflicts) view.append(element("p", { class: "conflict" }, `${text(lang, "conflicts")}：${conflict}`));
  for (const outcome of ORDER) {
    const clauses = explanation.clauses.filter((clause) => clause.outcome === outcome);
    if (clauses.length === 0) continue;
    const open = outcome === "eligible" || (outcome === "undetermined" && clauses.length <= 5);
    const list = element("details", { class: outcome, open }, element("summary", {}, `${text(lang, outcome)}（${clauses.length}）`));
    for (const clause of clauses) list.append(clauseView(clause, lang, href));
    view.append(list);
  }
  return view;
}

/** What the eligible clauses come to, and how many are open beside them. @param {Explanation} explanation @param {Lang} lang @returns {string} */
export function totalText({ clauses, total }, lang) {
  const count = (/** @type {string} */ wanted) => clauses.filter(({ outcome }) => outcome === wanted).length;
  const open = count("undetermined");
  const none = count("eligible") === 0 && open > 0;
  const said = none ? text(lang, "noneYet") : text(lang, "total", { amount: amountWords(total, lang) });
  return open === 0 ? said : `${said}${lang === "zh" ? "；" : "; "}${text(lang, "moreOpen", { n: open })}`;
}

/** @param {ClauseJson} clause @param {Lang} lang @param {Href} href @returns {HTMLElement} */
function clauseView(clause, lang, href) {
  const link = href(clause.id);
  const name = `${clause.address} ${clause.title}`.trim();
  const title = element("h3", {}, link === null ? name : element("a", { href: link }, name));
  const lines = linesOf(clause, lang).map((line) => element("p", {}, line));
  const amount = clause.amount === null ? null : element("p", { class: "amount" }, amountWords(clause.amount, lang));
  return element(
    "article", { class: "clause", "data-clause": clause.id, "data-outcome": clause.outcome },
    title, amount, ...lines, quoteView(clause, lang), reasonsView(clause, lang),
  );
}

/** What is said of a clause, a line each. @param {ClauseJson} clause @param {Lang} lang @returns {string[]} */
export function linesOf(clause, lang) {
  const lines = [];
  const colon = lang === "zh" ? "：" : ": ";
  const comma = lang === "zh" ? "、" : ", ";
  const currency = clause.amount?.currency ?? "CNY";
  const money = (/** @type {string | null} */ digits) => (digits === null ? "" : moneyText(cents(digits), 2, currency, lang));
  if (clause.failures.length > 0) lines.push(`${text(lang, "failures")}${colon}${clause.failures.join(lang === "zh" ? "；" : "; ")}`);
  if (clause.reductions.length > 0 && clause.assessed !== null) lines.push(text(lang, "assessed", { amount: amountWords(clause.assessed, lang) }));
  lines.push(...clause.reductions.map((reduction) => reduction.text));
  if (clause.binding_cap !== null && clause.reductions.length === 0) lines.push(text(lang, "bound", { name: clause.binding_cap }));
  if (clause.needs.length > 0) lines.push(`${text(lang, "needs")}${colon}${clause.needs.map((need) => needText(need, lang)).join(comma)}`);
  if (clause.payments.length > 0) {
    const parts = clause.payments.map(({ label, amount, state, on, awaits }) => `${label} ${money(amount)}（${text(lang, state, { name: on ?? awaits ?? "" })}）`);
    lines.push(`${text(lang, "payments")}${colon}${parts.join(comma)}`);
  }
  if (clause.shares.length > 0) lines.push(`${text(lang, "shares")}${colon}${clause.shares.map(({ payer, amount }) => `${payer} ${money(amount)}`).join(comma)}`);
  for (const { event, what, happened, amount } of clause.clawbacks) {
    lines.push(text(lang, happened === "yes" ? "clawed" : "clawback", { name: event, what, amount: money(amount) }));
  }
  if (clause.retroactive !== null) lines.push(text(lang, "retroactive", { amount: money(clause.retroactive.amount) }));
  const departments = clause.departments.map((name) => (name === clause.lead && clause.departments.length > 1 ? `${name}（${text(lang, "lead")}）` : name));
  if (departments.length > 0) lines.push(`${text(lang, "departments")}${colon}${departments.join(comma)}${clause.departments_open ? text(lang, "others") : ""}`);
  return lines;
}

/** @param {import("../machine/explain.mjs").Need} need @param {Lang} lang */
function needText({ fact, department, kind }, lang) {
  if (department === null) return text(lang, "needApplicant", { fact });
  return text(lang, kind === "discretion" ? "needDiscretion" : "needDetermined", { fact, name: department });
}

/** @param {ClauseJson} clause @param {Lang} lang @returns {HTMLElement | null} */
function quoteView({ quote }, lang) {
  if (quote === "") return null;
  return element("blockquote", { lang: "zh", "aria-label": text(lang, "quote") }, ...quote.split("\n").map((line) => element("p", {}, line)));
}

/** @param {ClauseJson} clause @param {Lang} lang @returns {HTMLElement | null} */
function reasonsView({ reasons }, lang) {
  if (reasons.length === 0) return null;
  const items = reasons.map(({ text: label, holds, facts }) => {
    const state = text(lang, holds === "yes" ? "holds" : holds === "no" ? "holdsNot" : "open");
    const values = facts.map(({ name, value }) => `${name} ${value}`).join(lang === "zh" ? "，" : ", ");
    return element("li", { class: `holds-${holds}` }, `${label}：${state}`, values === "" ? null : `（${values}）`);
  });
  return element("details", { class: "reasons" }, element("summary", {}, text(lang, "reasons")), element("ul", {}, ...items));
}
