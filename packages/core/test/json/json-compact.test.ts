import { expect } from 'chai';
import { assert, jsonValue, property, stringMatching } from 'fast-check';
import { compactJson } from '../../src/json/json-compact.ts';

describe('compactJson', () => {
  it('keeps the content of strings', () => {
    const json = ' { "a b\\" : ," :\t[ 1 ,\r\n "\\\\" , " x " ] } ';

    const compact = compactJson(Buffer.from(json));

    expect(String(compact)).to.equal('{"a b\\" : ,":[1,"\\\\"," x "]}');
  });

  it('turns any JSON with any white space into its shortest form', () => {
    assert(
      property(jsonValue(), stringMatching(/^[ \t\n\r]{0,10}$/), (value, indent) => {
        const spaced = `${indent}${JSON.stringify(value, null, indent)}${indent}`;

        expect(String(compactJson(Buffer.from(spaced)))).to.equal(JSON.stringify(value));
      }),
    );
  });
});
