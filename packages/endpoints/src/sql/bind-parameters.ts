import { type CallPath, callParts, parseCallPath } from '../model/call-path.ts';
import type { SqlMistake } from './sql-mistake.ts';
import { readSqlTokens, type SqlToken } from './sql-tokens.ts';

/** A text of SQL with `$1`, `$2` … in place of its parameters. */
export interface BoundSql {
  readonly sql: string;
  /** Each once: the first is `$1`. */
  readonly parameters: readonly SqlParameter[];
  /** Where a character of `sql` stands in the text as written. */
  readonly placeOf: (index: number) => number;
}

/** A value of a call in a statement. */
export interface SqlParameter {
  readonly path: CallPath;
  /** Where the text as written uses it first. */
  readonly place: number;
}

interface Piece {
  readonly sql: string;
  readonly place: number;
}

/**
 * Replaces the parameters of a text, such as `:params.id` or `:args."page size"`.
 *
 * A colon is another operator's in `::`, in `:=`, between the bounds of an array slice, and in JSON_OBJECT.
 */
export function bindParameters(text: string): BoundSql | SqlMistake {
  const tokens = [...readSqlTokens(text)];
  const parameters = new Map<string, SqlParameter>();
  const pieces: Piece[] = [];
  const brackets = new Brackets(text);
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as SqlToken;
    const piece = text.slice(token.start, token.end);
    if (token.kind === 'position') return positional(piece, token.start);
    const name = piece === ':' ? readName(text, tokens, at + 1) : undefined;
    if (!name || (!isPart(name.parts[0]) && brackets.allowColon)) {
      brackets.add(token);
      pieces.push({ sql: piece, place: token.start });
      continue;
    }
    const path = pathOf(name, token.start);
    if ('message' in path) return path;
    const known = parameters.get(path.text) ?? { path, place: token.start };
    parameters.set(path.text, known);
    pieces.push({ sql: `$${[...parameters.keys()].indexOf(path.text) + 1}`, place: token.start });
    at = name.next - 1;
  }
  return {
    sql: pieces.map(({ sql }) => sql).join(''),
    parameters: [...parameters.values()],
    placeOf: (index) => placeIn(pieces, index),
  };
}

function positional(text: string, place: number): SqlMistake {
  return { message: `\`${text}\` is not a value of the call; write its name, such as \`:params.id\``, place };
}

function isPart(name: string | undefined): boolean {
  return callParts.some((part) => part === name);
}

interface ParameterName {
  readonly parts: readonly string[];
  /** The index of the token after it. */
  readonly next: number;
}

/** Reads `params.id`, `data."two words"` or `headers.if-match`; `undefined` if there is no name. */
function readName(text: string, tokens: readonly SqlToken[], first: number): ParameterName | undefined {
  const textOf = (at: number): string => text.slice(tokens[at]?.start, tokens[at]?.end);
  if (tokens[first]?.kind !== 'name') return undefined;
  const parts = [textOf(first)];
  let at = first + 1;
  while (textOf(at) === '.') {
    const part = readPart(at + 1);
    if (part === undefined) break;
    parts.push(part);
  }
  return { parts, next: at };

  function readPart(start: number): string | undefined {
    const written = textOf(start);
    if (written.startsWith('"')) {
      at = start + 1;
      return written.slice(1, -1).replaceAll('""', '"');
    }
    if (tokens[start]?.kind !== 'name') return undefined;
    at = start + 1;
    let part = written;
    while (parts[0] === 'headers' && textOf(at) === '-' && tokens[at + 1]?.kind === 'name') {
      part += `-${textOf(at + 1)}`;
      at += 2;
    }
    return part;
  }
}

function pathOf({ parts }: ParameterName, place: number): CallPath | SqlMistake {
  if (parts.some((part) => part.includes('.'))) {
    return { message: `\`:${parts.join('.')}\`: a name with a point cannot be a parameter`, place };
  }
  const path = parseCallPath(parts.join('.'));
  return typeof path === 'string' ? { message: path, place } : path;
}

/** Tracks where a colon can be an operator: between the bounds of a slice, and in JSON_OBJECT. */
class Brackets {
  readonly #text: string;
  readonly #open: boolean[] = [];
  #before = '';

  constructor(text: string) {
    this.#text = text;
  }

  get allowColon(): boolean {
    return this.#open.at(-1) ?? false;
  }

  add({ kind, start, end }: SqlToken): void {
    if (kind === 'space') return;
    const text = kind === 'symbol' ? this.#text.slice(start, end) : '';
    if (text === '[') this.#open.push(true);
    if (text === '(') this.#open.push(/^json_object(?:agg)?$/i.test(this.#before));
    if (text === ')' || text === ']') this.#open.pop();
    this.#before = kind === 'name' ? this.#text.slice(start, end) : text;
  }
}

function placeIn(pieces: readonly Piece[], index: number): number {
  let start = 0;
  for (const { sql, place } of pieces) {
    if (index < start + sql.length) return place + Math.max(0, index - start);
    start += sql.length;
  }
  const last = pieces.at(-1);
  return last ? last.place + last.sql.length : 0;
}
