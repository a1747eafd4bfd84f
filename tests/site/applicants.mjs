/** The questionnaire of the site in a real browser, over several policies: its outcome is what `guiju eval` gives for the files it offers. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { close, folder, made, open, root, run } from "./browse.mjs";

/** More questions than any applicant is asked. */
const QUESTIONS_MAX = 120;

/** Answers the questionnaire like an applicant, from the facts of an example. */
async function answer(page, facts) {
  for (let turn = 0; turn < 60; turn += 1) {
    const form = page.locator("#selfcheck form");
    if ((await form.count()) === 0) return;
    const asked = await form.getAttribute("data-fact");
    await fill(form, facts, asked);
    await form.locator("button[type=submit]").first().click();
    const again = page.locator("#selfcheck form");
    if ((await again.count()) > 0 && (await again.getAttribute("data-fact")) === asked) {
      await page.locator("#selfcheck form button.unknown").first().click();
    }
  }
}

/** Fills in the fields of a question whose fact is known. */
async function fill(form, facts, asked) {
  const value = facts[asked];
  if (value === undefined) return;
  const select = form.locator("select:not(.state)").first();
  const typed = form.locator("input:not([type=radio])").first();
  const [, number, unit] = /^([\d.]+)(.*)$/u.exec(String(value)) ?? [];
  if (typeof value === "boolean") await form.locator(`input[type=radio][value=${value ? "yes" : "no"}]`).first().check();
  else if ((await typed.count()) > 0) {
    await typed.fill((await select.count()) > 0 ? number : String(value).replace(/%$/u, ""));
    if ((await select.count()) > 0) await choose(select, unit);
  } else await choose(select, value);
}

/** Chooses the option that is called so; options are set in by level. */
async function choose(select, name) {
  const value = await select.locator("option").evaluateAll((all, name) => all.find((one) => one.textContent.trim().split(/\s/u).at(-1) === name)?.value, name);
  assert.notEqual(value, undefined, `no option ${name}`);
  await select.selectOption(value);
}

/** The outcome of each clause on the page. */
function shown(page) {
  return page.locator("#selfcheck [data-clause]").evaluateAll((all) => Object.fromEntries(all.map((one) => [one.dataset.clause, one.dataset.outcome])));
}

/** What `guiju eval` says of the files that the page offers; a choice that is not made is printed and reported. */
async function decided(page, policy, on) {
  const links = page.locator("#selfcheck .files a");
  const files = await links.evaluateAll((all) => all.map((one) => [one.download, decodeURIComponent(one.href.split(",").slice(1).join(","))]));
  assert.ok(files.length > 0, "the answers are offered as files");
  const args = [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    writeFileSync(path, text);
    args.push(name.startsWith("ledger") ? "--ledger" : "--facts", path);
  }
  let printed;
  try {
    printed = run("eval", join(root, "policies", policy), "--on", on, ...args, "--format", "json");
  } catch (error) {
    printed = error.stdout;
    if (!printed) throw new Error(error.stderr);
  }
  return Object.fromEntries(JSON.parse(printed).clauses.map(({ id, outcome }) => [id, outcome]));
}

/** The self-check of a policy on a day. */
async function begin(policy, on) {
  const page = await open("selfcheck.html", { at: made(policy) });
  await page.fill("#selfcheck input[type=date]", on);
  await page.dispatchEvent("#selfcheck input[type=date]", "change");
  return page;
}

test("the questionnaire decides as guiju eval does", async () => {
  const page = await begin("changning-2024-4", "2025-06-30");
  await answer(page, {
    依法设立: true, 信用记录良好: true, 经区政府批准同意: false, 产业: "人工智能", 支持方向: "大模型研发训练", 符合发展导向: true,
    符合产业发展方向: true, 符合发展条件: true, 核定金额: "300万元", 推动达规纳统: false, 业务规模: "1000万元", 支持比例: "2%",
  });
  const expected = await decided(page, "changning-2024-4", "2025-06-30");
  assert.deepEqual(await shown(page), expected);
  assert.equal(expected["ai-industry"], "eligible");
  const clause = page.locator("#selfcheck [data-clause=ai-industry]");
  await clause.locator("summary").click();
  assert.match(await clause.textContent(), /符合发展导向：满足/u);
  assert.match(await clause.locator("blockquote").textContent(), /不超过\s?1000\s?万元支持/u);
  await close(page);
});

