// Lists the ceilings of a policy, the highest first, each with the sentence of the original that says it.
// Usage: guiju doc PATH --format json | node ceilings.mjs
import { readFileSync } from "node:fs";

const model = JSON.parse(readFileSync(0, "utf8"));
if (model.version !== 1) throw new Error(`documentation model version ${model.version} is not known`);

const sentences = new Map((model.original?.sentences ?? []).map((sentence) => [sentence.id, sentence.text]));
const rows = model.clauses.flatMap((clause) =>
  clause.ceilings.map((ceiling) => {
    const figure = clause.figures.find((one) => one.value === ceiling.value);
    return { clause, ceiling, said: sentences.get(figure?.sentence) ?? "" };
  }),
);

// Amounts are decimal strings: compared by length of the whole part, then digit by digit, never as floating point.
const digits = ({ ceiling }) => (ceiling.value ?? "0").split(".")[0];
rows.sort((a, b) => digits(b).length - digits(a).length || (digits(b) > digits(a) ? 1 : digits(b) < digits(a) ? -1 : 0));

for (const { clause, ceiling, said } of rows) {
  console.log(`${ceiling.amount.zh}\t${ceiling.words.zh}\t${clause.address}\t${said}`);
}
