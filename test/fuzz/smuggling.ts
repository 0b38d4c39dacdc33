import { type Arbitrary, boolean, constantFrom, record } from 'fast-check';

/** The request that is hidden in the body of another. */
const hidden = 'GET /hidden HTTP/1.1\r\nhost: localhost\r\n\r\n';

const lengths = [
  'content-length: 0',
  `content-length: ${hidden.length}`,
  'content-length: 5',
  'content-length: +5',
  'content-length: -5',
  'content-length: 0x5',
  'content-length: 5, 5',
  'content-length: 5 5',
  'content-length: 5\r\ncontent-length: 6',
  'content-length: 99999999999999999999',
  'content-length: ',
  'content-length : 5',
  'content-length\t: 5',
  ' content-length: 5',
  'content-length:\r\n 5',
  'Content-Length\0: 5',
];

const encodings = [
  'transfer-encoding: chunked',
  'Transfer-Encoding: CHUNKED',
  'transfer-encoding: xchunked',
  'transfer-encoding: chunked, identity',
  'transfer-encoding: identity, chunked',
  'transfer-encoding: identity',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding: "chunked"',
  'transfer-encoding: chunked\r\ntransfer-encoding: identity',
  'transfer-encoding: identity\r\ntransfer-encoding: chunked',
  'transfer-encoding : chunked',
  'transfer-encoding\t: chunked',
  ' transfer-encoding: chunked',
  'transfer-encoding:\r\n chunked',
  'transfer-encoding:\u000bchunked',
  'transfer-encoding: chunked\u000b',
  'transfer-encoding: chunked;a=b',
  'x: y\ntransfer-encoding: chunked',
  'x: y\rtransfer-encoding: chunked',
];

const bodies = [
  `0\r\n\r\n${hidden}`,
  `5\r\n${hidden}`,
  `0\r\ncontent-length: 0\r\n\r\n${hidden}`,
  `0;\n\n${hidden}`,
  `0\n\r\n${hidden}`,
  `0x0\r\n\r\n${hidden}`,
  `-1\r\n\r\n${hidden}`,
  `+0\r\n\r\n${hidden}`,
  `00000000000000000000\r\n\r\n${hidden}`,
  `ffffffffffffffffff\r\n${hidden}`,
  `1\r\nxx\r\n0\r\n\r\n${hidden}`,
  `0 \r\n\r\n${hidden}`,
  `0;a\rb\r\n\r\n${hidden}`,
];

const requestLines = constantFrom(
  'POST /any HTTP/1.1',
  'POST /any HTTP/1.1',
  'POST /any HTTP/1.0',
  'GET /any HTTP/1.1',
);

const clearLength = 'content-length: 5';
const clearEncoding = 'transfer-encoding: chunked';

/** One of each is unambiguous, so that the other makes the request invalid. */
const framings = [
  ...lengths.map((length) => [length, clearEncoding]),
  ...encodings.map((encoding) => [clearLength, encoding]),
];

/**
 * Requests that two servers might delimit differently, with a second one in the possible body: a server that
 * answers twice has been deceived (RFC 9112, sections 6.1, 6.3 and 11.2).
 */
export const smuggling: Arbitrary<Buffer> = record({
  line: requestLines,
  framing: constantFrom(...framings),
  isReversed: boolean(),
  body: constantFrom(...bodies),
}).map(({ line, framing, isReversed, body }) => {
  const lines = isReversed ? framing.toReversed() : framing;
  const head = [line, 'host: localhost', 'content-type: application/json', ...lines].join('\r\n');
  return Buffer.from(`${head}\r\n\r\n${body}`, 'latin1');
});
