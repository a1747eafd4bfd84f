/**
 * What the browser tests share: the command line, a browser, pages that may say nothing on the console. Needs `guiju` (GUIJU, else
 * target/release or target/debug) and Debian's chromium (CHROMIUM, else /usr/bin/chromium: apt-get install chromium fonts-noto-cjk).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const guiju = process.env.GUIJU ?? ["release", "debug"].map((kind) => join(target, kind, "guiju")).find(existsSync);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (guiju === undefined) throw new Error("guiju is not built: cargo build --release");
if (!existsSync(executablePath)) {
  throw new Error(`no browser at ${executablePath}: apt-get install chromium fonts-noto-cjk, or set CHROMIUM`);
}
const { chromium } = await import("playwright-core");

/** A folder for what the tests make. */
export const folder = mkdtempSync(join(tmpdir(), "guiju-site-"));
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };
let browser;

/** What a command printed. */
export function run(...args) {
  return execFileSync(guiju, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The site of a policy of the repository, made anew. */
export function made(policy) {
  const at = join(folder, policy.replaceAll("/", "-"));
  run("doc", join(root, "policies", policy), "-o", at);
  return at;
}

/** A page of a site; anything that it says on the console, and any address that is no file, fails the test. */
export async function open(path, { at, viewport = DESKTOP, ...more }) {
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

export async function close(page) {
  assert.deepEqual(page.said, []);
  await page.context().close();
}

before(async () => {
  browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
