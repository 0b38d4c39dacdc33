/** The first thing in a text that keeps it from being JSON that everybody reads alike. */
export interface JsonMistake {
  /** Completes the sentence "the body …". */
  readonly what: string;
  /** Where it begins, in bytes from 0. */
  readonly offset: number;
}

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'the end';

/** How a token begins that may stand there. */
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

/** An array or object that is open; an object knows the names of its members. */
type Container = Set<string> | undefined;

const token = /[[\]{},:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const whitespace = /[ \t\n\r]*/y;
const plainText = /[ !#-[\]-\u{ff}]*/uy;
const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/**
 * Finds what is wrong with a text of UTF-8 that was refused; `undefined` when nothing is.
 *
 * It takes as long as parsing, so only refused texts are looked at.
 */
export function findJsonMistake(bytes: Buffer, maxDepth: number): JsonMistake | undefined {
  // One character for each byte, so that places are offsets.
  const text = bytes.toString('latin1');
  const open: Container[] = [];
  let expected: Expected = 'value';
  for (let at = endOf(whitespace, text, 0); ; at = endOf(whitespace, text, at)) {
    if (at === text.length) {
      return expected === 'the end'
        ? undefined
        : { what: `ends where ${expected} should follow`, offset: at };
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

/** What is wrong with a token here. */
function checkToken(token: string, { expected, open, maxDepth }: Place): string | undefined {
  if (!acceptable[expected].test(token)) return `has ${show(token)} where ${expected} should stand`;
  if ((token === '[' || token === '{') && open.length >= maxDepth) {
    return `is nested more than ${maxDepth} levels deep`;
  }
  if (/^[-\d]/.test(token) && !Number.isFinite(Number(token)))
    return 'has a number too large to be represented';
  if (isName(token, expected) && open.at(-1)?.has(nameOf(token))) {
    return `has a second member of the name ${show(token)} in an object`;
  }
  return undefined;
}

/** What may come after a token that was expected. */
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

/** The token that begins here, or why none does. */
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

/** Where the match of a sticky pattern ends; where it was to begin, when there is none. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function isName(token: string, expected: Expected): boolean {
  return expected.startsWith('name') && token.startsWith('"');
}

/** Two spellings of one name are one name. */
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
