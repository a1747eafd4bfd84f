/**
 * The small program of docs/examples/ on the published JSON: it lists the ceilings, the highest first, with the sentences that say them.
 * Usage: node example.mjs <path of guiju>
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const model = execFileSync(process.argv[2], ["doc", join(root, "policies/changning-2024-4"), "--format", "json"], { maxBuffer: 1 << 28 });
const listed = execFileSync(process.execPath, [join(root, "docs/examples/ceilings.mjs")], { input: model, encoding: "utf8" });
assert.match(listed, /^1亿元\t每市场主体每年\t四（一）1第一款\t/u);
assert.match(listed, /不超过1000万元支持/u);
console.log(`docs/examples/ceilings.mjs lists ${listed.trim().split("\n").length} ceilings`);
