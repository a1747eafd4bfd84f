/**
 * The fields of a question, one way of asking a type of fact; each reads itself and says what is wrong.
 */
import { element, input, labelled, select } from "./dom.mjs";
import { parse, unitsOf } from "./parse.mjs";
import { text } from "./text.mjs";

/** @typedef {import("../machine/types.mjs").Program} Program */
/** @typedef {import("../machine/types.mjs").SlotInfo} SlotInfo */
/** @typedef {import("../machine/types.mjs").ColumnInfo} ColumnInfo */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {import("../machine/rules.mjs").Lang} Lang */
/** @typedef {{ node: HTMLElement, read: () => import("./parse.mjs").Parsed }} Field */

/** The values of a class as a tree: each indented by its depth. @param {Program} program @param {number} number @returns {{ value: string, label: string }[]} */
export function memberOptions(program, number) {
  const { first, end } = program.classes[number];
  return program.members.slice(first, end).map(({ name, parent }, at) => {
    let depth = 0;
    for (let above = parent; above !== null; above = program.members[above].parent) depth += 1;
    return { value: String(first + at), label: `${"　".repeat(depth)}${name}` };
  });
}

/** A field for a fact or a cell. @param {Program} program @param {SlotInfo | ColumnInfo} info @param {string} label @param {Lang} lang @returns {Field} */
export function fieldOf(program, info, label, lang) {
  const { type } = info;
  if (type.kind === "bool") return yesNo(info, label, lang);
  if (type.kind === "member") {
    const control = select([{ value: "", label: text(lang, "choose") }, ...memberOptions(program, type.class)]);
    return { node: labelled(label, control), read: () => parse(info, control.value, undefined, lang) };
  }
  if (type.kind !== "number") {
    const control = input({ type: type.kind === "date" ? "date" : "text", autocomplete: "off" });
    return { node: labelled(label, control), read: () => parse(info, control.value, undefined, lang) };
  }
  const units = unitsOf(info, lang);
  const control = input({ type: "text", inputmode: "decimal", autocomplete: "off" });
  const node = labelled(label, control);
  if (units.length === 1) {
    node.append(" ", units[0].label);
    return { node, read: () => parse(info, control.value, units[0], lang) };
  }
  const unit = select(units.map((of, at) => ({ value: String(at), label: of.label })), { "aria-label": `${label} ${units[0].label}` });
  node.append(" ", unit);
  return { node, read: () => parse(info, control.value, units[Number(unit.value)], lang) };
}

let choices = 0;

/** @param {SlotInfo | ColumnInfo} info @param {string} label @param {Lang} lang @returns {Field} */
function yesNo(info, label, lang) {
  choices += 1;
  const name = `selfcheck-choice-${choices}`;
  const yes = input({ type: "radio", name, value: "yes" });
  const no = input({ type: "radio", name, value: "no" });
  const node = element(
    "div", { class: "field", role: "radiogroup", "aria-label": label },
    element("span", {}, label), " ",
    element("label", {}, yes, " ", text(lang, "yes")), " ",
    element("label", {}, no, " ", text(lang, "no")),
  );
  return { node, read: () => parse(info, yes.checked ? "yes" : no.checked ? "no" : "", undefined, lang) };
}

/** A field that may be left unknown, or not apply. @param {Program} program @param {SlotInfo | ColumnInfo} info @param {string} label @param {Lang} lang @returns {Field} */
export function optionalField(program, info, label, lang) {
  const field = fieldOf(program, info, label, lang);
  const state = select(
    [
      { value: "", label: text(lang, "cellGiven") },
      { value: "unknown", label: text(lang, "cellUnknown") },
      { value: "not_applicable", label: text(lang, "cellNotApplicable") },
    ],
    { "aria-label": `${label} ${text(lang, "cellUnknown")}`, class: "state" },
  );
  field.node.append(" ", state);
  return {
    node: field.node,
    read: () => {
      if (state.value === "unknown") return { given: { state: "unknown" } };
      return state.value === "not_applicable" ? { given: { state: "not_applicable" } } : field.read();
    },
  };
}
