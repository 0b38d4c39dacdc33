import { compareDecimals, decimalOf, isMultipleOf, isWhole } from '../numbers/decimal.ts';
import { ExactNumber, isNumeric, toDecimal } from '../numbers/exact-number.ts';
import type { Keyword, Keywords } from './keyword.ts';

type Numeric = number | ExactNumber;

/** Whether a number has no fraction, as `type: integer` requires. */
export function isInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return value instanceof ExactNumber && isWhole(value.decimal);
}

/**
 * Assertions about numbers; they apply to the decimal as written, not to the nearest double.
 *
 * Doubles have the same order as their decimals, so two doubles are compared directly.
 */
export const numberKeywords: Keywords = {
  minimum: limit('>=', (order) => order >= 0),
  maximum: limit('<=', (order) => order <= 0),
  exclusiveMinimum: limit('>', (order) => order > 0),
  exclusiveMaximum: limit('<', (order) => order < 0),
  multipleOf(value) {
    const divisor = Number(value);
    const decimal = decimalOf(divisor);
    const places = Math.max(0, decimal.digits.length - decimal.magnitude);
    const unit = 10 ** places;
    const units = Math.round(divisor * unit);
    const isShort = places <= maxPlaces && units < maxUnits;
    const holds = (data: Numeric): boolean => {
      if (typeof data !== 'number' || !isShort) return isMultipleOf(toDecimal(data), decimal);
      const whole = Math.round(data * unit);
      if (Math.abs(whole) >= maxUnits) return isMultipleOf(toDecimal(data), decimal);
      return whole / unit === data && whole % units === 0;
    };
    return (at, run) =>
      !isNumeric(at.value) || holds(at.value) || run.fail(at, `must be multiple of ${divisor}`);
  },
};

/**
 * Decimals with at most this many digits are the shortest for their double, so scaled arithmetic is exact.
 */
const maxUnits = 10 ** 15;
/** Powers of ten up to this one are exact doubles. */
const maxPlaces = 22;

function limit(sign: string, holds: (order: number) => boolean): Keyword {
  return (value) => {
    const bound = Number(value);
    const decimal = decimalOf(bound);
    const order = (data: Numeric): number =>
      typeof data === 'number' ? data - bound : compareDecimals(data.decimal, decimal);
    return (at, run) =>
      !isNumeric(at.value) || holds(order(at.value)) || run.fail(at, `must be ${sign} ${bound}`);
  };
}
