import { expect } from 'chai';
import * as fc from 'fast-check';
import { createMemberSearch, readMembers } from '@restmapper/core';

function search(json: string, ...names: readonly string[]): readonly (string | undefined)[] {
  return createMemberSearch(names)(Buffer.from(json)).map((value) => value?.toString());
}

describe('the search for members of JSON', () => {
  it('returns the original bytes in the order of the names', () => {
    expect(search('{ "a" : 1.0, "b":{"a":2} ,"c":[3] }', 'b', 'x', 'a')).to.deep.equal([
      '{"a":2}',
      undefined,
      '1.0',
    ]);
  });

  it('finds a name however it is escaped, and the last of a repeated one', () => {
    expect(search('{"\\u0061":1,"\\"\\n":2,"é":3,"\\u00e9":4}', 'a', '"\n', 'é')).to.deep.equal([
      '1',
      '2',
      '4',
    ]);
  });

  it('takes no name for another', () => {
    expect(search('{"aa":1,"":2,"a\\\\":3,"A":4}', 'a', 'a"')).to.deep.equal([undefined, undefined]);
  });

  it('finds nothing in anything but an object', () => {
    for (const json of ['[{"a":1}]', '"a"', 'null', '1', '{}'])
      expect(search(json, 'a'), json).to.deep.equal([undefined]);
  });

  it('finds what reading all members does', () => {
    const names = fc.array(fc.oneof(fc.constantFrom('a', 'b', '__proto__'), fc.string()), { maxLength: 4 });
    const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), names, (object, more) => {
      const wanted = [...new Set([...Object.keys(object).slice(0, 3), ...more])];
      const json = Buffer.from(JSON.stringify(object));
      const all = new Map([...readMembers(json)].map(({ name, value }) => [name, value.toString()]));

      expect(search(json.toString(), ...wanted)).to.deep.equal(wanted.map((name) => all.get(name)));
    });

    fc.assert(property, { numRuns: 1_000 });
  });
});
