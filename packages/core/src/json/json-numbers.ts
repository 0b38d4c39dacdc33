import { closingQuote, quote } from './json-bytes.ts';

const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const upperE = 0x45;
const lowerE = 0x65;

/** A double needs at most 324; expanding an exponent adds at most this many digits. */
const maxExponent = 400;

/** The most digits after the point that PostgreSQL's `numeric` can hold. */
const maxDecimals = 16_383;

/** Matches everything out of bounds, and little else: other text need not be scanned. */
const suspicious = /\d[eE][+-]?0*(?:[4-9]\d\d|[1-9]\d{3})|\.\d{15983}/;

/**
 * Finds a number in JSON text that expands far beyond its own length, and says why; `undefined` without one.
 *
 * `1e-16383` is eight bytes here, and 16,385 characters when expanded. Numbers in strings are ignored; for
 * text that is not JSON, the result is meaningless.
 */
export function findUnboundedNumber(json: Buffer): string | undefined {
  if (!suspicious.test(json.toString('latin1'))) return undefined;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === quote) i = closingQuote(json, i);
    else if (isDigit(byte)) {
      const number = measureNumber(json, i);
      if (Math.abs(number.exponent) > maxExponent) return `an exponent beyond ${maxExponent}`;
      if (number.decimals - number.exponent > maxDecimals) return `more than ${maxDecimals} decimal places`;
      i = number.end - 1;
    }
  }
  return undefined;
}

/** Measures the number whose first digit is at `at`. */
function measureNumber(
  json: Buffer,
  at: number,
): { readonly decimals: number; readonly exponent: number; readonly end: number } {
  let end = endOfDigits(json, at);
  let decimals = 0;
  if (json[end] === point) {
    const start = end + 1;
    end = endOfDigits(json, start);
    decimals = end - start;
  }
  if (json[end] !== lowerE && json[end] !== upperE) return { decimals, exponent: 0, end };
  const isSigned = json[end + 1] === plus || json[end + 1] === minus;
  const start = isSigned ? end + 2 : end + 1;
  const digitsEnd = endOfDigits(json, start);
  const size = Number(json.toString('latin1', start, digitsEnd));
  return { decimals, exponent: json[end + 1] === minus ? -size : size, end: digitsEnd };
}

function endOfDigits(json: Buffer, at: number): number {
  let i = at;
  while (isDigit(json[i])) i += 1;
  return i;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}
