import { expect } from 'chai';
import { readErrorHeaders } from '../src/error-headers.ts';

describe("the headers of a worker's error", () => {
  it('are those that HTTP allows, by names in lower case', () => {
    const headers = { 'Retry-After': '3', 'X-Left': 0, 'www-authenticate': 'Bearer realm="a"', etag: '' };

    expect(readErrorHeaders(headers)).to.deep.equal({
      'retry-after': '3',
      'x-left': '0',
      'www-authenticate': 'Bearer realm="a"',
      etag: '',
    });
  });

  for (const [name, value] of [
    ['', 'x'],
    ['a b', 'x'],
    ['a:', 'x'],
    ['ä', 'x'],
    ['x-a', 'one\r\ntwo: x'],
    ['x-a', 'one\0'],
    ['x-a', '€'],
    ['x-a', 'é'],
    ['x-a', null],
    ['x-a', ['1', '2']],
    ['Content-Length', '5'],
    ['transfer-encoding', 'chunked'],
    ['content-type', 'text/html'],
    ['Connection', 'x-a'],
    ['x-request-id', 'forged'],
    ['content-security-policy', ''],
    ['access-control-allow-origin', '*'],
    ['proxy-authenticate', 'Basic'],
  ] as const) {
    it(`are never ${JSON.stringify({ [name]: value })}`, () => {
      expect(readErrorHeaders({ [name]: value })).to.deep.equal({});
    });
  }

  it('are limited to 8 KiB together', () => {
    const long = 'x'.repeat(4_000);

    expect(Object.keys(readErrorHeaders({ a: long, b: long, c: long }))).to.deep.equal(['a', 'b']);
  });

  for (const given of [undefined, null, 'x', 7]) {
    it(`are none when they are ${given}`, () => {
      expect(readErrorHeaders(given)).to.deep.equal({});
    });
  }

  it('may have the names of members that every object has', () => {
    const given = JSON.parse('{"__proto__":"a","constructor":"b"}') as unknown;

    expect(Object.entries(readErrorHeaders(given))).to.deep.equal([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});
