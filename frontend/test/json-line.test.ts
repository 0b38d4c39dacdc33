import { expect } from 'chai';
import { jsonLine } from '../src/lib/json-line.ts';

function textOf(json: string): string {
  return jsonLine(json, 100)
    .map(({ text }) => text)
    .join('');
}

describe('JSON line', () => {
  it('is the same for any white space in the source', () => {
    expect(textOf('{\n  "a":1.0,"b" : [ ]\n}')).to.equal('{"a": 1.0, "b": []}');
    expect(textOf('[]')).to.equal('[]');
    expect(textOf('12345678901234567890')).to.equal('12345678901234567890');
  });

  it('has punctuation at every other place', () => {
    const kinds = jsonLine('[true,{"a":"b"}]', 100).map(({ kind }) => kind);

    expect(kinds).to.deep.equal([
      'punctuation',
      'literal',
      'punctuation',
      'key',
      'punctuation',
      'string',
      'punctuation',
    ]);
  });

  it('ends at its limit', () => {
    const long = JSON.stringify(Array.from({ length: 10_000 }, (_none, index) => index));

    expect(textOf(long).length).to.be.within(100, 200);
    expect(textOf(JSON.stringify('x'.repeat(10_000)))).to.have.lengthOf(100);
  });
});
