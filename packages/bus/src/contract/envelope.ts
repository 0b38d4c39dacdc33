import { isUtf8 } from 'node:buffer';
import { endOfString, endOfValue, skipWhitespace } from '@restmapper/core';
import { type DataEncoding, parseDataEncoding } from './encoded-data.ts';

/**
 * The body of a message: the caller's input, each part as its original JSON bytes.
 *
 * ```json
 * {"data":{"a":1.0},"args":{"limit":20},"params":{"id":"7"},"identity":{"subject":"u1",…}}
 * ```
 */
export interface Envelope {
  /** The request's body; `null` without one. */
  readonly data: Buffer;
  /** How `data`, which is then a JSON string, holds a body that is not JSON; absent if it is. */
  readonly encoding?: DataEncoding | undefined;
  /** `true` if the body as sent follows from `data`, else its text; absent unless workers want it. */
  readonly raw?: Buffer | undefined;
  /** The query; `null` if the endpoint declares none. */
  readonly args: Buffer;
  /** The path's parameters; absent if the path has none. */
  readonly params?: Buffer | undefined;
  /** The declared headers of the request, by lower-case name; absent if the endpoint declares none. */
  readonly headers?: Buffer | undefined;
  /** The caller; absent if anonymous. */
  readonly identity?: Buffer | undefined;
  /** The whole body, if it has a `specversion`, as a CloudEvent does; only on a decoded envelope. */
  readonly event?: Buffer;
}

const jsonNull = Buffer.from('null');

const openBrace = 0x7b;
const closeBrace = 0x7d;
const colon = 0x3a;
const comma = 0x2c;
const quote = 0x22;

/** Joins the parts without parsing them, so that 12345678901234567890 and 1.0 are preserved. */
export function encodeEnvelope(envelope: Envelope): Buffer {
  const { data, encoding, raw, args, params, headers, identity } = envelope;
  const parts = [Buffer.from('{"data":'), data, Buffer.from(',"args":'), args];
  if (encoding) parts.push(Buffer.from(`,"encoding":"${encoding}"`));
  if (raw) parts.push(Buffer.from(',"raw":'), raw);
  if (params) parts.push(Buffer.from(',"params":'), params);
  if (headers) parts.push(Buffer.from(',"headers":'), headers);
  if (identity) parts.push(Buffer.from(',"identity":'), identity);
  parts.push(Buffer.from('}'));
  return Buffer.concat(parts);
}

/**
 * Finds the parts of an untrusted body; unknown members are ignored.
 *
 * The parts share the body's memory; their content is not validated. An object without `data` is another
 * program's message, not an envelope whose data is `null`.
 * @throws SyntaxError if the body is not one JSON object, has no `data`, has a part twice, or has an unknown encoding.
 */
export function decodeEnvelope(body: Buffer): Envelope {
  const { data, encoding, raw, args = jsonNull, params, headers, identity, specversion } = findParts(body);
  if (!data) throw new SyntaxError('it has no member data');
  if (!specversion)
    return { data, encoding: encoding && parseDataEncoding(encoding), raw, args, params, headers, identity };
  return {
    data,
    args: parseText(args),
    params: params && parseText(params),
    headers: headers && parseText(headers),
    identity: identity && parseText(identity),
    event: body,
  };
}

/** The attributes of a CloudEvent cannot be objects: there, a part is a text of JSON. */
function parseText(part: Buffer): Buffer {
  if (part[0] !== quote) return part;
  if (!isUtf8(part)) throw new SyntaxError('it is not UTF-8');
  return Buffer.from(String(JSON.parse(part.toString())));
}

function findParts(body: Buffer): Parts {
  const parts: Parts = {};
  let at = skipWhitespace(body, expectByte(body, skipWhitespace(body, 0), openBrace));
  if (body[at] === closeBrace) return expectEnd(body, at + 1, parts);

  for (;;) {
    const nameEnd = endOfString(body, at);
    const name = readName(body, at, nameEnd);
    const start = skipWhitespace(body, expectByte(body, skipWhitespace(body, nameEnd), colon));
    const end = endOfValue(body, start);
    if (isPart(name)) {
      if (parts[name]) throw new SyntaxError(`it has the member ${name} twice`);
      parts[name] = body.subarray(start, end);
    }
    at = skipWhitespace(body, end);
    if (body[at] === closeBrace) return expectEnd(body, at + 1, parts);
    at = skipWhitespace(body, expectByte(body, at, comma));
  }
}

type Part = 'data' | 'encoding' | 'raw' | 'args' | 'params' | 'headers' | 'identity' | 'specversion';
type Parts = { [part in Part]?: Buffer };

function isPart(name: string): name is Part {
  switch (name) {
    case 'data':
    case 'encoding':
    case 'raw':
    case 'args':
    case 'params':
    case 'headers':
    case 'identity':
    case 'specversion':
      return true;
    default:
      return false;
  }
}

/** The name between the quotes; JSON may spell it with escapes. */
function readName(body: Buffer, start: number, end: number): string {
  const plain = body.toString('latin1', start + 1, end - 1);
  return isPart(plain) ? plain : String(JSON.parse(body.toString('utf8', start, end)));
}

function expectEnd<T>(body: Buffer, at: number, result: T): T {
  if (skipWhitespace(body, at) !== body.length) throw new SyntaxError(`unexpected byte at ${at}`);
  return result;
}

function expectByte(body: Buffer, at: number, byte: number): number {
  if (body[at] !== byte) throw new SyntaxError(`expected ${String.fromCharCode(byte)} at byte ${at}`);
  return at + 1;
}
