import { expect } from 'chai';
import { assert, constantFrom, jsonValue, property, string } from 'fast-check';
import { decodeEnvelope, encodeEnvelope } from '@restmapper/bus';
import { endOfString, endOfValue, skipWhitespace } from '../../src/json/json-span.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the span of a JSON value', () => {
  it('ends where the value ends, whatever follows', () => {
    const indent = constantFrom('', ' ', '\t');
    const rest = constantFrom('', ',', '}', ']', ' ', '\n{"a":1}', ',"x"');

    assert(
      property(jsonValue(), indent, rest, (value, space, rest) => {
        const json = bytes(JSON.stringify(value, undefined, space));

        expect(endOfValue(Buffer.concat([json, bytes(rest)]), 0)).to.equal(json.length);
      }),
    );
  });

  it('starts where it is told to', () => {
    const json = bytes('[1,{"a":"}]"},2.5e3]');

    expect(endOfValue(json, 3)).to.equal(13);
    expect(endOfString(json, 8)).to.equal(12);
    expect(endOfValue(json, 14)).to.equal(19);
  });

  it('ends a string at the quote that is not escaped', () => {
    assert(
      property(string({ unit: constantFrom('"', '\\', 'a', 'ä', '\n', '{') }), (text) => {
        const json = bytes(JSON.stringify(text));

        expect(endOfString(Buffer.concat([json, bytes('"')]), 0)).to.equal(json.length);
      }),
    );
  });

  it('is found however deep the value is nested', () => {
    const depth = 1_000_000;

    expect(endOfValue(bytes('['.repeat(depth) + ']'.repeat(depth)), 0)).to.equal(2 * depth);
    expect(() => endOfValue(bytes('['.repeat(depth)), 0)).to.throw(SyntaxError, 'does not end');
  });

  it('treats only JSON white space as white space', () => {
    expect(skipWhitespace(bytes(' \t\r\n\f1'), 0)).to.equal(4);
    expect(skipWhitespace(bytes('  '), 0)).to.equal(2);
  });

  for (const broken of ['', ' ', ',', '"', '"\\', '"\\"', '{', '[[]', '{"a":"}']) {
    it(`is not found in ${JSON.stringify(broken)}`, () => {
      expect(() => endOfValue(bytes(broken), 0)).to.throw(SyntaxError);
    });
  }
});

describe('an envelope of any JSON', () => {
  it('returns each part byte for byte', () => {
    assert(
      property(jsonValue(), jsonValue(), jsonValue(), (data, args, params) => {
        const parts = { data, args, params };
        const [dataJson, argsJson, paramsJson] = Object.values(parts).map((part) =>
          bytes(JSON.stringify(part)),
        );

        const body = encodeEnvelope({
          data: dataJson ?? bytes(''),
          args: argsJson ?? bytes(''),
          params: paramsJson,
        });

        expect(JSON.parse(String(body))).to.deep.equal(JSON.parse(JSON.stringify(parts)));
        const decoded = decodeEnvelope(body);
        expect([decoded.data, decoded.args, decoded.params]).to.deep.equal([dataJson, argsJson, paramsJson]);
      }),
    );
  });

  it('refuses any body that was cut short', () => {
    assert(
      property(jsonValue(), (data) => {
        const body = encodeEnvelope({ data: bytes(JSON.stringify(data)), args: bytes('null') });

        for (let end = 0; end < body.length; end += 1) {
          expect(() => decodeEnvelope(body.subarray(0, end))).to.throw(SyntaxError);
        }
      }),
      { numRuns: 30 },
    );
  });
});
