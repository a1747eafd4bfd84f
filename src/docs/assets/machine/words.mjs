/**
 * Numbers, days and values as an official would write them, as `src/explain/text.rs`: no digit is lost; 亿 and 万 are used only where at
 * most two decimals remain.
 */
import { iso } from "./calendar.mjs";
import { powerOfTen } from "./numbers.mjs";

/** @typedef {import("./rules.mjs").Lang} Lang */
/** @typedef {import("./types.mjs").SlotType} SlotType */
/** @typedef {[string, number][]} Unit */

const CURRENCIES = new Map([["CNY", "元"], ["USD", "美元"], ["EUR", "欧元"], ["HKD", "港元"], ["JPY", "日元"], ["GBP", "英镑"]]);

/** A currency in Chinese. @param {string} code */
export function currencyZh(code) {
  return CURRENCIES.get(code) ?? code;
}

/** @param {bigint} value @param {number} scale @returns {{ value: bigint, scale: number }} Without trailing zeros. */
function trimmed(value, scale) {
  let [of, decimals] = [value, scale];
  while (decimals > 0 && of % 10n === 0n) [of, decimals] = [of / 10n, decimals - 1];
  return { value: of, scale: decimals };
}

/** All digits, no trailing zeros; thousands apart where `grouped`. @param {bigint} value @param {number} scale @param {boolean} [grouped] */
export function plain(value, scale, grouped = false) {
  const short = trimmed(value, scale);
  const digits = String(short.value < 0n ? -short.value : short.value).padStart(short.scale + 1, "0");
  const whole = digits.slice(0, digits.length - short.scale);
  const part = digits.slice(digits.length - short.scale);
  const apart = [...whole].map((digit, at) => (grouped && at > 0 && (whole.length - at) % 3 === 0 ? `,${digit}` : digit)).join("");
  return `${short.value < 0n ? "-" : ""}${apart}${part === "" ? "" : `.${part}`}`;
}

/** @param {bigint} value @param {number} scale */
function atLeastOne(value, scale) {
  return (value < 0n ? -value : value) >= powerOfTen(scale);
}

/** With 亿 or 万 where that is short, else with thousands apart from ten thousand on. @param {bigint} value @param {number} scale */
function chinese(value, scale) {
  /** @type {[string, number][]} */
  const words = [["亿", 8], ["万", 4]];
  for (const [word, zeros] of words) {
    const short = trimmed(value, scale + zeros);
    if (short.scale <= 2 && atLeastOne(short.value, short.scale)) return `${plain(short.value, short.scale)}${word}`;
  }
  return plain(value, scale, atLeastOne(value, scale + 4));
}

/** An amount of money, `value × 10^-scale`. @param {bigint} value @param {number} scale @param {string} currency @param {Lang} lang */
export function moneyText(value, scale, currency, lang) {
  return lang === "zh" ? `${chinese(value, scale)}${currencyZh(currency)}` : `${currency} ${plain(value, scale, true)}`;
}

/** An amount as a case would state it. @param {import("./settle.mjs").Amount} amount @param {string} currency @param {Lang} lang */
export function amountText({ low, high }, currency, lang) {
  const zh = lang === "zh";
  const least = moneyText(low, 2, currency, lang);
  if (high === null) {
    if (low === 0n) return zh ? "一定奖励（金额待定）" : "an amount still open";
    return zh ? `不低于 ${least}` : `at least ${least}`;
  }
  const most = moneyText(high, 2, currency, lang);
  if (low === high) return most;
  if (low === 0n) return zh ? `不超过 ${most}` : `at most ${most}`;
  return zh ? `${least} 至 ${most}` : `${least} to ${most}`;
}

/** @param {string} name */
function isCurrency(name) {
  return name.length === 3 && [...name].every((letter) => letter >= "A" && letter <= "Z");
}

/** @param {bigint} value @param {number} scale @param {Unit} unit @param {Lang} lang */
function withUnit(value, scale, unit, lang) {
  const zh = lang === "zh";
  const currency = unit.find(([name, power]) => power === 1 && isCurrency(name))?.[0];
  let text = plain(value, scale, !zh);
  if (currency !== undefined) text = moneyText(value, scale, currency, lang);
  else if (zh) text = unit.length === 0 ? plain(value, scale) : chinese(value, scale);
  let first = true;
  for (const [name, power] of unit.filter(([of, times]) => times > 0 && of !== currency)) {
    for (let time = 0; time < power; time += 1) {
      const leads = first && currency === undefined;
      text += `${leads ? "" : "·"}${!zh && leads ? " " : ""}${name}`;
      first = false;
    }
  }
  for (const [name, power] of unit.filter(([, times]) => times < 0)) {
    text += `/${isCurrency(name) && zh ? currencyZh(name) : name}`.repeat(-power);
  }
  return text;
}

/** Months are shown as years where they are whole years. @param {bigint} value @param {number} scale @param {Unit} unit @param {Lang} lang */
function period(value, scale, unit, lang) {
  const name = unit.length === 1 && unit[0][1] === 1 ? unit[0][0] : "";
  if (name !== "月" && name !== "天") return withUnit(value, scale, unit, lang);
  const years = name === "月" && scale === 0 && value !== 0n && value % 12n === 0n;
  const count = years ? value / 12n : value;
  const [zh, en] = years ? ["年", "year"] : name === "月" ? ["个月", "month"] : ["天", "day"];
  const digits = plain(count, scale);
  return lang === "zh" ? `${digits}${zh}` : `${digits} ${en}${count === 1n ? "" : "s"}`;
}

/** A number of a kind and unit. @param {bigint} value @param {SlotType & { kind: "number" }} type @param {Lang} lang */
export function numberText(value, { scale, shown, unit }, lang) {
  if (shown === "rate" && unit.length === 0) return `${plain(value * 100n, scale)}%`;
  return shown === "period" ? period(value, scale, unit, lang) : withUnit(value, scale, unit, lang);
}

/** @param {boolean} yes @param {Lang} lang */
export function yesNo(yes, lang) {
  if (lang === "zh") return yes ? "是" : "否";
  return yes ? "yes" : "no";
}

/** A known value of a type. @param {import("./case.mjs").Case} subject @param {SlotType} type @param {bigint} value @param {Lang} lang @returns {string} */
export function valueText(subject, type, value, lang) {
  switch (type.kind) {
    case "bool":
      return yesNo(value !== 0n, lang);
    case "number":
      return numberText(value, type, lang);
    case "date":
      return iso(Number(value));
    case "text":
      return `「${subject.textOf(value) ?? ""}」`;
    case "member":
      return subject.program.members[Number(value)]?.name ?? "";
    default:
      return lang === "zh" ? `${value} 条` : `${value} records`;
  }
}
