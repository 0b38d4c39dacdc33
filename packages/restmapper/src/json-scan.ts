const quote = 0x22;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export interface JsonShape {
  /** How deep arrays and objects are nested; 0 for a scalar. */
  readonly depth: number;
  /** How many members all objects have together, those with the same name included. */
  readonly members: number;
}

/** Measures JSON text without parsing it; of text that is not JSON, the part before the first mistake is measured right. */
export function scanJson(bytes: Buffer): JsonShape {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === quote) {
      i = lastOfString(bytes, i);
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
    } else if (byte === colon) {
      members += 1;
    }
  }
  return { depth: deepest, members };
}

/** The index of the quote that ends the string starting at `at`. */
function lastOfString(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === backslash) i += 1;
    else if (byte === quote) return i;
  }
  return bytes.length;
}
