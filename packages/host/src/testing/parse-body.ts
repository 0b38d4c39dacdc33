import { isUtf8 } from 'node:buffer';
import { isJsonType, parseMediaType } from '@restmapper/core';

/** A body for a test to compare: parsed JSON, text, or bytes that are not UTF-8; `undefined` if it is empty. */
export function parseBody(bytes: Buffer, contentType = ''): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) return bytes;
  const { essence = '' } = parseMediaType(contentType) ?? {};
  return isJsonType(essence) ? JSON.parse(bytes.toString()) : bytes.toString();
}
