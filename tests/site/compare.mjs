/**
 * What the tests of the page's machine share: its answer in the form of `guiju eval --format json`, and where two answers differ.
 */
import { evaluate } from "../../src/docs/assets/machine/explain.mjs";

/** The answer in the form of `guiju eval --format json`, without what that says at greater length. */
export function answer(prepared, application, lang) {
  return comparable(evaluate(prepared, application, lang));
}

/** An explanation of the page in that form. */
export function comparable(explained) {
  const clauses = explained.clauses.map(({ reasons, failures, note, ...clause }) => ({
    ...clause,
    needs: clause.needs.map(({ slot, ...need }) => need),
  }));
  return { ...explained, clauses };
}

/** Where two values differ, as a path with both; `null` where they do not. */
export function difference(got, wanted, path = "") {
  if (got === wanted) return null;
  const both = [got, wanted];
  if (both.some((it) => it === null || typeof it !== "object") || Array.isArray(got) !== Array.isArray(wanted)) {
    return `${path}: ${JSON.stringify(got)} and not ${JSON.stringify(wanted)}`;
  }
  for (const key of new Set(both.flatMap((it) => Object.keys(it)))) {
    const found = difference(got[key], wanted[key], `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
