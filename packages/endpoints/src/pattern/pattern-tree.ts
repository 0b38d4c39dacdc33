import { type AST, RegExpParser, RegExpValidator } from '@eslint-community/regexpp';
import { type CharSet, charSet, classes, complement, propertySet } from './char-set.ts';

/** An ECMA-262 regular expression, without features that cannot be matched in linear time. */
export type PatternTree =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternTree[] }
  | { readonly kind: 'repeat'; readonly part: PatternTree; readonly min: number; readonly max: number }
  | { readonly kind: 'assertion'; readonly what: 'start' | 'end' | 'word' | 'not word' };

/** Names the feature of a pattern that cannot be matched in linear time. */
export class UnsupportedPattern extends Error {}

/** Of ECMA-262. */
const ecmaVersion = 2024;

/** Whether a text is a pattern; unlike RegExp, it does not expand character classes. */
export function isPattern(source: string): boolean {
  try {
    new RegExpValidator({ ecmaVersion }).validatePattern(source, 0, source.length, { unicode: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Parses a pattern, with the `u` flag as JSON Schema recommends.
 *
 * @throws SyntaxError if it is not a pattern; UnsupportedPattern if it has lookarounds or backreferences.
 */
export function parsePattern(source: string): PatternTree {
  const parser = new RegExpParser({ ecmaVersion });
  const { alternatives } = parser.parsePattern(source, 0, source.length, { unicode: true });
  return choiceOf(alternatives);
}

function choiceOf(alternatives: readonly AST.Alternative[]): PatternTree {
  const options = alternatives.map(({ elements }): PatternTree => {
    const parts = elements.map(treeOf);
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: 'sequence', parts };
  });
  const [only] = options;
  return only && options.length === 1 ? only : { kind: 'choice', options };
}

function treeOf(element: AST.Element): PatternTree {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return choiceOf(element.alternatives);
    case 'Quantifier': {
      const { min, max } = element;
      return { kind: 'repeat', part: treeOf(element.element), min, max };
    }
    case 'Assertion':
      return assertionOf(element);
    case 'Backreference':
      throw new UnsupportedPattern(`\`${element.raw}\` refers to what was matched before`);
    default:
      return { kind: 'set', set: setOf(element) };
  }
}

const lookings = {
  lookahead: 'ahead; several patterns under `allOf` can say the same',
  lookbehind: 'behind',
} as const;

function assertionOf(assertion: AST.Assertion): PatternTree {
  switch (assertion.kind) {
    case 'start':
    case 'end':
      return { kind: 'assertion', what: assertion.kind };
    case 'word':
      return { kind: 'assertion', what: assertion.negate ? 'not word' : 'word' };
    default:
      throw new UnsupportedPattern(`\`${assertion.raw}\` looks ${lookings[assertion.kind]}`);
  }
}

function setOf(element: AST.Element | AST.CharacterClassElement): CharSet {
  switch (element.type) {
    case 'Character':
      return [[element.value, element.value]];
    case 'CharacterClassRange':
      return [[element.min.value, element.max.value]];
    case 'CharacterClass': {
      const set = charSet(element.elements.flatMap(setOf));
      return element.negate ? complement(set) : set;
    }
    case 'CharacterSet':
      return characterSet(element);
    default:
      throw new UnsupportedPattern(`\`${element.raw}\` needs the \`v\` flag`);
  }
}

function characterSet(element: AST.CharacterSet): CharSet {
  switch (element.kind) {
    case 'any':
      return complement(classes.lineEnd);
    case 'property': {
      const name = element.value === null ? element.key : `${element.key}=${element.value}`;
      return element.negate ? complement(propertySet(name)) : propertySet(name);
    }
    default:
      return element.negate ? complement(classes[element.kind]) : classes[element.kind];
  }
}
