/**
 * A part of a text of SQL.
 *
 * | kind | is |
 * |---|---|
 * | `space` | white space and comments |
 * | `quoted` | a literal or a quoted name |
 * | `name` | a keyword or a name |
 * | `number` | a number |
 * | `position` | a parameter of the protocol, such as `$1` |
 * | `symbol` | `::`, `:=`, or any other character |
 */
export interface SqlToken {
  readonly kind: 'space' | 'quoted' | 'name' | 'number' | 'position' | 'symbol';
  readonly start: number;
  readonly end: number;
  /** Whether the text ends within it. */
  readonly isCut: boolean;
}

const blank = /\s+|--[^\n]*/y;
const comment = /\/\*|\*\//g;
/** Each begins with a quote, and contains it only doubled or, in an escape string, after a backslash. */
const quoted =
  /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|e'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'(?:[^\S\n]*\n\s*'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*')*/iy;
const quote = /e?['"]/iy;
const dollarQuote = /\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/iy;
const rules = [
  ['name', /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy],
  ['number', /\.?\d(?:[\w.]|(?<=e)[+-](?=\d))*/iy],
  ['position', /\$\d+/y],
  ['symbol', /::|:=|[^]/y],
] as const;

/**
 * Reads the tokens of a text as PostgreSQL does, with `standard_conforming_strings` on.
 *
 * A literal in several lines counts as several, unless it has escapes: its further lines have them too.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function* readSqlTokens(text: string): Generator<SqlToken> {
  let start = 0;
  while (start < text.length) {
    const token = spaceAt(text, start) ?? quotedAt(text, start) ?? plainAt(text, start);
    yield token;
    start = token.end;
  }
}

function spaceAt(text: string, start: number): SqlToken | undefined {
  let end = start;
  for (;;) {
    const next = endOfMatch(blank, text, end) ?? (text.startsWith('/*', end) ? endOfComment(text, end) : end);
    if (next === -1) return { kind: 'space', start, end: text.length, isCut: true };
    if (next === end) return end === start ? undefined : { kind: 'space', start, end, isCut: false };
    end = next;
  }
}

/** Comments nest. Returns -1 for one that is not closed. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  comment.lastIndex = start;
  do {
    const found = comment.exec(text);
    if (!found) return -1;
    depth += found[0] === '/*' ? 1 : -1;
  } while (depth > 0);
  return comment.lastIndex;
}

function quotedAt(text: string, start: number): SqlToken | undefined {
  const end = endOfMatch(quoted, text, start);
  if (end !== undefined) return { kind: 'quoted', start, end, isCut: false };
  if (endOfMatch(quote, text, start) !== undefined) return cutAt(text, start);
  const tagEnd = endOfMatch(dollarQuote, text, start);
  if (tagEnd === undefined) return undefined;
  const tag = text.slice(start, tagEnd);
  const closing = text.indexOf(tag, tagEnd);
  if (closing === -1) return cutAt(text, start);
  return { kind: 'quoted', start, end: closing + tag.length, isCut: false };
}

function plainAt(text: string, start: number): SqlToken {
  for (const [kind, pattern] of rules) {
    const end = endOfMatch(pattern, text, start);
    if (end !== undefined) return { kind, start, end, isCut: false };
  }
  throw new RangeError(`there is no token at ${start}`);
}

function cutAt(text: string, start: number): SqlToken {
  return { kind: 'quoted', start, end: text.length, isCut: true };
}

function endOfMatch(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
