import { isUtf8 } from 'node:buffer';
import { endOfValue, findUnboundedNumber, isDeeperThan, scalarText, skipWhitespace } from '@restmapper/core';
import { maxJsonDepth } from '../../database/max-json-depth.ts';

/** What PostgreSQL takes for a parameter: the text of a scalar, of a document, or of an array. */
export type ParameterForm = 'scalar' | 'json' | 'array';

/** A value that cannot be a parameter, and why. */
export class UnusableValue extends Error {
  override readonly name = 'UnusableValue';
}

/**
 * The text that PostgreSQL reads as a parameter: the content of a string, the digits of a number, JSON of an object
 * or array; null for null, and for a value that the call does not have.
 *
 * @throws UnusableValue
 */
export function toParameter(json: Buffer | undefined, form: ParameterForm): string | null {
  if (!json) return null;
  assertUsable(json);
  const text = json.toString();
  if (text === 'null') return null;
  if (form === 'json') return text;
  if (form === 'array' && text.startsWith('[')) return arrayLiteral(json);
  const value = scalarText(json) ?? text;
  if (value.includes('\0')) throw new UnusableValue('has a NUL character');
  return value;
}

function assertUsable(json: Buffer): void {
  if (!isUtf8(json)) throw new UnusableValue('is not UTF-8');
  if (isDeeperThan(json, maxJsonDepth)) throw new UnusableValue(`nests deeper than ${maxJsonDepth} levels`);
  const unbounded = findUnboundedNumber(json);
  if (unbounded !== undefined) throw new UnusableValue(`has a number with ${unbounded}`);
}

/** @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayLiteral(json: Buffer): string {
  return `{${elementsOf(json).map(elementText).join(',')}}`;
}

function elementText(json: Buffer): string {
  const text = json.toString();
  if (text === 'null') return 'NULL';
  if (text.startsWith('[')) return arrayLiteral(json);
  const value = toParameter(json, 'scalar') ?? '';
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function elementsOf(json: Buffer): readonly Buffer[] {
  const elements: Buffer[] = [];
  let at = skipWhitespace(json, 1);
  while (at < json.length - 1) {
    const end = endOfValue(json, at);
    elements.push(json.subarray(at, end));
    // After a comma.
    at = skipWhitespace(json, skipWhitespace(json, end) + 1);
  }
  return elements;
}
