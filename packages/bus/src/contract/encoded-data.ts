import { isUtf8 } from 'node:buffer';

/** How a JSON string holds a body that is not JSON: as its text, or as the base64 of its bytes. */
export type DataEncoding = 'text' | 'base64';

const encodings: ReadonlyMap<string, DataEncoding> = new Map([
  ['"text"', 'text'],
  ['"base64"', 'base64'],
]);

/** Reads an envelope's `encoding`. @throws SyntaxError if it is unknown. */
export function parseDataEncoding(json: Buffer): DataEncoding {
  const encoding = encodings.get(json.toString());
  if (!encoding) throw new SyntaxError('its encoding is neither "text" nor "base64"');
  return encoding;
}

/** The JSON string for a body: its text, which must be UTF-8, or its base64. */
export function encodeData(bytes: Buffer, encoding: DataEncoding): Buffer {
  if (encoding === 'text') return Buffer.from(JSON.stringify(bytes.toString()));
  return Buffer.from(`"${bytes.toString('base64')}"`);
}

/** As RFC 4648, section 4, has it, without line ends; the length, with its padding, is checked too. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The value of an envelope's data: a JSON value, or if it is encoded, a text or the bytes.
 *
 * @throws SyntaxError if the data is not JSON in UTF-8, or not encoded as it says.
 */
export function decodeData(data: Buffer, encoding: DataEncoding | undefined): unknown {
  // Decoding would replace invalid UTF-8, and the handler would get other data than was sent.
  if (!isUtf8(data)) throw new SyntaxError('it is not UTF-8');
  const value: unknown = JSON.parse(data.toString());
  if (encoding === undefined) return value;
  if (typeof value !== 'string')
    throw new SyntaxError(`it says that its data is ${encoding}, but that is not a string`);
  if (encoding === 'text') return value;
  if (value.length % 4 !== 0 || !base64.test(value)) throw new SyntaxError('its data is not base64');
  return Buffer.from(value, 'base64');
}

const jsonTrue = Buffer.from('true');

/**
 * The envelope's `raw` for a body, as JSON: `true` if it follows from the data, so that it is not sent twice.
 *
 * The text is UTF-8: any other body is encoded as base64.
 */
export function rawOf(bytes: Buffer, { data, encoding }: EncodedData): Buffer {
  // An envelope drops the white space around its parts.
  const isSame = data === bytes && !isPadded(bytes);
  return isSame || encoding !== undefined ? jsonTrue : encodeData(bytes, 'text');
}

export interface EncodedData {
  readonly data: Buffer;
  readonly encoding?: DataEncoding | undefined;
}

function isPadded(bytes: Buffer): boolean {
  return [bytes.at(0), bytes.at(-1)].some((byte) => byte === undefined || byte <= 0x20);
}

/** The body as sent, by an envelope's `raw`. @throws SyntaxError if that is neither `true` nor a string. */
export function decodeRaw(raw: Buffer, { data, encoding }: EncodedData): Buffer {
  const value = decodeData(raw, undefined);
  if (typeof value === 'string') return Buffer.from(value);
  if (value !== true) throw new SyntaxError('its raw body is neither true nor a string');
  if (encoding === undefined) return data;
  const decoded = decodeData(data, encoding);
  return Buffer.isBuffer(decoded) ? decoded : Buffer.from(String(decoded));
}
