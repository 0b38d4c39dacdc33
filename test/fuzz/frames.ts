import {
  type Arbitrary,
  array,
  constantFrom,
  dictionary,
  integer,
  json,
  jsonValue,
  nat,
  oneof,
  record,
  string,
  uint8Array,
} from 'fast-check';

const protocolMessage = (feed: string): Arbitrary<unknown> =>
  oneof(
    record({
      t: constantFrom('sub', 'unsub', 'pong'),
      id: nat(),
      feed: constantFrom(feed, 'none'),
      mode: constantFrom('all', 'latest', 'tail:3'),
      where: constantFrom(undefined, { a: 1 }),
    }),
    record(
      {
        t: constantFrom('sub', 'sub', 'unsub', 'hello', 'pong', 'SUB', '__proto__'),
        id: oneof(integer(), constantFrom(0, 1, 2, -1, 1e21, 'a', null)),
        feed: oneof(
          constantFrom(feed, feed, feed, 'none', '', '__proto__', 'a\u0000'),
          string({ maxLength: 300 }),
        ),
        since: oneof(
          constantFrom('0.0:0', '9.00000000:1', '-1.x:y', '1e9.ffffffff:99999999999999999999', ''),
          string(),
        ),
        mode: constantFrom('all', 'latest', 'tail:1', 'tail:-1', 'tail:999999999999', 'tail:', 'none'),
        where: oneof(jsonValue({ maxDepth: 2 }), constantFrom({ __proto__: 1 }, {}, { a: [1] })),
        token: oneof(string(), constantFrom('a.b.c', '\r\n', null)),
        headers: oneof(
          jsonValue({ maxDepth: 2 }),
          dictionary(string(), string()),
          constantFrom({ 'x-api-key': 'a' }, { 'x-api-key': 'a\r\nb: c' }, { 'a b': 'c' }, { host: 'none' }),
        ),
      },
      { requiredKeys: [] },
    ),
    jsonValue({ maxDepth: 3 }),
  );

const payload = (feed: string): Arbitrary<Buffer> =>
  oneof(
    protocolMessage(feed).map((message) => Buffer.from(JSON.stringify(message) ?? '')),
    json().map((text) => Buffer.from(text)),
    integer({ min: 1, max: 3_000 }).map((depth) => Buffer.from('['.repeat(depth))),
    uint8Array({ maxLength: 140 }).map((bytes) => Buffer.from(bytes)),
    integer({ min: 0, max: 20_000 }).map((length) => Buffer.alloc(length, 'x')),
    constantFrom(3, 999, 1000, 1001, 1004, 1005, 1006, 1015, 3000, 4999, 5000, 65_535).map((code) => {
      const bytes = Buffer.alloc(4, 'x');
      bytes.writeUInt16BE(code);
      return bytes;
    }),
  );

interface Frame {
  readonly isFinal: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  /** The length in its header, if different from that of the payload. */
  readonly announced: number | bigint | undefined;
  readonly payload: Buffer;
}

const soundFrame = (feed: string): Arbitrary<Frame> =>
  oneof(
    protocolMessage(feed).map((message) => ({
      opcode: 1,
      payload: Buffer.from(JSON.stringify(message) ?? ''),
    })),
    uint8Array({ maxLength: 125 }).chain((bytes) =>
      constantFrom(9, 10).map((opcode) => ({ opcode, payload: Buffer.from(bytes) })),
    ),
  ).map((frame) => ({ ...frame, isFinal: true, reserved: 0, isMasked: true, announced: undefined }));

const oddFrame = (feed: string): Arbitrary<Frame> =>
  record({
    isFinal: constantFrom(true, true, true, false),
    reserved: constantFrom(0, 0, 0, 0, 0, 0x40, 0x20, 0x10),
    opcode: constantFrom(1, 1, 1, 1, 0, 2, 8, 9, 10, 3, 15),
    isMasked: constantFrom(true, true, true, true, true, false),
    announced: oneof(
      { weight: 8, arbitrary: constantFrom(undefined) },
      {
        weight: 1,
        arbitrary: constantFrom(0, 1, 125, 126, 65_535, 65_536n, 2n ** 31n, 2n ** 63n - 1n, 2n ** 64n - 1n),
      },
    ),
    payload: payload(feed),
  });

/** What a client may send over a WebSocket, valid frames and others (RFC 6455, section 5.2). */
export function framesAbout(feed: string): Arbitrary<readonly Buffer[]> {
  const frame = oneof({ weight: 5, arbitrary: soundFrame(feed) }, { weight: 1, arbitrary: oddFrame(feed) });
  return array(frame, { minLength: 1, maxLength: 12 }).map((frames) => frames.map(encodeFrame));
}

interface Handshake {
  readonly protocol: string;
  readonly version: string;
  readonly key: string;
  readonly extensions: string;
}

const key = 'AAAAAAAAAAAAAAAAAAAAAA==';

/** A client's WebSocket handshake, mostly valid. */
export const handshake: Arbitrary<Buffer> = oneof(
  {
    weight: 4,
    arbitrary: record<Handshake>({
      protocol: constantFrom('liveupdate.v1.json', 'liveupdate.v1.json', 'liveupdate.v1.json', ''),
      version: constantFrom('13'),
      key: constantFrom(key),
      extensions: constantFrom('', 'permessage-deflate'),
    }),
  },
  {
    weight: 1,
    arbitrary: record<Handshake>({
      protocol: constantFrom('liveupdate.v9.json', 'a, b', '@', 'a,,b'),
      version: constantFrom('13', '8', '', '13, 13'),
      key: constantFrom(key, 'AAAA', ''),
      extensions: constantFrom('', 'permessage-deflate; server_max_window_bits=99', ';;', 'a; b="'),
    }),
  },
).map(encodeHandshake);

function encodeHandshake({ protocol, version, key, extensions }: Handshake): Buffer {
  const lines = [
    'GET /ws/v1/ HTTP/1.1',
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    `sec-websocket-version: ${version}`,
    `sec-websocket-key: ${key}`,
    ...(protocol === '' ? [] : [`sec-websocket-protocol: ${protocol}`]),
    ...(extensions === '' ? [] : [`sec-websocket-extensions: ${extensions}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

function encodeFrame({ isFinal, reserved, opcode, isMasked, announced, payload }: Frame): Buffer {
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  const length = announced ?? payload.length;
  const mask = isMasked ? 0x80 : 0;
  let head: Buffer;
  if (typeof length === 'bigint') {
    head = Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(length, 2);
  } else if (length > 125) {
    head = Buffer.from([first, mask | 126, length >> 8, length & 0xff]);
  } else {
    head = Buffer.from([first, mask | length]);
  }
  // A key of zeros leaves the payload unchanged.
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0), payload]);
}
