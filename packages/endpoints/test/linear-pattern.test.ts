import { expect } from 'chai';
import { array, assert, constantFrom, letrec, property, string, tuple } from 'fast-check';
import { compilePattern, mayBacktrack, patternFault } from '../src/pattern/linear-pattern.ts';
import { UnsupportedPattern } from '../src/pattern/pattern-tree.ts';
import { problemsOf } from './parse.ts';

/** Patterns of a few characters, so that texts of the same characters often match. */
const { pattern } = letrec<{ pattern: string; piece: string; atom: string }>((tie) => ({
  atom: constantFrom(
    'a',
    'b',
    'c',
    '.',
    '\\w',
    '\\s',
    '\\d',
    '[ab]',
    '[^a]',
    '\\b',
    '\\p{L}',
    '^',
    '$',
    '\\u{1F600}',
  ),
  piece: tuple(tie('atom'), constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '+?')).map(([atom, count]) =>
    /^(?:\\b|\^|\$)$/.test(atom) ? atom : atom + count,
  ),
  pattern: array(
    tuple(
      array(tie('piece'), { minLength: 1, maxLength: 4 }),
      constantFrom('', '(?:|)', '(?:)*', '(?:)+', '(|)'),
    ).map(([pieces, group]) => (group === '' ? pieces.join('') : group.replace(/(?=[)|])/, pieces.join('')))),
    { minLength: 1, maxLength: 3 },
  ).map((parts) => parts.join('')),
}));
const text = string({ unit: constantFrom('a', 'b', 'c', '1', ' ', '\n', 'é', '😀', '\ud83d'), maxLength: 8 });

describe('a pattern', () => {
  it('matches what RegExp matches', () => {
    assert(
      property(pattern, array(text, { maxLength: 5 }), (source, texts) => {
        const native = new RegExp(source, 'u');
        const linear = compilePattern(source);

        expect(texts.map((text) => linear.test(text))).to.deep.equal(texts.map((text) => native.test(text)));
      }),
      { numRuns: 400 },
    );
  });

  for (const source of [
    '^[a-z]+$',
    '^\\d{5}$',
    '^[^@]+@[^@]+$',
    '^(?:[a-z]+-)*\\d+$',
    '^(?:GET|POST|PUT)$',
    '^[A-Z][A-Z0-9_]{0,63}$',
    '[0-9a-f]{8}',
    '^(?:created|cancelled|closed)$',
    '^\\d+(?:px|p)?$',
    '^(?:\\+|-)?\\d+(?:\\.\\d+)?$',
  ]) {
    it(`is left to RegExp where the next character always decides: ${source}`, () => {
      expect(mayBacktrack(source)).to.equal(false);
    });
  }

  for (const source of [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|ab)*$',
    '^a*a*$',
    '^a*(b?a)*$',
    '^(?:a?){20}a{20}$',
    '\\s+$',
    'a+b',
    '^.*x.*$',
    '^(?:a*)*$',
    '^(?:|a)+$',
    '[a-z]{0,100}x',
    '^(?:ab|ac)*$',
    '^(?:a|ab)(?:a|ab)(?:a|ab)(?:a|ab)(?:a|ab)(?:a|ab)(?:a|ab)$',
  ]) {
    it(`is left to RE2 where it may backtrack: ${source}`, () => {
      expect(mayBacktrack(source)).to.equal(true);
      expect(patternFault(source)).to.equal(undefined);
    });
  }

  const refused: Readonly<Record<string, string>> = {
    '^(?=.*\\d).+$':
      'cannot be matched in linear time, since `(?=.*\\d)` looks ahead; several patterns under `allOf` can say the same',
    '(?!x)a':
      'cannot be matched in linear time, since `(?!x)` looks ahead; several patterns under `allOf` can say the same',
    '(?<=a)b': 'cannot be matched in linear time, since `(?<=a)` looks behind',
    '^(a)\\1$': 'cannot be matched in linear time, since `\\1` refers to what was matched before',
    '(?<x>a)\\k<x>': 'cannot be matched in linear time, since `\\k<x>` refers to what was matched before',
    'x.{0,1001}y':
      'cannot be matched in linear time, since it repeats up to 1001 times; at most 1000 are possible',
    'x(?:.{0,100}){0,20}y':
      'cannot be matched in linear time, since it repeats too often once its repetitions are written out',
    'x(?:.{0,100}){0,5}y':
      'cannot be matched in linear time, since it has 1008 steps once its repetitions are written out; at most 500 are possible',
    '(': 'is not a regular expression: unterminated group',
    '\\-': 'is not a regular expression: invalid escape',
    '[b-a]': 'is not a regular expression: range out of order in character class',
    '\\p{Nothing}': 'is not a regular expression: invalid property name',
    'a{2,1}': 'is not a regular expression: numbers out of order in {} quantifier',
  };

  for (const [source, fault] of Object.entries(refused)) {
    it(`is refused with its place and the reason: ${source}`, () => {
      const file = `endpoints:\n  POST /a: { fanout: true, body: { pattern: ${JSON.stringify(source)} } }`;

      expect(problemsOf(file)).to.deep.equal([`2:36 \`${source}\` ${fault}`]);
      if (!fault.startsWith('is not')) expect(() => compilePattern(source)).to.throw(UnsupportedPattern);
    });
  }

  it('may be longer than the stack of RegExp allows', () => {
    const long = 'a'.repeat(8_000_000);

    expect(compilePattern('^(?:a|b)*$').test(long)).to.equal(true);
  });
});
