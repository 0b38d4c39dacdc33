export interface JsonToken {
  readonly kind: 'punctuation' | 'key' | 'string' | 'number' | 'literal';
  /** The source text: a number keeps its digits, a string its quotes and escapes. */
  readonly text: string;
}

const pattern = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gy;
const blank = /[ \t\r\n]*/y;
const colonAhead = /[ \t\r\n]*:/y;

/**
 * Splits JSON into tokens without parsing their values, so nothing is rounded; white space is dropped.
 *
 * Text that is not JSON becomes tokens too: nothing is lost, and it never throws.
 */
export function* tokenizeJson(text: string): Generator<JsonToken> {
  let at = skip(blank, text, 0);
  while (at < text.length) {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0] ?? text.charAt(at);
    at += token.length;
    yield { kind: kindOf(token, text, at), text: token };
    at = skip(blank, text, at);
  }
}

function kindOf(token: string, text: string, end: number): JsonToken['kind'] {
  const first = token.charAt(0);
  if (first === '"') return skip(colonAhead, text, end) > end ? 'key' : 'string';
  if ('{}[],:'.includes(first)) return 'punctuation';
  return first === '-' || (first >= '0' && first <= '9') ? 'number' : 'literal';
}

/** Where the pattern's match ends, or where it began when there is none. */
function skip(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}
