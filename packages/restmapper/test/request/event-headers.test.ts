import { expect } from 'chai';
import { readEventHeaders } from '../../src/request/event-headers.ts';

/** The subject of an event whose header has this value. */
function subjectFrom(value: string): unknown {
  return readEventHeaders({ headers: {}, rawHeaders: ['Ce-Subject', value] }, () => [])['subject'];
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

  it('is read beside headers with the names of members that every object has', () => {
    const odd = ['constructor', 'a', '__proto__', 'b', 'toString', 'c'];
    const rawHeaders = [...odd, 'ce-id', '7', 'ce-constructor', 'd'];

    const event = readEventHeaders({ headers: {}, rawHeaders }, () => []);

    expect(Object.entries(event)).to.deep.equal([
      ['id', '7'],
      ['constructor', 'd'],
    ]);
  });

  it('must be there once', () => {
    const rawHeaders = ['ce-id', '7', 'CE-Id', '8'];

    expect(() => readEventHeaders({ headers: {}, rawHeaders }, () => [])).to.throw('ce-id is there 2 times');
  });

  it('takes time in proportion to its length, whatever its quotes', () => {
    for (const end of ['', '\\']) {
      const value = `"${'\\"'.repeat(100_000)}${end}`;
      const start = performance.now();

      expect(subjectFrom(value)).to.equal(value);

      expect(performance.now() - start).to.be.below(2_000);
    }
  });
});
