/**
 * Describes the place of a byte in a UTF-8 text: `line 3, column 7 (byte 41)`, lines and columns from 1,
 * bytes from 0.
 */
export function describePosition(bytes: Buffer, offset: number): string {
  const before = bytes.subarray(0, offset);
  const lineStart = before.lastIndexOf(0x0a) + 1;
  let line = 1;
  for (let at = before.indexOf(0x0a); at >= 0; at = before.indexOf(0x0a, at + 1)) line += 1;
  return `line ${line}, column ${countCharacters(before.subarray(lineStart)) + 1} (byte ${offset})`;
}

/** In UTF-8, every byte of a character but the first starts with the bits 10. */
function countCharacters(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}
