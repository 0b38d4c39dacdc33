import { endOfString, endOfValue, skipWhitespace } from './json-span.ts';

/**
 * The body of a message: what the caller sent, each part as the JSON bytes it came in.
 *
 * ```json
 * {"data":{"a":1.0},"args":{"limit":20},"params":{"id":"7"},"identity":{"sub":"u1"}}
 * ```
 */
export interface Envelope {
  /** The request's body; `null` when it had none. */
  readonly data: Buffer;
  /** The query; `null` when the endpoint declares none. */
  readonly args: Buffer;
  /** The path's parameters; absent when the path has none. */
  readonly params?: Buffer | undefined;
  /** Who calls; absent when the caller is anonymous. */
  readonly identity?: Buffer | undefined;
}

const jsonNull = Buffer.from('null');

/** Joins the parts without parsing them, so that 12345678901234567890 and 1.0 survive. */
export function encodeEnvelope({ data, args, params, identity }: Envelope): Buffer {
  const parts = [Buffer.from('{"data":'), data, Buffer.from(',"args":'), args];
  if (params) parts.push(Buffer.from(',"params":'), params);
  if (identity) parts.push(Buffer.from(',"identity":'), identity);
  parts.push(Buffer.from('}'));
  return Buffer.concat(parts);
}

/**
 * Finds the parts of a body that anyone may have written; unknown members are passed over.
 *
 * The parts share the body's memory. What is inside them is not examined.
 * @throws SyntaxError when the body is not one JSON object.
 */
export function decodeEnvelope(body: Buffer): Envelope {
  const members = readMembers(body);
  return {
    data: members.get('data') ?? jsonNull,
    args: members.get('args') ?? jsonNull,
    params: members.get('params'),
    identity: members.get('identity'),
  };
}

function readMembers(body: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  let at = skipWhitespace(body, expectByte(body, skipWhitespace(body, 0), '{'));
  if (body[at] === code('}')) return expectEnd(body, at + 1, members);

  for (;;) {
    const nameEnd = endOfString(body, at);
    const name: unknown = JSON.parse(body.toString('utf8', at, nameEnd));
    const start = skipWhitespace(body, expectByte(body, skipWhitespace(body, nameEnd), ':'));
    const end = endOfValue(body, start);
    members.set(String(name), body.subarray(start, end));
    at = skipWhitespace(body, end);
    if (body[at] === code('}')) return expectEnd(body, at + 1, members);
    at = skipWhitespace(body, expectByte(body, at, ','));
  }
}

function expectEnd<T>(body: Buffer, at: number, result: T): T {
  if (skipWhitespace(body, at) !== body.length) throw new SyntaxError(`unexpected byte at ${at}`);
  return result;
}

function expectByte(body: Buffer, at: number, character: string): number {
  if (body[at] !== code(character)) throw new SyntaxError(`expected ${character} at byte ${at}`);
  return at + 1;
}

function code(character: string): number {
  return character.charCodeAt(0);
}
