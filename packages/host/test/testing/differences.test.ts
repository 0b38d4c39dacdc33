import { expect } from 'chai';
import { differencesOf } from '../../src/testing/differences.ts';

describe('the differences between a value and what is expected of it', () => {
  /** As `a.b is 1, not 2`. */
  function textsOf(expected: unknown, actual: unknown): readonly string[] {
    return differencesOf(expected, actual).map(({ path, message }) => `${path.join('.')} ${message}`.trim());
  }

  for (const [title, expected, actual] of [
    ['equal values', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['members in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['any value', { a: '$any', b: '$any' }, { a: null, b: [1] }],
    ['a type', [{ $type: 'string' }, { $type: 'integer' }, { $type: 'null' }], ['a', 1, null]],
    ['more types', [{ $type: 'array' }, { $type: 'object' }, { $type: 'boolean' }], [[1], {}, true]],
    ['a pattern', { $match: '^a.c$' }, 'abc'],
    ['some members', { $has: { a: { $has: { b: 1 } } } }, { a: { b: 1, c: 2 }, d: 3 }],
  ] as const) {
    it(`are none: ${title}`, () => {
      expect(textsOf(expected, actual)).to.deep.equal([]);
    });
  }

  for (const [title, expected, actual, differences] of [
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b is 2, not 1']],
    ['another type', { a: 1 }, { a: '1' }, ['a is "1", not 1']],
    ['an object for a list', [1], { 0: 1 }, ['is {"0":1}, not [1]']],
    ['a missing member', { a: 1 }, {}, ['a is missing, not 1']],
    ['a missing member that may be any', { a: '$any' }, {}, ['a is missing, not "$any"']],
    ['an unexpected member', { a: 1 }, { a: 1, b: 2 }, ['has an unexpected `b`: 2']],
    ['a member of the prototype', { a: 1 }, { a: 1, constructor: 2 }, ['has an unexpected `constructor`: 2']],
    ['too many items', [1], [1, 2], ['has 2 items, not 1; the first one too many is 2']],
    ['too few items', [1, 2], [3], ['0 is 3, not 1', 'has 1 item, not 2; the first one missing is 2']],
    ['not of the type', { $type: 'integer' }, 1.5, ['is 1.5, not of the type integer']],
    ['null, which is not an object', { $type: 'object' }, null, ['is null, not of the type object']],
    ['a text that does not match', { $match: '^a$' }, 'b', ['is "b", which does not match ^a$']],
    ['a number, which cannot match', { $match: '1' }, 1, ['is 1, which does not match 1']],
    ['a member within $has', { $has: { a: 1 } }, { a: 2 }, ['$has.a is 2, not 1']],
    ['a text for $has', { $has: { a: 1 } }, 'a', ['is "a", not an object']],
    ['nothing', { a: 1 }, undefined, ['is absent, not {"a":1}']],
  ] as const) {
    it(`name each place: ${title}`, () => {
      expect(textsOf(expected, actual)).to.deep.equal(differences);
    });
  }

  it('abbreviate long values', () => {
    const [text = ''] = textsOf('a', 'b'.repeat(1_000));

    expect(text).to.have.length.below(200).and.to.contain('…');
  });
});
