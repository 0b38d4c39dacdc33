import { compareDecimals, type Decimal, decimalOf, parseDecimal } from './decimal.ts';

/** A JSON number that a double cannot represent, such as 9007199254740993: it keeps its text. */
export class ExactNumber {
  readonly text: string;
  readonly decimal: Decimal;

  constructor(text: string) {
    this.text = text;
    this.decimal = parseDecimal(text);
  }
}

/** A number's double if that is the same decimal, else the number itself. */
export function readNumber(text: string): number | ExactNumber {
  const value = Number(text);
  return isItsDouble(text, value) ? value : new ExactNumber(text);
}

/** Numbers with at most this many characters are always exact, unless they have an exponent. */
const alwaysExact = 15;

/** Whether a text's double represents its decimal exactly. */
export function isItsDouble(text: string, value: number): boolean {
  if (text.length <= alwaysExact && !/[eE]/.test(text)) return true;
  return Number.isFinite(value) && compareDecimals(parseDecimal(text), decimalOf(value)) === 0;
}

/** The decimal of either kind of number. */
export function toDecimal(value: number | ExactNumber): Decimal {
  return typeof value === 'number' ? decimalOf(value) : value.decimal;
}

export function isNumeric(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}
