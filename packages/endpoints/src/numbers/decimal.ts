/** A parsed JSON number: the value is `0.<digits> * 10^magnitude`, negative where `sign` is -1. */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  /** Without leading and trailing zeros; empty for zero. */
  readonly digits: string;
  /** The power of ten above the first digit. */
  readonly magnitude: number;
}

const zero: Decimal = { sign: 0, digits: '', magnitude: 0 };

/** Parses a JSON number; also accepts leading zeros. */
export function parseDecimal(text: string): Decimal {
  const exponentAt = text.search(/[eE]/);
  const mantissa = exponentAt === -1 ? text : text.slice(0, exponentAt);
  const exponent = exponentAt === -1 ? 0 : Number(text.slice(exponentAt + 1));
  const isNegative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.slice(isNegative ? 1 : 0).split('.');
  const all = whole + fraction;
  const start = firstOther(all, '0');
  if (start === all.length) return zero;
  const end = lastOther(all, '0');
  return {
    sign: isNegative ? -1 : 1,
    digits: all.slice(start, end + 1),
    magnitude: whole.length - start + exponent,
  };
}

/** The decimal of a double: the shortest one that parses as this double. */
export function decimalOf(value: number): Decimal {
  return parseDecimal(String(value));
}

/** Negative if `a` is smaller, 0 if they are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign;
  return a.sign * compareSizes(a, b);
}

function compareSizes(a: Decimal, b: Decimal): number {
  if (a.magnitude !== b.magnitude) return a.magnitude < b.magnitude ? -1 : 1;
  if (a.digits === b.digits) return 0;
  // Without trailing zeros, the text of the smaller fraction sorts first.
  return a.digits < b.digits ? -1 : 1;
}

export function isWhole({ digits, magnitude }: Decimal): boolean {
  return magnitude >= digits.length;
}

/** Whether a number is an integer multiple of another, non-zero one; exact, without expanding exponents. */
export function isMultipleOf(value: Decimal, divisor: Decimal): boolean {
  if (value.sign === 0) return true;
  const shift = value.magnitude - value.digits.length - (divisor.magnitude - divisor.digits.length);
  // The remaining value does not end in a zero, so no power of ten divides it.
  if (shift < 0) return false;
  const modulus = BigInt(divisor.digits);
  return (remainder(value.digits, modulus) * power(10n, BigInt(shift), modulus)) % modulus === 0n;
}

const chunkLength = 15;
const chunkSize = 10n ** BigInt(chunkLength);

/** In linear time, unlike dividing the whole at once. */
function remainder(digits: string, modulus: bigint): bigint {
  let rest = 0n;
  const head = digits.length % chunkLength;
  if (head > 0) rest = BigInt(digits.slice(0, head)) % modulus;
  for (let at = head; at < digits.length; at += chunkLength) {
    rest = (rest * chunkSize + BigInt(digits.slice(at, at + chunkLength))) % modulus;
  }
  return rest;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let factor = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function firstOther(text: string, character: string): number {
  let at = 0;
  while (text[at] === character) at += 1;
  return at;
}

function lastOther(text: string, character: string): number {
  let at = text.length - 1;
  while (text[at] === character) at -= 1;
  return at;
}
