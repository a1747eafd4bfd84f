/**
 * The questionnaire against `guiju eval`: random applicants answer their way through real policies, and at every few answers, partial and
 * whole, the page's outcome must be what the command line prints for the same facts and ledger. Also: no answer that was not asked for can
 * change the outcome at the end; going back and changing an answer leave what answering so from the start leaves.
 * Usage: node questionnaire.mjs [folder of cargo test --test suite page_machine::] [path of guiju]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Session } from "../../src/docs/assets/selfcheck/session.mjs";
import { comparable, difference } from "./compare.mjs";
import { Random, kindAnswer, randomAnswer } from "./random.mjs";

/** Random applicants of each policy. */
const WALKS = 16;
/** Most questions before a questionnaire counts as endless. */
const QUESTIONS_MAX = 200;
/** Facts that are given unasked at the end of each walk. */
const UNASKED = 12;

const here = dirname(fileURLToPath(import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(here, "../../target");
const folder = process.argv[2] ?? join(target, "tmp/page-machine");
const guiju = process.argv[3] ?? [join(target, "release/guiju"), join(target, "debug/guiju")].find(existsSync);
if (guiju === undefined) throw new Error("no guiju: run cargo build");
const scratch = mkdtempSync(join(tmpdir(), "guiju-questionnaire-"));

/** What `guiju eval` prints, in the parts that are compared. */
function evaluated(bundle, session) {
  const facts = join(scratch, "facts.json");
  writeFileSync(facts, session.factsText());
  const args = ["eval", bundle, "--facts", facts, "--format", "json"];
  const ledger = session.ledgerText();
  if (ledger !== null) {
    writeFileSync(join(scratch, "ledger.json"), ledger);
    args.push("--ledger", join(scratch, "ledger.json"));
  }
  let printed;
  try {
    printed = execFileSync(guiju, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    // A choice that is not made is printed and reported.
    printed = error.stdout;
    if (!printed) throw new Error(`${error.stderr}\n${session.factsText()}\n${ledger ?? ""}`);
  }
  const json = JSON.parse(printed);
  for (const clause of json.clauses) for (const key of ["reasons", "failures", "source"]) delete clause[key];
  return json;
}

/** What the page says, in the same parts. */
function shown(session) {
  const answer = comparable(session.result());
  for (const clause of answer.clauses) delete clause.failed;
  return answer;
}

/** Outcomes and amounts, which is what an answer can change. */
function essence(session) {
  const { clauses, total } = session.result();
  return JSON.stringify([clauses.map(({ outcome, amount }) => [outcome, amount]), total]);
}

const counts = { walks: 0, questions: 0, comparisons: 0, facts: 0, unasked: 0 };
const kinds = new Map();

function compare(bundle, session, where) {
  counts.comparisons += 1;
  const found = difference(shown(session), evaluated(bundle, session));
  if (found !== null) throw new Error(`${where}: ${found}\n${session.factsText()}\n${session.ledgerText() ?? ""}`);
}

/** Facts that were never asked, given at the end, change nothing. */
function holdsUnasked(session, random, where) {
  const { program } = session;
  const before = essence(session);
  const asked = session.answers();
  const lifts = new Set(program.clauses.flatMap(({ lift }) => (lift === null ? [] : [lift[0]])));
  for (let time = 0; time < UNASKED; time += 1) {
    const slot = random.below(program.slots.length);
    const info = program.slots[slot];
    // What a department may set or approve at its discretion is not asked for, and stays open.
    const free = info.giver === "discretion" || lifts.has(slot) || asked.isAsked(slot) || slot === program.ledger_slot;
    if (free || (info.type.kind === "list" && program.lists.every((list) => list.slot !== slot))) continue;
    const question = { kind: info.type.kind === "list" ? "list" : "fact", slots: [slot], clauses: 0 };
    const answer = randomAnswer(session, question, random);
    session.steps.push({ question, answer });
    const after = essence(session);
    session.steps.pop();
    counts.unasked += 1;
    if (after !== before) throw new Error(`${where}: ${info.name} was not asked and changes the outcome\n${session.factsText()}`);
  }
}

function walk(name, program, seed) {
  const random = new Random(seed);
  const { in_force: [first, last] } = program.policy;
  const from = first ?? 20_000;
  const on = random.once(8) ? from - 10 : Math.min(from + random.below(500), last ?? Infinity);
  const session = new Session([{ first: null, last: null, program }], { on });
  const bundle = join(folder, `${name}.gjb`);
  const where = `${name}, applicant ${seed}`;
  const every = 1 + random.below(6);
  for (let number = 0; ; number += 1) {
    const question = session.question();
    if (question === null) break;
    if (number > QUESTIONS_MAX) throw new Error(`${where}: does not end`);
    if (number % every === 0) compare(bundle, session, `${where}, after ${number} answers`);
    kinds.set(question.kind, (kinds.get(question.kind) ?? 0) + 1);
    session.answer(question, kindAnswer(session, question, random));
    counts.questions += 1;
    if (random.once(10)) goesBack(session, random, where);
  }
  compare(bundle, session, where);
  holdsUnasked(session, random, where);
  counts.walks += 1;
  counts.facts += program.slots.length;
}

/** Going back, or changing an answer, leaves what answering so from the start leaves. */
function goesBack(session, random, where) {
  if (random.once(2)) {
    const [{ question, answer }] = session.steps.slice(-1);
    session.back();
    session.answer(question, answer);
  } else {
    const at = random.below(session.steps.length);
    session.change(at);
    const question = session.question();
    session.answer(question, randomAnswer(session, question, random));
  }
  const again = new Session(session.editions, { on: session.on });
  for (const { question, answer } of session.steps) again.answer(question, answer);
  if (again.factsText() !== session.factsText() || essence(again) !== essence(session)) throw new Error(`${where}: going back`);
}

const names = readdirSync(folder).filter((file) => file.endsWith(".program.json")).map((file) => file.slice(0, -".program.json".length)).sort();
if (names.length < 7) throw new Error(`${folder} has only ${names.length} policies: run cargo test --test suite page_machine::`);
try {
  for (const name of names) {
    const before = { ...counts };
    const program = JSON.parse(readFileSync(join(folder, `${name}.program.json`), "utf8"));
    for (let seed = 1; seed <= WALKS; seed += 1) walk(name, program, seed);
    console.log(`${name}: ${counts.questions - before.questions} questions for ${program.slots.length} facts × ${WALKS} applicants, ${counts.comparisons - before.comparisons} comparisons`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
console.log(`${counts.walks} applicants, ${counts.questions} questions, ${counts.comparisons} outcomes equal to guiju eval, ${counts.unasked} facts that need not be asked`);
console.log(`questions: ${[...kinds].sort().map(([kind, times]) => `${kind} ${times}`).join(", ")}`);
for (const kind of ["fact", "list", "ledger", "series", "certificate", "choice"]) if (!kinds.has(kind)) throw new Error(`no question of kind ${kind} was asked`);
