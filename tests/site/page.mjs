/**
 * The script of the page itself, as it is bundled, over a document that only takes text: answers are filled in and submitted as an applicant
 * would, to the outcome that the session gives; names and sentences that are HTML come out as text; English is a switch.
 * Usage: node page.mjs [folder of cargo test --test suite page_machine::]
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { Element, document } from "./fake_dom.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(process.env.CARGO_TARGET_DIR ?? join(here, "../../target"), "tmp/page-machine");
const script = readFileSync(join(folder, "selfcheck.js"), "utf8");
const context = createContext({ document, console });
runInContext(script, context);
const { createSelfCheck } = context.guiju;

function check(holds, what) {
  if (!holds) throw new Error(what);
}

/** Every text of a program that a drafter wrote, made into HTML that would run. */
function hostile(program) {
  const attack = (text) => (typeof text === "string" && text !== "" ? `${text}<img src=x onerror="alert(1)"><script>alert(2)</script>` : text);
  const all = (rows, ...keys) => rows.forEach((row) => keys.forEach((key) => (row[key] = attack(row[key]))));
  all(program.clauses, "title", "address", "note");
  for (const clause of program.clauses) clause.quotes = clause.quotes.map(attack);
  all(program.slots, "name", "note");
  all(program.members, "name");
  all(program.departments, "name", "full_name");
  all(program.subjects, "name");
  all(program.requirements, "label");
  all(program.caps, "text");
  all([program.policy], "title", "number");
  return program;
}

/** Answers the question at hand as an applicant would, by its fields; `turn` varies what is chosen. */
function fillIn(root, turn) {
  const form = root.find((node) => node.tag === "form");
  for (const node of form.all()) {
    if (node.tag === "select") node.value = options(node)[options(node).length > 1 ? 1 + (turn % (options(node).length - 1)) : 0] ?? "";
    if (node.tag === "select" && node.hasClass("state")) node.value = "";
    if (node.tag !== "input") continue;
    const type = node.getAttribute("type");
    if (type === "radio") node.checked = node.value === (turn % 5 === 4 ? "no" : "yes");
    else if (type === "date") node.value = "2025-03-01";
    else if (type === "text") node.value = node.getAttribute("inputmode") === "decimal" ? "12.5" : "91310000132260250X";
  }
  const before = form.textContent;
  form.send("submit");
  const again = root.find((node) => node.tag === "form");
  if (again === form) {
    // What was typed does not fit: whole numbers, ranges.
    for (const node of form.all()) if (node.getAttribute("inputmode") === "decimal") node.value = "1";
    form.send("submit");
  }
  if (root.find((node) => node.tag === "form") === form) {
    check(form.find((node) => node.hasClass("problem")).textContent !== "", `nothing is said to be wrong: ${before}`);
    form.find((node) => node.hasClass("unknown")).send("click");
  }
}

function options(select) {
  return select.children.map((option) => option.getAttribute("value"));
}

function shown(root) {
  return [...root.all()].filter((node) => node.hasClass("clause")).map((node) => [node.getAttribute("data-clause"), node.getAttribute("data-outcome")]).sort();
}

let questions = 0;
for (const [name, make] of [["changning-2024-4-4", (it) => it], ["changning-2024-4-4", hostile], ["forms-5", hostile], ["forms-6", (it) => it]]) {
  const program = make(JSON.parse(readFileSync(join(folder, `${name}.program.json`), "utf8")));
  const tainted = make === hostile;
  const root = new Element("div");
  const self = createSelfCheck(root, [{ first: null, last: null, program }], { lang: "zh", on: "2026-06-30", href: (id) => `clauses/${id}.html` });
  for (let turn = 0; turn < 150 && root.find((node) => node.tag === "form") !== null; turn += 1) {
    fillIn(root, turn);
    questions += 1;
  }
  check(root.find((node) => node.tag === "form") === null, `${name}: it does not end`);
  const said = root.textContent;
  check(said.includes("结果") && said.includes(program.clauses[0].quotes[0] ?? ""), `${name}: no outcome`);
  check(!tainted || said.includes("<script>alert(2)</script>"), `${name}: the text is not shown as text`);
  for (const node of root.all()) {
    check(!["script", "img", "iframe", "object"].includes(node.tag), `${name}: an element ${node.tag}`);
    const href = node.getAttribute("href");
    check(href === null || href.startsWith("clauses/") || href.startsWith("data:application/json"), `${name}: a link ${href}`);
  }
  const wanted = self.session.result().clauses.map(({ id, outcome }) => [id, outcome]).sort();
  check(JSON.stringify(shown(root)) === JSON.stringify(wanted), `${name}: not the outcome of the session`);
  self.setLang("en");
  check(root.lang === "en" && root.textContent.includes("Outcome") && !root.textContent.includes("结果"), `${name}: not English`);
  self.setLang("zh");
  // Changing an answer asks that question again; going back leaves it.
  root.find((node) => node.tag === "button" && node.getAttribute("aria-label") !== null).send("click");
  check(root.find((node) => node.tag === "form") !== null, `${name}: the first question is not asked again`);
  root.find((node) => node.hasClass("back")).send("click");
  check(JSON.stringify(shown(root)) === JSON.stringify(wanted), `${name}: going back changed something`);
  root.find((node) => node.hasClass("restart")).send("click");
  check(self.session.steps.length === 0 && root.find((node) => node.tag === "form") !== null, `${name}: not started again`);
}
console.log(`the page's script: ${questions} questions filled in, outcomes as the session's, HTML shown as text`);
