import { isUtf8 } from 'node:buffer';
import { decodeEnvelope, type FeedMessage } from '@restmapper/bus';
import type { Feed } from '@restmapper/endpoints';
import { readMembers } from '@restmapper/core';

const jsonNull = Buffer.from('null');

/**
 * The part of a message that a feed passes on, as its original bytes.
 *
 * @throws SyntaxError if the message is not an envelope, or its data is not JSON in UTF-8: other programs may
 * publish too.
 */
export function readData({ body }: Pick<FeedMessage, 'body'>, payload: Feed['payload']): Buffer {
  const { data } = decodeEnvelope(body);
  if (!isUtf8(data)) throw new SyntaxError('data is not UTF-8');
  const value: unknown = JSON.parse(data.toString());
  if (payload === 'data') return data;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return payload === 'none' || !isObject ? jsonNull : pickMembers(data, payload);
}

/** An object with only the members of these names; the last of duplicates wins. */
function pickMembers(json: Buffer, names: readonly string[]): Buffer {
  const picked = new Map<string, Buffer>();
  for (const { name, value } of readMembers(json)) if (names.includes(name)) picked.set(name, value);
  const parts = [...picked].flatMap(([name, value]) => [
    Buffer.from(`${JSON.stringify(name)}:`),
    value,
    comma,
  ]);
  return Buffer.concat([Buffer.from('{'), ...parts.slice(0, -1), Buffer.from('}')]);
}

const comma = Buffer.from(',');
