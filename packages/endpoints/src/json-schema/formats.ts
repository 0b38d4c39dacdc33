import { compareDecimals, isWhole, parseDecimal } from '../numbers/decimal.ts';
import { isNumeric, toDecimal } from '../numbers/exact-number.ts';
import { isPattern } from '../pattern/pattern-tree.ts';
import { isDate, isDateTime, isDuration, isTime } from './time-formats.ts';
import {
  isEmail,
  isHostname,
  isIpv4,
  isIpv6,
  isUri,
  isUriReference,
  isUriTemplate,
  isUrl,
} from './net-formats.ts';

/** Whether a value has a format; always true for types that the format does not apply to. */
export type Format = (value: unknown) => boolean;

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const fragmentCharacters = /^[a-z\d_\-.!$&'()*+,;:=@~%/]*$/i;
const relativeHead = /^(?:0|[1-9]\d*)/;

/** The known values of `format`; each check is linear in the length of the text. */
export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['binary', () => true],
  ['byte', text(isBase64)],
  ['date', text(isDate)],
  ['date-time', text((value) => isDateTime(value, { needsOffset: true }))],
  ['double', () => true],
  ['duration', text(isDuration)],
  ['email', text(isEmail)],
  ['float', () => true],
  ['hostname', text(isHostname)],
  ['int32', integerOf(-(2 ** 31), 2 ** 31 - 1)],
  ['int64', int64],
  ['ipv4', text(isIpv4)],
  ['ipv6', text(isIpv6)],
  ['iso-date-time', text((value) => isDateTime(value, { needsOffset: false }))],
  ['iso-time', text((value) => isTime(value, { needsOffset: false }))],
  ['json-pointer', text(isJsonPointer)],
  ['json-pointer-uri-fragment', text(isPointerFragment)],
  ['password', () => true],
  ['regex', text(isPattern)],
  ['relative-json-pointer', text(isRelativePointer)],
  ['time', text((value) => isTime(value, { needsOffset: true }))],
  ['uri', text(isUri)],
  ['uri-reference', text(isUriReference)],
  ['uri-template', text(isUriTemplate)],
  ['url', text(isUrl)],
  ['uuid', text((value) => uuid.test(value))],
]);

function text(holds: (value: string) => boolean): Format {
  return (value) => typeof value !== 'string' || holds(value);
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && !/[^A-Za-z\d+/]/.test(value.replace(/={1,2}$/, ''));
}

function isJsonPointer(value: string): boolean {
  return value === '' || (value.startsWith('/') && !/~(?![01])/.test(value));
}

function isPointerFragment(value: string): boolean {
  if (!value.startsWith('#') || /%(?![\da-f]{2})/i.test(value)) return false;
  return fragmentCharacters.test(value.slice(1)) && isJsonPointer(value.slice(1));
}

function isRelativePointer(value: string): boolean {
  const [head] = relativeHead.exec(value) ?? [];
  if (head === undefined) return false;
  const rest = value.slice(head.length);
  return rest === '#' || isJsonPointer(rest);
}

function integerOf(least: number, most: number): Format {
  return (value) =>
    !isNumeric(value) ||
    (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most);
}

const leastInt64 = parseDecimal('-9223372036854775808');
const mostInt64 = parseDecimal('9223372036854775807');

function int64(value: unknown): boolean {
  if (!isNumeric(value)) return true;
  const decimal = toDecimal(value);
  const isWithin = compareDecimals(decimal, leastInt64) >= 0 && compareDecimals(decimal, mostInt64) <= 0;
  return isWhole(decimal) && isWithin;
}
