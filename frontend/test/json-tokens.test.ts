import { expect } from 'chai';
import { assert, json, property, string } from 'fast-check';
import { tokenizeJson } from '../src/lib/json-tokens.ts';

function textsOf(json: string): readonly string[] {
  return [...tokenizeJson(json)].map(({ text }) => text);
}

describe('JSON tokens', () => {
  it('names what each token is', () => {
    const tokens = [...tokenizeJson('{"a" : [1.0, "b:", true, null]}')];

    expect(tokens.filter(({ kind }) => kind !== 'punctuation')).to.deep.equal([
      { kind: 'key', text: '"a"' },
      { kind: 'number', text: '1.0' },
      { kind: 'string', text: '"b:"' },
      { kind: 'literal', text: 'true' },
      { kind: 'literal', text: 'null' },
    ]);
  });

  it('keeps every digit and escape', () => {
    expect(textsOf('[12345678901234567890, 1.10, "\\u00e4\\""]')).to.include.members([
      '12345678901234567890',
      '1.10',
      '"\\u00e4\\""',
    ]);
  });

  it('loses nothing of any JSON', () => {
    assert(
      property(json(), (text) => {
        expect(JSON.parse(textsOf(text).join(''))).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it('terminates and loses no visible character, for any text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(textsOf(text).join('').replaceAll(/\s/g, '')).to.equal(text.replaceAll(/\s/g, ''));
      }),
    );
  });
});
