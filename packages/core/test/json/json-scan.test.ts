import { expect } from 'chai';
import { assert, jsonValue, nat, property, uint8Array } from 'fast-check';
import { isDeeperThan, scanJson } from '../../src/json/json-scan.ts';

/** The same, computed from the parsed value. */
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

  it('skips brackets, colons and escaped quotes in strings', () => {
    const bytes = Buffer.from(String.raw`{"a\"[{:":"\\","b":["]}:"]}`);

    expect(scanJson(bytes)).to.deep.equal({ depth: 2, members: 2 });
  });

  it('counts members of the same name each', () => {
    expect(scanJson(Buffer.from('{"a":1,"a":2}')).members).to.equal(2);
  });

  it('terminates on text of any kind', () => {
    assert(
      property(uint8Array(), (bytes) => {
        expect(scanJson(Buffer.from(bytes)).depth).to.be.at.least(0);
      }),
    );
  });
});

const isDeeper = (json: string, levels: number): boolean => isDeeperThan(Buffer.from(json), levels);

describe('isDeeperThan', () => {
  it('counts the levels of arrays and objects', () => {
    expect(isDeeper('[{"a":[1]}]', 3)).to.equal(false);
    expect(isDeeper('[{"a":[1]}]', 2)).to.equal(true);
    expect(isDeeper('[[],[],[]]', 2)).to.equal(false);
  });

  it('skips strings, with their escapes', () => {
    expect(isDeeper('["[[[\\"[[[\\\\"]', 1)).to.equal(false);
    expect(isDeeper('["\\\\",[1]]', 1)).to.equal(true);
  });

  it('accepts text that is not JSON', () => {
    expect(isDeeper('no JSON, but long', 3)).to.equal(false);
    expect(isDeeper('"[[[[[[', 3)).to.equal(false);
    expect(isDeeper(']]]]]][[', 1)).to.equal(false);
  });
});
