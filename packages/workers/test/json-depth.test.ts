import { expect } from 'chai';
import { isDeeperThan } from '../src/json-depth.ts';

const isDeeper = (json: string, levels: number): boolean => isDeeperThan(Buffer.from(json), levels);

describe('isDeeperThan', () => {
  it('counts the levels of arrays and objects', () => {
    expect(isDeeper('[{"a":[1]}]', 3)).to.equal(false);
    expect(isDeeper('[{"a":[1]}]', 2)).to.equal(true);
    expect(isDeeper('[[],[],[]]', 2)).to.equal(false);
  });

  it('passes over strings, with their escapes', () => {
    expect(isDeeper('["[[[\\"[[[\\\\"]', 1)).to.equal(false);
    expect(isDeeper('["\\\\",[1]]', 1)).to.equal(true);
  });

  it('takes text that is not JSON', () => {
    expect(isDeeper('no JSON, but long', 3)).to.equal(false);
    expect(isDeeper('"[[[[[[', 3)).to.equal(false);
    expect(isDeeper(']]]]]][[', 1)).to.equal(false);
  });
});
