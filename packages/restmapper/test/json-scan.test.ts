import { expect } from 'chai';
import { assert, jsonValue, nat, property, uint8Array } from 'fast-check';
import { scanJson } from '../src/json-scan.ts';

/** The same, by way of the parsed value. */
function shapeOf(value: unknown): { depth: number; members: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, members: 0 };
  const parts = Object.values(value).map(shapeOf);
  const own = Array.isArray(value) ? 0 : parts.length;
  return {
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
    members: own + parts.reduce((sum, { members }) => sum + members, 0),
  };
}

describe('scanJson', () => {
  it('measures any JSON value as a parser would', () => {
    assert(
      property(jsonValue(), nat(3), (value, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, undefined, indent));

        expect(scanJson(bytes)).to.deep.equal(shapeOf(JSON.parse(bytes.toString())));
      }),
    );
  });

  it('passes over brackets, colons and escaped quotes in strings', () => {
    const bytes = Buffer.from(String.raw`{"a\"[{:":"\\","b":["]}:"]}`);

    expect(scanJson(bytes)).to.deep.equal({ depth: 2, members: 2 });
  });

  it('counts members of the same name each', () => {
    expect(scanJson(Buffer.from('{"a":1,"a":2}')).members).to.equal(2);
  });

  it('ends on text of any kind', () => {
    assert(
      property(uint8Array(), (bytes) => {
        expect(scanJson(Buffer.from(bytes)).depth).to.be.at.least(0);
      }),
    );
  });
});
