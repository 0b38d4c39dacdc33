import { isUtf8 } from 'node:buffer';

/** The encoding of bytes that are not text in UTF-8; `undefined` for those that are. Editors on Windows write UTF-16 for "Unicode". */
export function foreignEncoding(bytes: Buffer): string | undefined {
  if (isUtf8(bytes) && !bytes.includes(0)) return undefined;
  const isUtf16 = bytes.includes(0) || /^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
  return isUtf16 ? 'UTF-16' : 'not UTF-8';
}