test("an amended policy decides by its text of the day, and keeps the answers", async () => {
  const page = await begin("changning-2024-4-revised", "2025-06-30");
  await answer(page, {
    依法设立: true, 信用记录良好: true, 经区政府批准同意: false, 产业: "人工智能", 支持方向: "大模型研发训练", 符合发展导向: true,
    符合产业发展方向: true, 符合发展条件: true, 核定金额: "2000万元", 推动达规纳统: false, 业务规模: "1000万元", 支持比例: "2%",
  });
  assert.match(await page.textContent("#selfcheck"), /2026-09-30/u);
  assert.deepEqual(await shown(page), await decided(page, "changning-2024-4-revised", "2025-06-30"));
  assert.equal((await shown(page))["fashion-creative"], "ineligible");
  const given = await page.locator("#selfcheck .answers li").count();
  await page.fill("#selfcheck input[type=date]", "2026-11-01");
  await page.dispatchEvent("#selfcheck input[type=date]", "change");
  assert.match(await page.textContent("#selfcheck"), /2026-10-01/u);
  assert.equal((await shown(page))["fashion-creative"], undefined, "the amendment leaves the clause out");
  assert.ok((await page.locator("#selfcheck .answers li").count()) >= given - 1, "answers stay");
  await walk(page, 1);
  assert.deepEqual(await shown(page), await decided(page, "changning-2024-4-revised", "2026-11-01"));
  await close(page);
});

test("going back and changing an answer", async () => {
  const page = await begin("changning-2024-4", "2025-06-30");
  const asked = () => page.getAttribute("#selfcheck form", "data-fact");
  const first = await asked();
  assert.match(await page.textContent("#selfcheck legend"), new RegExp(`^是否${first}？$`, "u"));
  await page.check("#selfcheck input[value=no]");
  await page.click("#selfcheck button.submit");
  const second = await asked();
  assert.notEqual(second, first);
  await page.click("#selfcheck button.back");
  assert.equal(await asked(), first);
  await page.click("#selfcheck button.submit");
  assert.match(await page.textContent("#selfcheck .problem"), /请选择/u);
  await page.click("#selfcheck button.unknown");
  await page.click("#selfcheck .answers summary");
  assert.match(await page.textContent("#selfcheck .answers li"), new RegExp(`^${first}：不知道`, "u"));
  await page.click("#selfcheck .answers li button");
  assert.equal(await asked(), first);
  await page.click("#selfcheck button.restart");
  assert.equal(await page.locator("#selfcheck .answers").count(), 0);
  await close(page);
});

/** Fills in whatever is asked; what is chosen depends on the turn. */
async function fillAny(form, turn) {
  const add = form.locator("button.add");
  if ((await add.count()) > 0 && turn % 2 === 0) await add.click();
  for (const select of await form.locator("select:not(.state)").all()) {
    const values = await select.locator("option").evaluateAll((all) => all.map((one) => one.value).filter((value) => value !== ""));
    await select.selectOption(values[turn % values.length]);
  }
  for (const group of await form.locator("[role=radiogroup]").all()) await group.locator(`input[value=${turn % 5 === 4 ? "no" : "yes"}]`).check();
  for (const field of await form.locator("input[type=date]").all()) await field.fill("2025-03-01");
  for (const field of await form.locator("input[type=text]").all()) {
    const number = (await field.getAttribute("inputmode")) === "decimal";
    await field.fill(number ? String(12 + 40 * (turn % 7)) : "91310000132260250X");
  }
}

/** Answers whatever is asked, like one of several applicants; every so often an answer is not known. How many questions it took. */
async function walk(page, seed) {
  for (let turn = seed; turn < seed + QUESTIONS_MAX; turn += 1) {
    const form = page.locator("#selfcheck form");
    if ((await form.count()) === 0) return turn - seed;
    const answers = () => page.locator("#selfcheck .answers li").count();
    const before = await answers();
    await fillAny(form, turn);
    if (turn % 6 !== 5) await form.locator("button.submit").click();
    if ((await answers()) === before) await page.locator("#selfcheck form button.unknown").click();
  }
  throw new Error(`more than ${QUESTIONS_MAX} questions`);
}

for (const [policy, on] of [["changning-2024-4", "2025-06-30"], ["changning-2024-4-revised", "2025-06-30"],
  ["changning-2024-4-revised", "2026-11-01"], ["examples/county-investment", "2024-06-30"],
  ["examples/science-park", "2026-02-01"], ["examples/talent", "2026-02-01"], ["examples/trade-growth", "2026-02-01"]]) {
  test(`applicants of ${policy}`, async () => {
    for (const seed of [1, 2, 3]) {
      const page = await begin(policy, on);
      const questions = await walk(page, seed);
      assert.deepEqual(await shown(page), await decided(page, policy, on), `applicant ${seed}`);
      const done = await page.textContent("#selfcheck .done");
      assert.match(done, /没有别的问题了/u);
      console.log(`${policy}, applicant ${seed}: ${questions} questions`);
      await close(page);
    }
  });
}
