/**
 * The page's machine against the VM: every case that `cargo test --test suite page_machine::` wrote out must be decided alike, to the last
 * cent and the last word. Usage: node differential.mjs [folder]. Nothing is skipped; the first differences are shown.
 */
import { createReadStream, readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RUN } from "../../src/docs/assets/machine/execute.mjs";
import { OPS } from "../../src/docs/assets/machine/ops.mjs";
import { Prepared } from "../../src/docs/assets/machine/program.mjs";
import { answer, difference } from "./compare.mjs";

/** Most differences that are shown. */
const SHOWN_MAX = 8;
/** Fewer cases than these of a file, and the test shows nothing. */
const LEAST = new Map([["conformance", 500], ["forms", 450], ["random", 1_500], ["real", 300], ["settlement", 1_500]]);

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(process.env.CARGO_TARGET_DIR ?? join(here, "../../target"), "tmp/page-machine");

/** What is given, with its numbers as integers. */
function given(of) {
  return of.state === "value" ? { state: "value", value: BigInt(of.value) } : of;
}

function application({ on, facts, lists, ledger }) {
  return {
    on,
    facts: facts.map(([slot, of]) => [slot, given(of)]),
    lists: lists.map(([slot, records]) => [slot, records.map((record) => record.map(given))]),
    ledger: ledger === null ? null : ledger.map((award) => ({ ...award, amount: BigInt(award.amount) })),
  };
}

const counts = { policies: 0, cases: 0, clauses: 0, differences: 0 };
const outcomes = new Map();
const seen = new Set();
/** How often each rule took something. */
const rules = new Map();

/** A program runs its ops only if the table has them all, and no other. */
const missing = OPS.filter(({ name }) => typeof RUN[name] !== "function").map(({ name }) => name);
const strange = Object.keys(RUN).filter((name) => OPS.every((info) => info.name !== name));
if (missing.length + strange.length > 0) throw new Error(`ops without code: ${missing}; code without ops: ${strange}`);

/** Counts what an answer shows, so that the test can tell whether it shows enough. */
function count({ clauses, conflicts }) {
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const { outcome, reductions, amount, payments, shares, clawbacks, retroactive } of clauses) {
    add(outcomes, outcome);
    for (const { rule } of reductions) add(rules, `${rule} ${amount.kind}`);
    for (const { state } of payments) add(rules, `payment ${state}`);
    if (shares.length > 0) add(rules, "shares");
    for (const { happened } of clawbacks) add(rules, `clawback ${happened}`);
    if (retroactive !== null) add(rules, "retroactive");
  }
  for (const _ of conflicts) add(rules, "conflict");
}

async function run(file) {
  let cases = 0;
  for await (const line of createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity })) {
    const { policy, program, cases: told } = JSON.parse(line);
    const prepared = new Prepared(program);
    counts.policies += 1;
    for (const { name } of prepared.ops) seen.add(name);
    for (const one of told) {
      cases += 1;
      for (const lang of ["zh", "en"]) {
        let found;
        try {
          const got = answer(prepared, application(one), lang);
          found = difference(got, one.expected[lang]);
          if (lang === "zh") count(got);
        } catch (error) {
          found = error.stack;
        }
        if (found === null) continue;
        counts.differences += 1;
        if (counts.differences <= SHOWN_MAX) console.error(`${policy} 「${one.name}」 (${lang}) ${found}`);
      }
    }
  }
  counts.cases += cases;
  console.log(`${file}: ${cases} cases`);
  return cases;
}

const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl")).sort();
for (const [name, least] of LEAST) {
  if (!files.includes(`${name}.jsonl`)) throw new Error(`${folder} has no ${name}.jsonl: run cargo test --test suite page_machine::`);
  const cases = await run(`${name}.jsonl`);
  if (cases < least) throw new Error(`${name}: only ${cases} cases`);
}
const never = OPS.filter(({ name }) => !seen.has(name)).map(({ name }) => name);
console.log(`${counts.policies} policies, ${counts.cases} cases in two languages, ${counts.differences} differences`);
console.log(`outcomes: ${[...outcomes].map(([name, count]) => `${name} ${count}`).join(", ")}`);
console.log(`settlement: ${[...rules].sort().map(([name, times]) => `${name} ${times}`).join(", ")}`);
for (const rule of ["group", "cap", "joint_cap", "quota", "budget"]) {
  for (const kind of ["exact", "range"]) if ((rules.get(`${rule} ${kind}`) ?? 0) < 3) throw new Error(`${rule}, ${kind}: hardly ever`);
}
if (never.length > 0) throw new Error(`no program has ${never.join(", ")}`);
if (counts.differences > 0) process.exit(1);
