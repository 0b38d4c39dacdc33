/** The first mistake in a text, which makes it invalid or ambiguous JSON. */
export interface JsonMistake {
  /** Completes the sentence "the body …". */
  readonly what: string;
  /** Its offset in bytes, from 0. */
  readonly offset: number;
}

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'the end';

/** Matches the start of a token allowed there. */
const acceptable: Readonly<Record<Expected, RegExp>> = {
  value: /^[^\]},:]/,
  'value or ]': /^[^},:]/,
  name: /^"/,
  'name or }': /^["}]/,
  ':': /^:/,
  ', or ]': /^[,\]]/,
  ', or }': /^[,}]/,
  'the end': /^$/,
};

/** An open array or object; an object records the names of its members. */
type Container = Set<string> | undefined;

const token = /[[\]{},:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const whitespace = /[ \t\n\r]*/y;
const plainText = /[ !#-[\]-\u{ff}]*/uy;
const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/**
 * Finds the mistake in a refused UTF-8 text; `undefined` without one.
 *
 * It takes as long as parsing, so it is used only for refused texts.
 */
export function findJsonMistake(bytes: Buffer, maxDepth: number): JsonMistake | undefined {
  // One character per byte, so that indexes are byte offsets.
  const text = bytes.toString('latin1');
  const open: Container[] = [];
  let expected: Expected = 'value';
  for (let at = endOf(whitespace, text, 0); ; at = endOf(whitespace, text, at)) {
    if (at === text.length) {
      return expected === 'the end' ? undefined : { what: `ends where ${expected} is expected`, offset: at };
    }
    const found = readToken(text, at);
    if ('what' in found) return found;
    const mistake = checkToken(found.token, { expected, open, maxDepth });
    if (mistake !== undefined) return { what: mistake, offset: at };
    expected = follow(found.token, expected, open);
    at = found.end;
  }
}

interface Place {
  readonly expected: Expected;
  readonly open: readonly Container[];
  readonly maxDepth: number;
}

/** The mistake in a token here. */
function checkToken(token: string, { expected, open, maxDepth }: Place): string | undefined {
  if (!acceptable[expected].test(token)) return `has ${show(token)} where ${expected} is expected`;
  if ((token === '[' || token === '{') && open.length >= maxDepth) {
    return `is nested more than ${maxDepth} levels deep`;
  }
  if (/^[-\d]/.test(token) && !Number.isFinite(Number(token)))
    return 'has a number too large to be represented';
  if (isName(token, expected) && open.at(-1)?.has(nameOf(token))) {
    return `has a duplicate member ${show(token)} in an object`;
  }
  return undefined;
}

/** What may follow an expected token. */
function follow(token: string, expected: Expected, open: Container[]): Expected {
  if (token === '[') {
    open.push(undefined);
    return 'value or ]';
  }
  if (token === '{') {
    open.push(new Set());
    return 'name or }';
  }
  if (token === ':') return 'value';
  if (token === ',') return open.at(-1) ? 'name' : 'value';
  if (isName(token, expected)) {
    open.at(-1)?.add(nameOf(token));
    return ':';
  }
  if (token === ']' || token === '}') open.pop();
  if (open.length === 0) return 'the end';
  return open.at(-1) ? ', or }' : ', or ]';
}

/** The token that starts here, or the mistake. */
function readToken(text: string, at: number): { readonly token: string; readonly end: number } | JsonMistake {
  if (text[at] === '"') return readString(text, at);
  const end = endOf(token, text, at);
  if (end > at) return { token: text.slice(at, end), end };
  const [word = text.slice(at, at + 1)] = /^[^\s"[\]{},:]{1,20}/.exec(text.slice(at, at + 20)) ?? [];
  return { what: `has ${show(word)}, which is not JSON`, offset: at };
}

function readString(
  text: string,
  start: number,
): { readonly token: string; readonly end: number } | JsonMistake {
  let at = start + 1;
  for (;;) {
    at = endOf(plainText, text, at);
    if (text[at] === '"') return { token: text.slice(start, at + 1), end: at + 1 };
    if (at === text.length) return { what: 'ends within a string', offset: at };
    const next = endOf(escaped, text, at);
    if (next === at) {
      const what =
        text[at] === '\\' ? 'has an unknown escape' : 'has a control character that is not escaped';
      return { what: `${what} in a string`, offset: at };
    }
    at = next;
  }
}

/** The end of a sticky pattern's match, or its start without a match. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function isName(token: string, expected: Expected): boolean {
  return expected.startsWith('name') && token.startsWith('"');
}

/** Different spellings of one name are the same name. */
function nameOf(token: string): string {
  return String(JSON.parse(utf8Of(token)));
}

function show(token: string): string {
  const text = utf8Of(token);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function utf8Of(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString();
}
