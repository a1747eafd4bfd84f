/**
 * Days from 1970-01-01 and the Gregorian calendar, as `src/calendar.rs`; working days, as `src/vm/working_days.rs`.
 * Days are `bigint` where they come out of a computation and `number` where a table or a ledger holds them.
 */
import { floorDivide } from "./numbers.mjs";

const DAYS_MAX = 100_000_000_000_000_000n;
const YEAR_MAX = DAYS_MAX / 365n;

/** @param {bigint} a @param {bigint} b */
function modulo(a, b) {
  return a - floorDivide(a, b) * b;
}

/** @param {bigint} year */
function isLeap(year) {
  return year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n);
}

/** @param {bigint} year @param {bigint} month @returns {bigint} */
export function daysInMonth(year, month) {
  if (month === 2n) return isLeap(year) ? 29n : 28n;
  return [4n, 6n, 9n, 11n].includes(month) ? 30n : 31n;
}

/** @param {bigint} day @returns {[bigint, bigint, bigint]} Year, month and day of the month. */
export function civil(day) {
  const bounded = day > DAYS_MAX ? DAYS_MAX : day < -DAYS_MAX ? -DAYS_MAX : day;
  const shifted = bounded + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const ofEra = modulo(shifted, 146_097n);
  const yearOfEra = (ofEra - ofEra / 1_460n + ofEra / 36_524n - ofEra / 146_096n) / 365n;
  const ofYear = ofEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const fromMarch = (5n * ofYear + 2n) / 153n;
  const ofMonth = ofYear - (153n * fromMarch + 2n) / 5n + 1n;
  const month = fromMarch < 10n ? fromMarch + 3n : fromMarch - 9n;
  return [yearOfEra + era * 400n + (month <= 2n ? 1n : 0n), month, ofMonth];
}

/** @param {bigint} year @param {bigint} month @param {bigint} day @returns {bigint} Days to a date that exists. */
export function dayOf(year, month, day) {
  const from = month <= 2n ? year - 1n : year;
  const era = floorDivide(from, 400n);
  const ofEra = modulo(from, 400n);
  const ofYear = (153n * ((month + 9n) % 12n) + 2n) / 5n + day - 1n;
  return era * 146_097n + ofEra * 365n + ofEra / 4n - ofEra / 100n + ofYear - 719_468n;
}

/**
 * The day so many months on. Rule 1: the first of the month after where a month is too short; else its last day.
 * @param {bigint} day @param {bigint} months @param {number} rule
 * @returns {bigint | null} `null` beyond the calendar.
 */
export function addMonths(day, months, rule) {
  if (day > DAYS_MAX || day < -DAYS_MAX) return null;
  const [fromYear, fromMonth, ofMonth] = civil(day);
  const index = fromYear * 12n + fromMonth - 1n + months;
  const year = floorDivide(index, 12n);
  const month = modulo(index, 12n) + 1n;
  if (year > YEAR_MAX || year < -YEAR_MAX) return null;
  const length = daysInMonth(year, month);
  const short = ofMonth > length;
  const target = dayOf(year, month, short ? length : ofMonth) + (short && rule === 1 ? 1n : 0n);
  return target > DAYS_MAX || target < -DAYS_MAX ? null : target;
}

/** @param {number} day @param {number} months @returns {number | null} Of a table's day, to the last day of a short month. */
export function monthsOn(day, months) {
  const to = addMonths(BigInt(day), BigInt(months), 0);
  return to === null || to > 2_147_483_647n || to < -2_147_483_648n ? null : Number(to);
}

/** @param {bigint} from @param {bigint} to @returns {bigint} Whole years, never below 0. */
export function yearsBetween(from, to) {
  const [fromYear, fromMonth, fromDay] = civil(from);
  const [toYear, toMonth, toDay] = civil(to);
  const length = daysInMonth(toYear, fromMonth);
  const reached = fromDay < length ? fromDay : length;
  const short = toMonth < fromMonth || (toMonth === fromMonth && toDay < reached);
  const years = toYear - fromYear - (short ? 1n : 0n);
  return years > 0n ? years : 0n;
}

/** @param {bigint} day @returns {bigint} The calendar year. */
export function yearOf(day) {
  return civil(day)[0];
}

/** @param {number} day @returns {number} The calendar year of a table's day. */
export function year(day) {
  return Number(civil(BigInt(day))[0]);
}

/** @param {number} day @returns {string} `2025-06-30`. */
export function iso(day) {
  const [y, month, ofMonth] = civil(BigInt(day));
  return `${String(y).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(ofMonth).padStart(2, "0")}`;
}

/** @param {string} text @returns {number | null} The day that `2025-06-30` names. */
export function parseIso(text) {
  const parts = text.trim().split("-");
  if (parts.length !== 3 || parts.some((part) => part === "" || [...part].some((digit) => digit < "0" || digit > "9"))) return null;
  const [y, month, ofMonth] = parts.map((part) => BigInt(part));
  if (y < 1n || y > 9999n || month < 1n || month > 12n || ofMonth < 1n || ofMonth > daysInMonth(y, month)) return null;
  return Number(dayOf(y, month, ofMonth));
}

/** The working days of a calendar, in order. */
export class WorkingDays {
  /** @param {import("./types.mjs").CalendarInfo} info */
  constructor(info) {
    const off = new Set(info.off);
    const working = new Set(info.working);
    this.first = info.first;
    /** @type {number[]} */
    this.days = [];
    for (let day = info.first; day <= info.last; day += 1) {
      // 1970-01-01 was a Thursday; 0 is a Monday.
      const weekend = (((day + 3) % 7) + 7) % 7 > 4;
      if (weekend ? working.has(day) : !off.has(day)) this.days.push(day);
    }
  }

  /** @param {bigint} date @param {bigint} count @returns {bigint | null} `null` where the calendar does not reach. */
  after(date, count) {
    if (count === 0n) return date;
    if (date < BigInt(this.first) - 1n || count < 0n) return null;
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (BigInt(this.days[middle]) <= date) low = middle + 1;
      else high = middle;
    }
    const at = BigInt(low) + count - 1n;
    return at < BigInt(this.days.length) ? BigInt(this.days[Number(at)]) : null;
  }
}
