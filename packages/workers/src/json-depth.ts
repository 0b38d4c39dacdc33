const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The deepest nesting of JSON that reaches a database.
 *
 * PostgreSQL gives up at about 13,000 levels, the embedded one hangs somewhere above 20,000.
 */
export const maxJsonDepth = 5_000;

/** Whether JSON text nests deeper than a number of levels; other text is read as if it were JSON. */
export function isDeeperThan(json: Buffer, levels: number): boolean {
  // Each level takes a byte.
  if (json.length <= levels) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === quote) i = endOfString(json, i);
    else if (byte === openBracket || byte === openBrace) depth += 1;
    else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

/** The index of the quote that ends the string which starts at `at`, or the text's length. */
function endOfString(json: Buffer, at: number): number {
  let i = at + 1;
  while (i < json.length && json[i] !== quote) i += json[i] === backslash ? 2 : 1;
  return i;
}
