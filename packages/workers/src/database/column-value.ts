import { isUtf8 } from 'node:buffer';
import { findUnboundedNumber, isDeeperThan } from '@restmapper/core';
import type { ColumnType } from '@restmapper/endpoints';
import { maxJsonDepth } from './max-json-depth.ts';

/** Why a value does not fit a column. */
export interface Misfit {
  /** The SQLSTATE that PostgreSQL has for it. */
  readonly code: string;
  /** What the value must be: `must be an integer`. */
  readonly text: string;
}

/**
 * The text of a JSON value that PostgreSQL reads as the column's type, with all digits; `null` for NULL.
 *
 * Stricter than PostgreSQL where its answer depends on settings or on the time: `now`, dates without a year first,
 * date-times without an offset, and values such as `infinity` and `NaN` that JSON does not have.
 */
export function columnText(type: ColumnType, json: Buffer): string | null | Misfit {
  if (!isUtf8(json)) return misfit('22021', 'must be UTF-8');
  const text = json.toString();
  if (text === 'null') return null;
  if (type === 'jsonb') return jsonText(text, json);
  if (type === 'text' && plainText.test(text)) return text.slice(1, -1);
  const scalar = scalarOf(text);
  if (scalar === undefined) return misfit('22P02', 'must be a text, a number or a boolean');
  return texts[type](scalar);
}

export function isMisfit(value: string | null | Misfit): value is Misfit {
  return typeof value === 'object' && value !== null;
}

function misfit(code: string, text: string): Misfit {
  return { code, text };
}

const jsonNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A JSON string without escapes. */
const plainText = /^"[ !#-[\]-~\u0080-\uffff]*"$/;

/** The text of a JSON string, number or boolean. */
function scalarOf(json: string): string | undefined {
  if (plainText.test(json)) return json.slice(1, -1);
  if (!json.startsWith('"'))
    return json === 'true' || json === 'false' || jsonNumber.test(json) ? json : undefined;
  try {
    return String(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function jsonText(text: string, json: Buffer): string | Misfit {
  if (isDeeperThan(json, maxJsonDepth)) {
    return misfit('54001', `must nest at most ${maxJsonDepth} levels deep`);
  }
  const unbounded = findUnboundedNumber(json);
  if (unbounded !== undefined) return misfit('22003', `must not have a number with ${unbounded}`);
  if (text.includes('\0')) return misfit('22021', 'must not contain a NUL character');
  return text;
}

const texts: { readonly [Type in Exclude<ColumnType, 'jsonb'>]: (text: string) => string | Misfit } = {
  text: (text) => {
    if (text.includes('\0')) return misfit('22021', 'must not contain a NUL character');
    // Only lone surrogates match.
    return /\p{Surrogate}/u.test(text) ? misfit('22P02', 'must not contain a lone surrogate') : text;
  },
  integer: (text) =>
    isShortInteger(text) && (Number(text) | 0) === Number(text) ? text : integerText(text, int4),
  bigint: (text) => (isShortInteger(text) ? text : integerText(text, int8)),
  numeric: numericText,
  'double precision': doubleText,
  boolean: (text) => (text === 'true' || text === 'false' ? text : misfit('22P02', 'must be true or false')),
  timestamptz: timestampText,
  date: (text) => dateText(text),
  uuid: (text) => (uuid.test(text) ? text : misfit('22P02', 'must be a UUID')),
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

interface IntegerRange {
  readonly least: bigint;
  readonly most: bigint;
}

const int4: IntegerRange = { least: -(2n ** 31n), most: 2n ** 31n - 1n };
const int8: IntegerRange = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** Whether a text is an integer as PostgreSQL writes it, and exact as a double. */
function isShortInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d{0,14})$/.test(text);
}

/** Longer than any number in range, also with many zeros. */
const maxIntegerLength = 400;

function integerText(text: string, { least, most }: IntegerRange): string | Misfit {
  const parts = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return misfit('22P02', 'must be an integer');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const outside = misfit('22003', `must be an integer from ${least} to ${most}`);
  if (text.length > maxIntegerLength || Math.abs(Number(exponent)) > maxIntegerLength) return outside;
  const digits = shift(whole, fraction, Number(exponent));
  if (digits === undefined) return misfit('22P02', 'must be an integer');
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return value >= least && value <= most ? String(value) : outside;
}

/** The digits of a number whose exponent is applied; `undefined` if it has decimal places other than 0. */
function shift(whole: string, fraction: string, exponent: number): string | undefined {
  const places = fraction.length - exponent;
  const digits = whole + fraction;
  if (places <= 0) return digits + '0'.repeat(-places);
  const rest = digits.slice(-places);
  if (/[^0]/.test(rest)) return undefined;
  return digits.slice(0, -places) || '0';
}

/** PostgreSQL's `numeric` has up to 131,072 digits before the point. */
const maxNumericLength = 131_072;

function numericText(text: string): string | Misfit {
  if (!jsonNumber.test(text)) return misfit('22P02', 'must be a number');
  if (findUnboundedNumber(Buffer.from(text)) !== undefined || text.length > maxNumericLength - 400) {
    return misfit('22003', 'must be a number with fewer digits');
  }
  return text;
}

function doubleText(text: string): string | Misfit {
  if (!jsonNumber.test(text)) return misfit('22P02', 'must be a number');
  const value = Number(text);
  const isLost = value === 0 && /[1-9]/.test(text.replace(/[eE].*/, ''));
  // The shortest text that is this double.
  return Number.isFinite(value) && !isLost
    ? String(value)
    : misfit('22003', 'must be in the range of a double');
}

const calendarDate = /^(\d{4})-(\d\d)-(\d\d)$/;
const dateTime =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,30})?(?:[Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

function timestampText(text: string): string | Misfit {
  const [, day] = dateTime.exec(text) ?? [];
  if (day === undefined) {
    return misfit('22007', 'must be a date-time with an offset, such as 2026-05-01T12:00:00Z');
  }
  const date = dateText(day);
  return isMisfit(date) ? date : text;
}

function dateText(text: string): string | Misfit {
  const [, year = 0, month = 0, day = 0] = (calendarDate.exec(text) ?? []).map(Number);
  if (!calendarDate.test(text)) return misfit('22007', 'must be a date, such as 2026-05-01');
  const isThere = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  return isThere ? text : misfit('22008', 'must be a date of the calendar');
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
