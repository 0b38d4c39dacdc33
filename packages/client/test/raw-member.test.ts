import { expect } from 'chai';
import { property, assert as verify, json, dictionary, string, tuple, constantFrom } from 'fast-check';
import { rawMember } from '../src/raw-member.ts';

describe('rawMember', () => {
  for (const [json, raw] of [
    ['{"d":12345678901234567890}', '12345678901234567890'],
    ['{"t":"m","d":{"a":[1.0,"}\\""],"d":2},"ts":3}', '{"a":[1.0,"}\\""],"d":2}'],
    ['{"x":{"d":1},"d":"\\\\"}', '"\\\\"'],
    [' { "d" : [ 1 , 2 ] , "ts" : 3 } ', '[ 1 , 2 ]'],
    ['{"a":null,"d":true\n}', 'true'],
    ['{"a":1}', undefined],
    ['{}', undefined],
  ]) {
    it(`finds ${raw ?? 'nothing'} in ${json}`, () => {
      expect(rawMember(json ?? '', 'd')).to.equal(raw);
    });
  }

  it('finds any member of any object as it was written', () => {
    const member = tuple(json(), constantFrom('', ' ', '\n\t'));
    verify(
      property(dictionary(string(), json(), { maxKeys: 5 }), member, (others, [value, space]) => {
        const before = Object.entries(others).filter(([name]) => name !== 'd');
        const members = [
          ...before.map(([name, text]) => [JSON.stringify(name), text]),
          ['"d"', value],
          ['"z"', '1'],
        ];
        const text = `{${members.map(([name, text]) => `${space}${name}${space}:${space}${text}${space}`).join(',')}}`;

        expect(rawMember(text, 'd')).to.equal(value);
      }),
    );
  });
});
