import { isExactNumber } from './exact-number.ts';

export type WhereValue = string | number | boolean | null;
export type Where = Readonly<Record<string, WhereValue>>;

/** The input is not a condition, or no message can meet it. */
export class WhereError extends Error {
  override readonly name = 'WhereError';
}

const condition = /\s*("(?:[^"\\]|\\.)*"|[^\s="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;
const onlyEquals = 'The server compares by = only';
const example = 'Write field=value, as in room=42 or kind="late order"';

/**
 * Reads conditions such as `room=42 kind="late order"`, all of which must hold.
 *
 * A value is parsed as JSON, else it is text: `room=42` means a number, `room="42"` text. Conditions that the
 * server does not support are refused: other comparisons, nested fields, lists.
 * @returns undefined without a condition.
 * @throws WhereError
 */
export function parseWhere(text: string): Where | undefined {
  if (text.trim() === '') return undefined;
  const where = new Map<string, WhereValue>();
  let at = 0;
  while (at < text.length) {
    condition.lastIndex = at;
    const [whole, field, value] = condition.exec(text) ?? [];
    if (whole === undefined || field === undefined || value === undefined) {
      throw new WhereError(whatIsWrong(text.slice(at).trim()));
    }
    add(where, fieldOf(field), valueOf(value, field));
    at += whole.length;
  }
  return Object.fromEntries(where);
}

/** Conditions in words, shown when nothing matches: `room is the number 42`. */
export function describeWhere(where: Where): string {
  return Object.entries(where)
    .map(([field, value]) => `${field} is ${typeOf(value)}${JSON.stringify(value)}`)
    .join(', and ');
}

function typeOf(value: WhereValue): string {
  if (typeof value === 'string') return 'the text ';
  return typeof value === 'number' ? 'the number ' : '';
}

function add(where: Map<string, WhereValue>, field: string, value: WhereValue): void {
  if (where.has(field) && where.get(field) !== value) {
    throw new WhereError(`${field} cannot be two things at once`);
  }
  where.set(field, value);
}

function whatIsWrong(rest: string): string {
  if (/^[^\s"=]+\s*[<>!~]/.test(rest)) return onlyEquals;
  const [word = ''] = rest.split(/[\s=]/);
  if (/^(and|&&?)$/i.test(word)) return `Leave out “${word}”: all conditions must hold anyway`;
  if (/^(or|\|\|?)$/i.test(word)) return `“${word}” is not supported: all conditions must hold`;
  return example;
}

function fieldOf(text: string): string {
  if (text.startsWith('"')) return parsed(text) as string;
  if (/[!<>~:+*?|&]$/.test(text)) throw new WhereError(onlyEquals);
  if (/[.[\]/]/.test(text)) {
    throw new WhereError(
      `Only fields at the top of a message are compared; if this is one, write "${text}"=…`,
    );
  }
  return text;
}

/** @throws WhereError if the value is probably not meant as text. */
function valueOf(text: string, field: string): WhereValue {
  if (text === '') throw new WhereError(`Write a value after ${field}=, or ${field}="" for the empty text`);
  if (text.startsWith('"')) return parsed(text) as string;
  if (/^[=<>~!]/.test(text)) throw new WhereError(onlyEquals);
  if (/^['{[]/.test(text) || /[=;,&|]$|=|[&|;]/.test(text)) throw new WhereError(hintFor(text, field));
  if (/^(true|false|null)$/i.test(text) && text !== text.toLowerCase()) {
    throw new WhereError(`Write ${field}=${text.toLowerCase()}, or ${field}="${text}" for the text`);
  }
  const value = parsed(text);
  if (typeof value === 'number') return exactly(text, field);
  return value === null || typeof value === 'boolean' ? value : text;
}

function hintFor(text: string, field: string): string {
  if (text.startsWith("'")) return `Write text in double quotes: ${field}="…"`;
  if (/^[{[]/.test(text)) return 'Objects and lists cannot be compared';
  return `Separate conditions with spaces; put text with such characters in double quotes: ${field}="…"`;
}

function exactly(text: string, field: string): number {
  if (isExactNumber(text)) return Number(text);
  throw new WhereError(
    `This number has more digits than the page can send; for text, write ${field}="${text}"`,
  );
}

/** Its value as JSON; undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (text.startsWith('"')) throw new WhereError(example);
    return undefined;
  }
}
