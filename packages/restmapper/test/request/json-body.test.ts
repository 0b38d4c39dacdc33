import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { assert, jsonValue, property, uint8Array } from 'fast-check';
import { parseJsonBody } from '../../src/request/json-body.ts';

const options = { maxDepth: 8 };

function codeOf(bytes: Buffer): string {
  try {
    parseJsonBody(bytes, options);
    return 'accepted';
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}

describe('parseJsonBody', () => {
  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['white space', Buffer.from(' \n')],
    ['half an object', Buffer.from('{"a":')],
    ['two values', Buffer.from('1 2')],
    ['NaN', Buffer.from('NaN')],
    ['a byte order mark', Buffer.from('\u{FEFF}{}')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a number beyond doubles', Buffer.from('{"a":[1e400]}')],
    ['a negative number beyond doubles', Buffer.from('-1e400')],
    ['a number that PostgreSQL writes as 16,386 characters', Buffer.from('{"a":[1e-16384]}')],
    ['a zero that PostgreSQL writes as 16,385 characters', Buffer.from('-0e-16383')],
    ['a number with more decimal places than PostgreSQL has', Buffer.from(`0.${'1'.repeat(16_384)}`)],
    ['a repeated name', Buffer.from('{"a":1,"a":1}')],
    ['a repeated name, once escaped', Buffer.from(String.raw`{"a":1,"\u0061":1}`)],
    ['a repeated name deep down', Buffer.from('[{"x":{"__proto__":1,"__proto__":2}}]')],
    ['nine levels', Buffer.from('['.repeat(9) + ']'.repeat(9))],
    ['a million open brackets', Buffer.alloc(1_000_000, '[')],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(codeOf(bytes)).to.equal('INVALID_JSON');
    });
  }

  for (const text of [
    'null',
    '"x"',
    '12345678901234567890',
    '1e-400',
    '{"__proto__":{"a":1},"constructor":1}',
    String.raw`"\ud800"`,
    '['.repeat(8) + ']'.repeat(8),
    '{"a":{"b":1},"b":{"b":1}}',
  ]) {
    it(`accepts ${text}`, () => {
      expect(codeOf(Buffer.from(text))).to.equal('accepted');
    });
  }

  it('accepts everything that JSON.stringify writes', () => {
    assert(
      property(jsonValue({ maxDepth: 6 }), (value) => {
        const bytes = Buffer.from(JSON.stringify(value));

        expect(codeOf(bytes)).to.equal('accepted');
      }),
    );
  });

  it('refuses or accepts arbitrary bytes, and throws nothing else', () => {
    assert(
      property(uint8Array(), (bytes) => {
        expect(codeOf(Buffer.from(bytes))).to.be.oneOf(['accepted', 'INVALID_JSON']);
      }),
    );
  });
});
