import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseBody } from './parse-body.ts';

/** What a call sends besides method and path. */
export interface RequestOptions {
  /** @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, anything else as JSON; without a content type, as `application/json`. */
  readonly body?: unknown;
}

/** The answer to a call. */
export interface TestResponse {
  /** The HTTP status. */
  readonly status: number;
  /** By lower-case names; repeated ones are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON, the text if it is in UTF-8, else a `Buffer`; `undefined` without a body. */
  readonly body: unknown;
}

/** How long an answer may take. */
const timeoutMs = 60_000;

/** Makes one HTTP call on a connection of its own. */
export async function call(
  method: string,
  url: string,
  { headers = {}, body }: RequestOptions = {},
): Promise<TestResponse> {
  const bytes = body === undefined ? undefined : encode(body);
  const sent = { ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }) };
  const options = { method, headers: { ...sent, ...lowerCase(headers) }, agent: false as const };
  const signal = AbortSignal.timeout(timeoutMs);
  return await new Promise((resolve, reject) => {
    const calling = request(url, { ...options, signal }, (response) => {
      const answer = { status: response.statusCode ?? 0, headers: textsOf(response.headers) };
      void buffer(response).then(
        (bytes) => resolve({ ...answer, body: parseBody(bytes, answer.headers['content-type']) }),
        reject,
      );
    });
    calling.once('error', reject).end(bytes);
  });
}

function encode(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textsOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]),
  );
}
