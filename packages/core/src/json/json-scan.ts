import {
  closeBrace,
  closeBracket,
  closingQuote,
  colon,
  openBrace,
  openBracket,
  quote,
} from './json-bytes.ts';

export interface JsonShape {
  /** The nesting depth of arrays and objects; 0 for a scalar. */
  readonly depth: number;
  /** The total number of members of all objects, duplicates included. */
  readonly members: number;
}

/** Measures JSON text without parsing it; for invalid JSON, correct only up to the first mistake. */
export function scanJson(bytes: Buffer): JsonShape {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === quote) {
      i = closingQuote(bytes, i);
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

/** Whether JSON text nests deeper than a number of levels; other text is treated as JSON. */
export function isDeeperThan(json: Buffer, levels: number): boolean {
  // Each level takes a byte.
  if (json.length <= levels) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i += 1) {
    const byte = json[i];
    if (byte === quote) i = closingQuote(json, i);
    else if (byte === openBracket || byte === openBrace) depth += 1;
    else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
