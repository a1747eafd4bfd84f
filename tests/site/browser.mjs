/** Reading the site in a real browser, from the file system: navigation, figures, search, departments, English, history, charts, paper. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { DESKTOP, PHONE, close, made, open } from "./browse.mjs";

const site = made("changning-2024-4");
const SEARCH_MILLISECONDS_MAX = 50;

test("from the overview to a clause, its sentence and back", async () => {
  const page = await open("index.html", { at: site });
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

/** Amounts, rates and days on a page that lead nowhere. Made-up cases and the policy's own words beside their sentence have none to lead to. */
function loose(page) {
  return page.evaluate(() => {
    const found = [];
    for (const place of document.querySelectorAll("dl.facts, .summary, .conditions, dl.lines, table.matrix, ul.clauses, svg.chart, ol.timeline")) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (/\d+(\.\d+)?(万元|亿元|元|%)|\d{4}-\d\d-\d\d|CNY \d/u.test(data) && parentElement.closest("a.figure, title, desc") === null) found.push(data);
      }
    }
    return found;
  });
}

test("every amount of a page leads to a sentence that says it", async () => {
  const pages = readdirSync(site, { recursive: true }).map(String).filter((path) => /^(en\/)?(clauses|departments|industries|scenarios)\/|^(en\/)?(index|timeline)\.html$/u.test(path));
  assert.ok(pages.length > 100);
  const page = await open("index.html", { at: site });
  for (const path of pages) {
    await page.goto(pathToFileURL(join(site, path)).href);
    assert.deepEqual(await loose(page), [], path);
  }
  await page.goto(pathToFileURL(join(site, "clauses/scale-award.html")).href);
  assert.ok((await page.locator("a.figure").count()) > 5);
  await close(page);
});

test("search finds Chinese words, fast", async () => {
  const page = await open("search.html?q=大模型", { at: site });
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
  const page = await open("clauses/ai-industry.html", { at: site });
  await page.click("li.switch a");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.match(page.url(), /en\/clauses\/ai-industry\.html$/u);
  assert.match(await page.textContent("dl.facts"), /CNY 10,000,000/u);
  await page.click("li.switch a");
  assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  await close(page);
});

test("a department's page says all that it must do", async () => {
  const page = await open("departments/science.html", { at: site });
  const text = await page.textContent("main");
  for (const said of ["核定金额", "符合发展导向", "推动人工智能产业加速发展", "牵头的条款"]) assert.ok(text.includes(said), said);
  await close(page);
});

test("a bar of a chart leads to its clause, and its amount to the sentence", async () => {
  for (const viewport of [DESKTOP, PHONE]) {
    const page = await open("index.html", { at: site, viewport });
    const chart = page.locator("svg.chart");
    assert.match(await chart.locator("title").first().textContent(), /各条款的上限/u);
    assert.match(await chart.locator("desc").textContent(), /21 项上限.*最高的是/u);
    const text = await chart.locator("text").first().evaluate((one) => one.getBoundingClientRect().height);
    assert.ok(text >= 14, `text is ${text} high`);
    await chart.locator("a[href='clauses/talent.html'] rect").click();
    assert.equal(await page.textContent("h1"), "构筑人才发展高地");
    await page.goBack();
    await chart.locator("a.figure >> text=2000万元").click();
    assert.match(await page.textContent(":target .text"), /不超过2000万元/u);
    await close(page);
  }
});

test("the history of a clause marks the words that an amendment changed", async () => {
  const at = made("changning-2024-4-revised");
  const page = await open("clauses/quality.html", { at });
  assert.match(await page.textContent("table.changes"), /上限/u);
  assert.equal(await page.textContent("table.changes del >> nth=0"), "100万元");
  assert.equal(await page.textContent("table.changes ins >> nth=0"), "200万元");
  await page.click("table.changes ins a.figure >> nth=0");
  assert.match(await page.textContent(":target .text"), /不超过\s?200\s?万元/u);
  await close(page);
  const dates = await open("timeline.html", { at });
  const rows = await dates.locator("table.changes tbody tr").count();
  assert.ok(rows >= 11 && rows < 40, `${rows} changes: what the policy changes for all is said once`);
  await dates.click("table.changes a >> text=培育质量品牌优势 >> nth=0");
  assert.equal(await dates.textContent("h1"), "培育质量品牌优势");
  await close(dates);
});

test("the whole page can be read on paper", async () => {
  const page = await open("clauses/ai-industry.html", { at: site });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.isVisible("header.site nav"), false);
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
  await close(page);
});

