/** Every kind of page in a real browser: a phone's width, axe-core in light and dark and both languages, hostile text, a policy of 1,000 clauses. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PHONE, close, folder, here, made, open, run } from "./browse.mjs";

const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const PAGE_BYTES_MAX = 200_000;
const SEARCH_MILLISECONDS_MAX = 50;
const CLAUSES = 1_000;

/** A page of every kind, with the site that shows it best. */
const changning = made("changning-2024-4");
const revised = made("changning-2024-4-revised");
const county = made("examples/county-investment");
const KINDS = [
  ...["index.html", "clauses/ai-industry.html", "clauses/scale-award.html", "selfcheck.html", "search.html?q=大模型", "original.html",
    "departments/science.html", "departments.html", "industries.html", "industries/ai.html", "scenarios.html", "scenarios/scenario-8.html",
    "glossary.html"].map((path) => [changning, path]),
  [revised, "timeline.html"], [revised, "clauses/quality.html"], [county, "departments.html"], [county, "clauses/equipment-grant.html"],
];
const BOTH = KINDS.flatMap(([at, path]) => [[at, path], [at, `en/${path}`]]);

test("nothing is wider than a phone", async () => {
  for (const [at, path] of BOTH) {
    const page = await open(path, { at, viewport: PHONE });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${path}: ${width}`);
    await close(page);
  }
});

test("axe-core finds no violation, in both languages, in light and dark", async () => {
  for (const [at, path] of BOTH) {
    const page = await open(path, { at });
    await page.evaluate(axe);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate(() => window.axe.run({ preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      const told = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0].html} ${nodes[0].failureSummary}`);
      assert.deepEqual(told, [], `${path}, ${colorScheme}`);
    }
    await close(page);
  }
});

/** A policy of many clauses, each with a sentence of its own in the original. */
function large(count) {
  const parts = ["政策 示发〔2025〕1号《示范》（demo）", "  有效期：2026-01-01 至 2027-12-31", "  舍入：分，四舍五入", "  原件：source.txt",
    "部门 区科委（science）", "部门 区商务委（commerce）", "产业 甲业（a）", "产业 乙业（b）", "对象 市场主体（entity）", "  产业（sector）：产业",
    "  信用良好（credit）：是否，由 区科委 认定", "对象 项目（project），属于 市场主体", "  核定金额（set）：金额，由 责任部门 裁量，不低于 0元"];
  const original = [];
  for (let number = 1; number <= count; number += 1) {
    const sentence = `第${number}项支持，给予单个项目不超过${10 + number}万元支持，由区科委和区商务委共同认定和核定，按项目累计计算。`;
    original.push(sentence);
    parts.push("", `条款 第${number}条《第${number}项支持》（clause-${number}）`, "  对象：项目", `  产业：${number % 2 === 0 ? "甲业" : "乙业"}`, "  条件：信用良好",
      "  支持：核定金额", `  上限：${10 + number}万元，每项目累计`, "  责任部门：区科委、区商务委", `  原文：「${sentence}」`);
  }
  return [`${parts.join("\n")}\n`, `${original.join("\n")}\n`];
}

test("a thousand clauses are found as fast, and no page grows with them", async () => {
  const policy = join(folder, "large");
  mkdirSync(policy);
  const [text, original] = large(CLAUSES);
  writeFileSync(join(policy, "main.policy"), text);
  writeFileSync(join(policy, "source.txt"), original);
  const at = join(folder, "large-site");
  run("doc", policy, "-o", at);
  for (const path of readdirSync(at, { recursive: true }).map(String).filter((one) => one.endsWith(".html"))) {
    const bytes = readFileSync(join(at, path)).length;
    assert.ok(bytes < PAGE_BYTES_MAX, `${path}: ${bytes}`);
  }
  const page = await open("search.html", { at });
  const times = [];
  for (const [words, least] of [["不超过999万元", 1], ["第512项", 1], ["支持", CLAUSES], ["区科委 认定", 1], ["项", CLAUSES], ["没有这样的词语", 0]]) {
    await page.fill("#q", words);
    const found = Number((await page.textContent("#found")).match(/\d+/u)?.[0] ?? 0);
    assert.ok(least === 0 ? found === 0 : found >= least, `${words}: ${found}`);
    const milliseconds = Number(await page.getAttribute("#results", "data-milliseconds"));
    assert.ok(milliseconds < SEARCH_MILLISECONDS_MAX, `${words}: ${milliseconds} ms`);
    times.push(`${words} ${milliseconds.toFixed(1)} ms`);
  }
  console.log(`search in ${CLAUSES} clauses: ${times.join(", ")}`);
  await close(page);
});

test("text that is HTML or script is shown, never run", async () => {
  const policy = join(folder, "hostile");
  run("new", policy);
  const attack = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";
  const main = join(policy, "main.policy");
  const text = readFileSync(main, "utf8");
  const named = text.replace(/^案例 「[^」]*」/mu, `案例 「${attack}」`).replace(/^(条款 [^《\n]*)《[^》]*》/mu, `$1《${attack}》`);
  assert.equal(named.split(attack).length, 3, "a case and a clause are named so");
  writeFileSync(main, `${named}\n非规范 《${attack}》\n  说明：${attack}\n\n部门 乙《${attack}》\n`);
  const at = join(folder, "hostile-site");
  try {
    run("doc", policy, "-o", at);
  } catch (error) {
    assert.fail(error.stderr);
  }
  const pages = readdirSync(at, { recursive: true }).filter((path) => String(path).endsWith(".html"));
  for (const path of pages) {
    const page = await open(String(path), { at });
    let ran = false;
    page.on("dialog", (dialog) => {
      ran = true;
      void dialog.dismiss();
    });
    await page.reload();
    assert.equal(ran, false, String(path));
    assert.equal(await page.locator("img").count(), 0, String(path));
    await close(page);
  }
  assert.ok(readFileSync(join(at, "glossary.html"), "utf8").includes("&lt;img src=x"), "the attack is on a page");
});
