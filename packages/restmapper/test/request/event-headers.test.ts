import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { readEventHeaders } from '../../src/request/event-headers.ts';

/** The subject of an event whose header has this value. */
function subjectFrom(value: string): unknown {
  const headersDistinct = { 'ce-subject': [value] };
  return readEventHeaders({ headers: {}, headersDistinct } as unknown as IncomingMessage, () => [])[
    'subject'
  ];
}

describe('a header of a CloudEvent', () => {
  const values: readonly [string, string][] = [
    ['a', 'a'],
    ['', ''],
    ['a%20b%C3%A9', 'a bé'],
    ['%2520', '%20'],
    ['"a b"', 'a b'],
    ['x "a\\"b" y', 'x a"b y'],
    ['"%22"', '"'],
    ['"no end', '"no end'],
    ['"no end\\', '"no end\\'],
    ['"a" "no end', 'a "no end'],
  ];
  for (const [value, expected] of values) {
    it(`reads ${JSON.stringify(value)} as ${JSON.stringify(expected)}`, () => {
      expect(subjectFrom(value)).to.equal(expected);
    });
  }

  it('takes time in proportion to its length, whatever its quotes', () => {
    for (const end of ['', '\\']) {
      const value = `"${'\\"'.repeat(100_000)}${end}`;
      const start = performance.now();

      expect(subjectFrom(value)).to.equal(value);

      expect(performance.now() - start).to.be.below(2_000);
    }
  });
});
