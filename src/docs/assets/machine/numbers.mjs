/**
 * Exact integers of 128 bits, as `src/vm/round.rs` and the sentinels of `src/vm/interval.rs`.
 * The greatest stands for "no bound above", the least for "no bound below"; sums stay between them.
 */

/** No bound above. */
export const INFINITE = (1n << 127n) - 1n;
/** No bound below. */
export const MINUS_INFINITE = -(1n << 127n);

/** @param {bigint} a */
export function isInfinite(a) {
  return a === INFINITE || a === MINUS_INFINITE;
}

/** @param {bigint} a @returns {bigint} `a` within 128 bits. */
export function saturated(a) {
  return a > INFINITE ? INFINITE : a < MINUS_INFINITE ? MINUS_INFINITE : a;
}

/** @param {bigint} a @param {bigint} b */
export function least(a, b) {
  return a < b ? a : b;
}

/** @param {bigint} a @param {bigint} b */
export function greatest(a, b) {
  return a > b ? a : b;
}

/** @param {bigint} a @param {bigint} b @returns {bigint} `a + b` within 128 bits. */
export function plus(a, b) {
  return saturated(a + b);
}

/** @param {bigint} a @param {bigint} b @returns {bigint} `a - b` within 128 bits. */
export function minus(a, b) {
  return saturated(a - b);
}

/** @param {number} digits @returns {bigint} Ten to that power; saturated where 128 bits have no room. */
export function powerOfTen(digits) {
  return digits > 38 ? INFINITE : 10n ** BigInt(Math.max(0, digits));
}

/**
 * `a / b` rounded; zero where `b` is zero. Modes: 0 half away from zero, 1 toward zero, 2 away from zero, 3 half to even.
 * @param {bigint} a @param {bigint} b @param {number} mode
 * @returns {bigint}
 */
export function quotient(a, b, mode) {
  if (b === 0n) return 0n;
  const negative = a < 0n !== b < 0n;
  const size = a < 0n ? -a : a;
  const divisor = b < 0n ? -b : b;
  const whole = size / divisor;
  const rest = size % divisor;
  const raised = least(whole + (raises(mode, whole, rest, divisor) ? 1n : 0n), INFINITE);
  return negative ? -raised : raised;
}

/** @param {number} mode @param {bigint} whole @param {bigint} rest @param {bigint} divisor */
function raises(mode, whole, rest, divisor) {
  if (mode === 1) return false;
  if (mode === 2) return rest !== 0n;
  const twice = 2n * rest;
  if (mode === 3 && twice === divisor) return whole % 2n === 1n;
  return twice >= divisor;
}

/** @param {bigint} a @param {number} digits @param {number} mode @returns {bigint} `a` divided by a power of ten, rounded. */
export function dropDigits(a, digits, mode) {
  return digits === 0 ? a : quotient(a, powerOfTen(digits), mode);
}

/** @param {bigint} a @param {bigint} b @returns {bigint} Floor division by a positive `b`. */
export function floorDivide(a, b) {
  const whole = a / b;
  return a % b < 0n ? whole - 1n : whole;
}
