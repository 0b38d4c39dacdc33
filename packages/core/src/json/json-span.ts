import {
  closeBrace,
  closeBracket,
  closingQuote,
  comma,
  isWhitespace,
  openBrace,
  openBracket,
  quote,
} from './json-bytes.ts';

/** The index of the first byte at or after `at` that is not JSON white space. */
export function skipWhitespace(bytes: Buffer, at: number): number {
  let i = at;
  while (isWhitespace(bytes[i])) i += 1;
  return i;
}

/**
 * The index just past the string that starts at `at`.
 *
 * @throws SyntaxError if no string starts there, or it does not end.
 */
export function endOfString(bytes: Buffer, at: number): number {
  if (bytes[at] !== quote) throw new SyntaxError(`expected a string at byte ${at}`);
  const end = closingQuote(bytes, at);
  if (end < bytes.length) return end + 1;
  throw new SyntaxError(`the string at byte ${at} does not end`);
}

/**
 * The index just past the JSON value that starts at `at`; its content is not validated.
 *
 * @throws SyntaxError if no value starts there, or it does not end.
 */
export function endOfValue(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === quote) return endOfString(bytes, at);
  if (first === openBrace || first === openBracket) return endOfContainer(bytes, at);
  let i = at;
  while (i < bytes.length && !endsScalar(bytes[i])) i += 1;
  if (i === at) throw new SyntaxError(`expected a value at byte ${at}`);
  return i;
}

function endOfContainer(bytes: Buffer, at: number): number {
  let depth = 0;
  for (let i = at; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === quote) i = endOfString(bytes, i) - 1;
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    if (depth === 0) return i + 1;
  }
  throw new SyntaxError(`the value at byte ${at} does not end`);
}

function endsScalar(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isWhitespace(byte);
}
