import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  string,
  tuple,
} from 'fast-check';
import { jsonBody } from './json-bodies.ts';

/** A request whose boundaries are unambiguous, whatever it asks for. */
export interface SoundRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The sizes of the chunks of the body; `undefined`: it has a content length. */
  readonly chunks: readonly number[] | undefined;
  /** The extension after the size of each chunk. */
  readonly extension: string;
}

const printable = Array.from(' !"#$%&\'()*+,-./0:;<=>?@AZ[\\]^_`az{|}~');
const text = string({ unit: constantFrom(...printable), maxLength: 60 });

const methods = oneof(
  { weight: 5, arbitrary: constantFrom('POST') },
  { weight: 2, arbitrary: constantFrom('GET', 'PUT') },
  { weight: 1, arbitrary: constantFrom('PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND') },
);

/** Header names with a meaning to the broker, to restmapper or to an HTTP server. */
const headerNames = constantFrom(
  'accept',
  'accept-encoding',
  'authorization',
  'bcc',
  'cc',
  'constructor',
  'content-encoding',
  'content-type',
  'cookie',
  'correlation-id',
  'expect',
  'expiration',
  'forwarded',
  'idempotency-key',
  'if-none-match',
  'keep-alive',
  'last-event-id',
  'origin',
  'priority',
  'range',
  'reply-to',
  'te',
  'traceparent',
  'tracestate',
  'user-id',
  'x-attempt',
  'x-death',
  'x-deadline',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'x-original-url',
  '__proto__',
);

const headers = array(
  oneof(
    { weight: 6, arbitrary: constant(['content-type', 'application/json'] as const) },
    {
      weight: 3,
      arbitrary: tuple(
        headerNames,
        text.map((value) => value.trim()),
      ),
    },
    {
      weight: 1,
      arbitrary: tuple(
        constantFrom('content-type'),
        constantFrom('text/plain', 'application/json; charset=utf-16', 'application/vnd.a+json', ''),
      ),
    },
    {
      weight: 1,
      arbitrary: tuple(
        headerNames,
        integer({ min: 1, max: 9_000 }).map((length) => 'x'.repeat(length)),
      ),
    },
  ),
  { minLength: 1, maxLength: 6 },
);

const chunking = record({
  chunks: option(array(integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), {
    nil: undefined,
    freq: 1,
  }),
  extension: constantFrom('', '', ';a', ';a=b', ';a="b;c"'),
});

/** Requests to the given paths, to others below and beside them, and to unknown ones. */
export function soundRequests(paths: readonly string[]): Arbitrary<SoundRequest> {
  const target = oneof(
    { weight: 6, arbitrary: constantFrom(...paths) },
    {
      weight: 2,
      arbitrary: tuple(constantFrom(...paths), text).map(([path, query]) => `${path}?${encode(query)}`),
    },
    { weight: 1, arbitrary: tuple(constantFrom(...paths), text).map(([path, rest]) => path + encode(rest)) },
    { weight: 1, arbitrary: text.map((path) => `/${encode(path)}`) },
    {
      weight: 1,
      arbitrary: constantFrom(
        '*',
        '/%00',
        '/%ff',
        '/..%2f..%2fetc%2fpasswd',
        '//',
        '/?',
        'http://other/',
        '/%',
      ),
    },
  );
  const whole = record({ method: methods, target, headers, body: jsonBody });
  return tuple(whole, chunking, boolean()).map(([request, how, hasBody]) => ({
    ...request,
    ...(hasBody ? how : { chunks: undefined, extension: '' }),
    body: hasBody ? request.body : Buffer.alloc(0),
  }));
}

/** A target contains no spaces; other odd characters stay. */
function encode(text: string): string {
  return text.replaceAll(' ', '%20');
}

export interface EncodeOptions {
  readonly id: string;
  readonly isLast: boolean;
}

/** The bytes of a request; the last one over a connection says so. */
export function encodeRequest(request: SoundRequest, { id, isLast }: EncodeOptions): Buffer {
  const { method, target, headers, body, chunks } = request;
  const framing = chunks ? 'transfer-encoding: chunked' : `content-length: ${body.length}`;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'host: localhost',
    `x-request-id: ${id}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    framing,
    ...(isLast ? ['connection: close'] : []),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, chunks ? encodeChunks(body, chunks, request.extension) : body]);
}

function encodeChunks(body: Buffer, sizes: readonly number[], extension: string): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, i = 0; at < body.length; i += 1) {
    const chunk = body.subarray(at, at + (sizes[i] ?? body.length));
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'));
    at += chunk.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
