/**
 * In: what an applicant types. Out: a value as the machine takes it, or what is wrong, in words. Numbers are read exactly and never
 * rounded; ranges are those that the facts file is held to (`src/input/values.rs`).
 */
import { iso, parseIso } from "../machine/calendar.mjs";
import { powerOfTen } from "../machine/numbers.mjs";
import { numberText } from "../machine/words.mjs";

/** @typedef {import("../machine/types.mjs").SlotInfo} SlotInfo */
/** @typedef {import("../machine/types.mjs").ColumnInfo} ColumnInfo */
/** @typedef {import("../machine/types.mjs").Given} Given */
/** @typedef {import("../machine/rules.mjs").Lang} Lang */
/** A unit in which a number may be typed: its label, and the power of ten (or factor) that brings it to the base unit.
 * @typedef {{ label: string, digits: number, factor: bigint }} TypedUnit */
/** @typedef {{ given: Given } | { wrong: string }} Parsed */

/** @param {Lang} lang @param {string} zh @param {string} en */
function say(lang, zh, en) {
  return lang === "zh" ? zh : en;
}

/** Full-width digits and marks as half-width ones. @param {string} text */
function narrow(text) {
  return [...text].map((char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0x3000) return " ";
    return code >= 0xff01 && code <= 0xff5e ? String.fromCodePoint(code - 0xfee0) : char;
  }).join("");
}

/** The units in which a number may be typed, the usual one first. @param {SlotInfo | ColumnInfo} info @param {Lang} lang @returns {TypedUnit[]} */
export function unitsOf(info, lang) {
  const { type } = info;
  if (type.kind !== "number") return [];
  const unit = (/** @type {string} */ label, digits = 0, factor = 1n) => ({ label, digits, factor });
  const only = type.unit.length === 1 && type.unit[0][1] === 1 ? type.unit[0][0] : "";
  if (type.shown === "rate" && type.unit.length === 0) return [unit("%", -2)];
  if (only === "CNY") {
    return lang === "zh" ? [unit("万元", 4), unit("元"), unit("亿元", 8)] : [unit("10,000 yuan", 4), unit("yuan"), unit("100 million yuan", 8)];
  }
  if (only === "月" && type.shown === "period") return [unit(say(lang, "个月", "months")), unit(say(lang, "年", "years"), 0, 12n)];
  if (only === "天" && type.shown === "period") return [unit(say(lang, "天", "days"))];
  const label = numberText(0n, type, lang).slice(1).trim();
  return [unit(label)];
}

/** A decimal as digits and how many of them stand after the point. @param {string} text @returns {{ value: bigint, scale: number } | null} */
function decimal(text) {
  const plain = narrow(text).split(",").join("").trim();
  const negative = plain.startsWith("-");
  const [whole, part = "", ...more] = (negative ? plain.slice(1) : plain).split(".");
  const digits = whole + part;
  if (more.length > 0 || digits === "" || digits.length > 60 || [...digits].some((digit) => digit < "0" || digit > "9")) return null;
  return { value: negative ? -BigInt(digits) : BigInt(digits), scale: part.length };
}

/** @param {SlotInfo | ColumnInfo} info @param {string} text @param {TypedUnit} unit @param {Lang} lang @returns {Parsed} */
function parseNumber(info, text, unit, lang) {
  const { type } = info;
  const read = decimal(text);
  if (type.kind !== "number" || read === null) return { wrong: say(lang, "请填一个数", "enter a number") };
  const shift = type.scale + unit.digits - read.scale;
  let value = read.value * unit.factor;
  if (shift >= 0) {
    value *= powerOfTen(shift);
  } else if (value % powerOfTen(-shift) === 0n) {
    value /= powerOfTen(-shift);
  } else {
    return { wrong: say(lang, "小数位太多", "too many decimals") };
  }
  const most = BigInt(info.most ?? "0");
  const low = info.low === null ? -most : BigInt(info.low);
  const high = info.high === null ? most : BigInt(info.high);
  if (value < low) return { wrong: `${say(lang, "不能低于 ", "must be at least ")}${numberText(low, type, lang)}` };
  if (value > high) return { wrong: `${say(lang, "不能超过 ", "must be at most ")}${numberText(high, type, lang)}` };
  return { given: { state: "value", value } };
}

/**
 * Reads what was typed for a fact or a cell: yes/no as `yes` or `no`, a class value as its index, a date as `2025-06-30`.
 * @param {SlotInfo | ColumnInfo} info @param {string} typed @param {TypedUnit | undefined} unit @param {Lang} lang
 * @returns {Parsed}
 */
export function parse(info, typed, unit, lang) {
  const text = typed.trim();
  switch (info.type.kind) {
    case "bool":
      if (text === "yes" || text === "no") return { given: { state: "value", value: text === "yes" ? 1n : 0n } };
      return { wrong: say(lang, "请选择“是”或“否”", "choose yes or no") };
    case "number":
      return parseNumber(info, text, unit ?? unitsOf(info, lang)[0], lang);
    case "date": {
      const day = parseIso(narrow(text));
      return day === null ? { wrong: say(lang, "请填日期，例如 2025-06-30", "enter a date such as 2025-06-30") } : { given: { state: "value", value: BigInt(day) } };
    }
    case "member":
      if (text === "") return { wrong: say(lang, "请选择一项", "choose one") };
      return { given: { state: "value", value: BigInt(text) } };
    default: {
      if (text === "") return { wrong: say(lang, "请填写", "enter something") };
      if (!info.credit_code) return { given: { state: "text", text } };
      const code = creditCode(text);
      return code === null ? { wrong: say(lang, "不是有效的统一社会信用代码", "not a valid unified social credit code") } : { given: { state: "text", text: code } };
    }
  }
}

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** The canonical form of a unified social credit code (GB 32100-2015), both check digits right; else `null`. @param {string} text @returns {string | null} */
export function creditCode(text) {
  const code = narrow(text).trim().toUpperCase();
  const values = [...code].map((char) => ALPHABET.indexOf(char));
  if (code.length !== 18 || values.includes(-1)) return null;
  const organisation = ORGANISATION_WEIGHTS.reduce((sum, weight, at) => sum + weight * Number.parseInt(code[8 + at], 36), 0);
  const first = (11 - (organisation % 11)) % 11;
  if (code[16] !== (first === 10 ? "X" : String(first))) return null;
  let weight = 1;
  let sum = 0;
  for (const value of values.slice(0, 17)) {
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return code[17] === ALPHABET[(31 - (sum % 31)) % 31] ? code : null;
}

/** A day as it is typed. @param {number} day */
export function typedDay(day) {
  return iso(day);
}
