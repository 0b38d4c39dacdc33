import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { array, assert, constantFrom, property } from 'fast-check';
import { parseJsonBody } from '../../src/request/json-body.ts';
import { findJsonMistake } from '../../src/request/json-mistake.ts';
import { cpuMsOf } from '../../../../test/support/cpu-time.ts';

const maxDepth = 5;

function detailOf(body: string | Uint8Array): string {
  try {
    parseJsonBody(Buffer.from(body), { maxDepth });
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the mistake in a body', () => {
  const mistakes: [body: string | Uint8Array, detail: string][] = [
    ['', 'the body is empty'],
    ['{', 'the body ends where name or } is expected: line 1, column 2 (byte 1)'],
    ['{"a":1,}', 'the body has } where name is expected: line 1, column 8 (byte 7)'],
    ['[1,\n 2,]', 'the body has ] where value is expected: line 2, column 4 (byte 7)'],
    ['{\n  "ä": "é",\n  b: 1\n}', 'the body has b, which is not JSON: line 3, column 3 (byte 18)'],
    ['[1,\n"ä€😀", b]', 'the body has b, which is not JSON: line 2, column 8 (byte 17)'],
    ["{'a':1}", "the body has 'a', which is not JSON: line 1, column 2 (byte 1)"],
    ['{"a" 1}', 'the body has 1 where : is expected: line 1, column 6 (byte 5)'],
    ['[1 2]', 'the body has 2 where , or ] is expected: line 1, column 4 (byte 3)'],
    ['{"a":1]', 'the body has ] where , or } is expected: line 1, column 7 (byte 6)'],
    ['{} {}', 'the body has { where the end is expected: line 1, column 4 (byte 3)'],
    ['01', 'the body has 1 where the end is expected: line 1, column 2 (byte 1)'],
    ['nul', 'the body has nul, which is not JSON: line 1, column 1 (byte 0)'],
    ['[NaN]', 'the body has NaN, which is not JSON: line 1, column 2 (byte 1)'],
    ['"a\nb"', 'the body has a control character that is not escaped in a string: line 1, column 3 (byte 2)'],
    ['"\\x"', 'the body has an unknown escape in a string: line 1, column 2 (byte 1)'],
    ['"abc', 'the body ends within a string: line 1, column 5 (byte 4)'],
    [
      '{"a":1,"\\u0061":2}',
      'the body has a duplicate member "\\u0061" in an object: line 1, column 8 (byte 7)',
    ],
    ['[1e999]', 'the body has a number too large to be represented: line 1, column 2 (byte 1)'],
    ['[[[[[[1]]]]]]', 'the body is nested more than 5 levels deep: line 1, column 6 (byte 5)'],
    [new Uint8Array([0x22, 0x61, 0xff, 0x22]), 'the body is not UTF-8 from byte 2 on'],
  ];
  for (const [body, detail] of mistakes) {
    it(`is described for ${JSON.stringify(body)}`, () => {
      expect(detailOf(body)).to.equal(detail);
    });
  }

  it('is found in every refused text, and in no accepted one', () => {
    const pieces = constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-',
      '1e9',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
    );
    assert(
      property(array(pieces, { maxLength: 12 }), (parts) => {
        const bytes = Buffer.from(parts.join(''));
        const isAccepted = detailOf(bytes) === 'accepted';
        const mistake = findJsonMistake(bytes, maxDepth);
        expect(mistake === undefined, bytes.toString()).to.equal(isAccepted);
        expect(mistake?.offset ?? 0).to.be.within(0, bytes.length);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is found in linear time', () => {
    for (const body of [
      '['.repeat(2_000_000),
      `"${'a'.repeat(4_000_000)}`,
      '"\\n'.repeat(1_000_000),
      'a'.repeat(4_000_000),
    ]) {
      expect(cpuMsOf(() => findJsonMistake(Buffer.from(body), 10_000_000))).to.be.below(4_000);
    }
  });
});
