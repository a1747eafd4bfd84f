/**
 * The generated site in a real browser, from the file system: navigation, search, the questionnaire against `guiju eval`, English, a phone,
 * print, hostile text, no messages on the console, and axe-core. Needs `guiju` (GUIJU, else target/release or target/debug) and Debian's
 * chromium (CHROMIUM, else /usr/bin/chromium: apt-get install chromium fonts-noto-cjk).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const guiju = process.env.GUIJU ?? ["release", "debug"].map((kind) => join(target, kind, "guiju")).find(existsSync);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (guiju === undefined) throw new Error("guiju is not built: cargo build --release");
if (!existsSync(executablePath)) {
  throw new Error(`no browser at ${executablePath}: apt-get install chromium fonts-noto-cjk, or set CHROMIUM`);
}
const { chromium } = await import("playwright-core");
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");

const folder = mkdtempSync(join(tmpdir(), "guiju-site-"));
const changning = join(root, "policies/changning-2024-4");
const site = join(folder, "changning");
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const SEARCH_MILLISECONDS_MAX = 50;
let browser;

/** What a command printed. */
function run(...args) {
  return execFileSync(guiju, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A page of a site; anything that it says on the console fails the test. */
async function open(path, { viewport = DESKTOP, at = site, ...more } = {}) {
  const context = await browser.newContext({ viewport, ...more });
  const page = await context.newPage();
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.said.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data):/u.test(request.url())) page.said.push(`asks for ${request.url()}`);
  });
  const [file, rest] = path.split(/(?=[?#])/u);
  await page.goto(pathToFileURL(join(at, file)).href + (rest ?? ""));
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, []);
  await page.context().close();
}

before(async () => {
  run("doc", changning, "-o", site);
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("from the overview to a clause, its sentence and back", async () => {
  const page = await open("index.html");
  assert.match(await page.title(), /长宁区/u);
  await page.click("table.matrix a[href='clauses/ai-industry.html']");
  assert.equal(await page.textContent("h1"), "推动人工智能产业加速发展");
  await page.click("dl.facts .figure >> text=1000万元");
  assert.match(page.url(), /original\.html#s\d+$/u);
  const sentence = await page.textContent(":target .text");
  assert.match(sentence, /不超过1000万元支持/u);
  await page.click(":target .by a >> nth=0");
  assert.match(page.url(), /clauses\//u);
  await close(page);
});

test("every amount of a clause leads to a sentence that says it", async () => {
  const page = await open("clauses/scale-award.html");
  const loose = await page.evaluate(() => {
    const places = document.querySelectorAll("dl.facts, .summary, .conditions, dl.lines");
    const found = [];
    for (const place of places) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (/\d+(\.\d+)?(万元|亿元|元|%)|\d{4}-\d\d-\d\d/u.test(data) && parentElement.closest("a.figure") === null) found.push(data);
      }
    }
    return found;
  });
  assert.deepEqual(loose, []);
  assert.ok((await page.locator("a.figure").count()) > 5);
  await close(page);
});

test("search finds Chinese words, fast", async () => {
  const page = await open("search.html?q=大模型");
  assert.match(await page.textContent("#found"), /找到 \d+ 处/u);
  assert.ok((await page.locator("#results a[href='clauses/ai-industry.html']").count()) > 0);
  for (const [words, least] of [["1000万元", 1], ["航空 转型", 1], ["ＡＩ-industry", 1], ["额", 1], ["没有这样的词语", 0]]) {
    await page.fill("#q", words);
    const count = await page.locator("#results li").count();
    assert.ok(least === 0 ? count === 0 : count >= least, `${words}: ${count}`);
    const milliseconds = Number(await page.getAttribute("#results", "data-milliseconds"));
    assert.ok(milliseconds < SEARCH_MILLISECONDS_MAX, `${words}: ${milliseconds} ms`);
  }
  await page.fill("#q", "<img src=x onerror=alert(1)>");
  assert.equal(await page.locator("#results img").count(), 0);
  await close(page);
});

test("English is one click away, on the same page", async () => {
  const page = await open("clauses/ai-industry.html");
  await page.click("li.switch a");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.match(page.url(), /en\/clauses\/ai-industry\.html$/u);
  assert.match(await page.textContent("dl.facts"), /CNY 10,000,000/u);
  await page.click("li.switch a");
  assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  await close(page);
});

test("a department's page says all that it must do", async () => {
  const page = await open("departments/science.html");
  const text = await page.textContent("main");
  for (const said of ["核定金额", "符合发展导向", "推动人工智能产业加速发展", "牵头的条款"]) assert.ok(text.includes(said), said);
  await close(page);
});

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

test("the questionnaire decides as guiju eval does", async () => {
  const page = await open("selfcheck.html");
  const on = "2025-06-30";
  await page.fill("#selfcheck input[type=date]", on);
  await page.dispatchEvent("#selfcheck input[type=date]", "change");
  await answer(page, {
    依法设立: true, 信用记录良好: true, 经区政府批准同意: false, 产业: "人工智能", 支持方向: "大模型研发训练", 符合发展导向: true,
    符合产业发展方向: true, 符合发展条件: true, 核定金额: "300万元", 推动达规纳统: false, 业务规模: "1000万元", 支持比例: "2%",
  });
  const links = page.locator("#selfcheck .files a");
  const files = await links.evaluateAll((all) => all.map((one) => [one.download, decodeURIComponent(one.href.split(",").slice(1).join(","))]));
  assert.ok(files.length > 0, "the answers are offered as files");
  const args = ["--on", on];
  for (const [name, text] of files) {
    const path = join(folder, name);
    writeFileSync(path, text);
    args.push(name.startsWith("ledger") ? "--ledger" : "--facts", path);
  }
  const decided = JSON.parse(run("eval", changning, ...args, "--format", "json"));
  const expected = Object.fromEntries(decided.clauses.map(({ id, outcome }) => [id, outcome]));
  assert.deepEqual(await shown(page), expected);
  assert.equal(expected["ai-industry"], "eligible");
  await close(page);
});

test("nothing is wider than a phone", async () => {
  const pages = ["index.html", "selfcheck.html", "scenarios.html", "industries.html", "departments.html", "timeline.html", "glossary.html",
    "original.html", "search.html?q=支持", "clauses/scale-award.html", "departments/commerce.html", "scenarios/scenario-2.html",
    "en/index.html", "en/clauses/other-modern_2f_scale-award.html", "en/departments/commerce.html"];
  for (const path of pages) {
    const page = await open(path, { viewport: PHONE });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${path}: ${width}`);
    await close(page);
  }
});

test("axe-core finds no violation, in light and dark", async () => {
  const pages = ["index.html", "clauses/ai-industry.html", "selfcheck.html", "search.html?q=大模型", "original.html", "departments/science.html",
    "departments.html", "industries/ai.html", "scenarios/scenario-8.html", "timeline.html", "glossary.html", "en/clauses/talent.html"];
  for (const path of pages) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(path, { colorScheme });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run({ preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      const told = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0].html} ${nodes[0].failureSummary}`);
      assert.deepEqual(told, [], `${path}, ${colorScheme}`);
      await close(page);
    }
  }
});

test("the whole page can be read on paper", async () => {
  const page = await open("clauses/ai-industry.html");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.isVisible("header.site nav"), false);
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
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
