import { closingQuote, isWhitespace, quote } from './json-bytes.ts';

/** Removes the white space between the tokens of valid JSON; all other bytes stay unchanged. */
export function compactJson(json: Buffer): Buffer {
  const compact = Buffer.allocUnsafe(json.length);
  let length = 0;
  let at = 0;
  while (at < json.length) {
    const end = json[at] === quote ? closingQuote(json, at) + 1 : at + 1;
    if (end === at + 1 && isWhitespace(json[at])) {
      at = end;
      continue;
    }
    for (; at < end; at += 1) compact[length++] = json[at] ?? 0;
  }
  return compact.subarray(0, length);
}
