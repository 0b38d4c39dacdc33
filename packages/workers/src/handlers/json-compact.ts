const quote = 0x22;
const backslash = 0x5c;

/** Removes the white space between the tokens of valid JSON; every other byte stays as it is. */
export function compactJson(json: Buffer): Buffer {
  const compact = Buffer.allocUnsafe(json.length);
  let length = 0;
  let at = 0;
  while (at < json.length) {
    const end = json[at] === quote ? endOfString(json, at) : at + 1;
    if (end === at + 1 && isWhitespace(json[at])) {
      at = end;
      continue;
    }
    for (; at < end; at += 1) compact[length++] = json[at] ?? 0;
  }
  return compact.subarray(0, length);
}

function endOfString(json: Buffer, at: number): number {
  let i = at + 1;
  while (i < json.length && json[i] !== quote) i += json[i] === backslash ? 2 : 1;
  return i + 1;
}

function isWhitespace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
