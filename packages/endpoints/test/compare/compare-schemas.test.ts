import { expect } from 'chai';
import { bodyChanges, replyChanges } from './changes.ts';

/** Two schemas, and the difference; in a reply, breaking and compatible are swapped. */
type Row = readonly [before: string, after: string, ...changes: readonly string[]];

/** Changes that restrict a request, or release a reply, if they are read from left to right. */
const narrowing: readonly Row[] = [
  ['{}', '{ type: string }', 'was any type, is string'],
  ['{ type: [string, "null"] }', '{ type: string }', 'was string or null, is string'],
  ['{ type: number }', '{ type: integer }', 'was number, is integer'],
  ['{ enum: [a, b] }', '{ enum: [a] }', 'can no longer be "b"'],
  ['{ enum: [a, b] }', '{ const: a }', 'can no longer be "b"'],
  ['{ type: string }', '{ enum: [a, b] }', 'must be "a" or "b" now'],
  ['{ type: string }', '{ type: string, enum: [a] }', 'must be "a" now'],
  ['{ type: integer }', '{ type: integer, minimum: 1 }', 'the minimum was not set, is 1'],
  ['{ type: integer, minimum: 1 }', '{ type: integer, minimum: 5 }', 'the minimum was 1, is 5'],
  [
    '{ type: number, minimum: 1 }',
    '{ type: number, exclusiveMinimum: 1 }',
    'the minimum was 1, is 1, exclusive',
  ],
  ['{ type: integer, maximum: 9 }', '{ type: integer, exclusiveMaximum: 9 }', 'the maximum was 9, is 8'],
  ['{ type: number, maximum: 100 }', '{ type: number, maximum: 10 }', 'the maximum was 100, is 10'],
  ['{ type: integer }', '{ type: integer, multipleOf: 5 }', 'multipleOf was not set, is 5'],
  ['{ type: integer, multipleOf: 5 }', '{ type: integer, multipleOf: 10 }', 'multipleOf was 5, is 10'],
  ['{ type: string }', '{ type: string, minLength: 1 }', 'minLength was not set, is 1'],
  ['{ type: string, maxLength: 50 }', '{ type: string, maxLength: 20 }', 'maxLength was 50, is 20'],
  ['{ type: string }', '{ type: string, pattern: "^a" }', 'has the new restriction pattern `^a`'],
  ['{ type: string }', '{ type: string, format: uuid }', 'has the new restriction format `uuid`'],
  ['{ type: array }', '{ type: array, maxItems: 3 }', 'maxItems was not set, is 3'],
  ['{ type: array }', '{ type: array, uniqueItems: true }', 'has the new restriction uniqueItems'],
  ['{ type: array }', '{ type: array, items: { type: string } }', '/*: was any type, is string'],
  [
    '{ type: array, items: { maxLength: 9 } }',
    '{ type: array, items: { maxLength: 5 } }',
    '/*: maxLength was 9, is 5',
  ],
  ['{ type: object }', '{ type: object, maxProperties: 2 }', 'maxProperties was not set, is 2'],
  [
    '{ properties: { a: { properties: { b: { type: [string, integer] } } } } }',
    '{ properties: { a: { properties: { b: { type: string } } } } }',
    '/a/b: was string or integer, is string',
  ],
  [
    '{ type: object, additionalProperties: { type: [string, "null"] } }',
    '{ type: object, additionalProperties: { type: string } }',
    '/*: was string or null, is string',
  ],
  ['{ properties: { a: true } }', '{ properties: { a: false } }', '/a: can no longer be there'],
  [
    '{ anyOf: [{ type: string }, { type: integer }] }',
    '{ anyOf: [{ type: string }] }',
    'can no longer be integer',
  ],
  ['{ anyOf: [{ type: string }, { type: integer }] }', '{ type: string }', 'can no longer be integer'],
  [
    '{ oneOf: [{ type: string, maxLength: 9 }, { type: integer }] }',
    '{ oneOf: [{ type: string, maxLength: 5 }, { type: integer }] }',
    'maxLength was 9, is 5',
  ],
  [
    '{ oneOf: [{ title: cat, required: [k], properties: { k: { const: cat } } }, { required: [k], properties: { k: { const: dog } } }], type: object }',
    '{ oneOf: [{ required: [k], properties: { k: { const: dog } } }], type: object }',
    'can no longer be `cat`',
  ],
  [
    '{ $defs: { a: { maxLength: 9 } }, properties: { b: { $ref: "#/$defs/a" } } }',
    '{ $defs: { a: { maxLength: 5 } }, properties: { b: { $ref: "#/$defs/a" } } }',
    '/b: maxLength was 9, is 5',
  ],
  ['{ $defs: { a: { maxLength: 9 } }, $ref: "#/$defs/a" }', '{ maxLength: 5 }', 'maxLength was 9, is 5'],
  ['{ maxLength: 9 }', '{ allOf: [{ maxLength: 7 }, { maxLength: 5 }] }', 'maxLength was 9, is 5'],
  [
    '{ $defs: { tree: { properties: { size: { maximum: 9 }, inner: { $ref: "#/$defs/tree" } } } }, $ref: "#/$defs/tree" }',
    '{ $defs: { tree: { properties: { size: { maximum: 5 }, inner: { $ref: "#/$defs/tree" } } } }, $ref: "#/$defs/tree" }',
    '/size: the maximum was 9, is 5',
  ],
  [
    '{ type: object }',
    '{ type: object, propertyNames: { maxLength: 9 } }',
    'has the new restriction propertyNames',
  ],
  ['{}', '{ not: { type: string } }', 'has the new restriction not'],
];

/** Changes that are judged as they stand, first in a request, then in a reply. */
const particular: readonly (readonly [
  before: string,
  after: string,
  inRequest: readonly string[],
  inReply: readonly string[],
])[] = [
  [
    '{ type: string }',
    '{ type: integer }',
    ['breaking: was string, is integer'],
    ['breaking: was string, is integer'],
  ],
  [
    '{ type: integer, multipleOf: 4 }',
    '{ type: integer, multipleOf: 6 }',
    ['breaking: multipleOf was 4, is 6'],
    ['breaking: multipleOf was 4, is 6'],
  ],
  [
    '{ properties: { a: true } }',
    '{ properties: { a: true, b: true } }',
    ['compatible: /b: is new'],
    ['compatible: /b: is new'],
  ],
  [
    '{ properties: { a: true, b: true } }',
    '{ properties: { a: true } }',
    ['compatible: /b: is no longer described, and still accepted'],
    ['breaking: /b: is no longer there'],
  ],
  [
    '{ properties: { a: true, b: true }, additionalProperties: false }',
    '{ properties: { a: true }, additionalProperties: false }',
    ['breaking: /b: is no longer accepted'],
    ['breaking: /b: is no longer there'],
  ],
  [
    '{ properties: { a: true } }',
    '{ properties: { a: true, b: true }, required: [b] }',
    ['breaking: /b: is new and required'],
    ['compatible: /b: is new'],
  ],
  [
    '{ properties: { a: true } }',
    '{ properties: { a: true }, required: [a] }',
    ['breaking: /a: is required now'],
    ['compatible: /a: is required now'],
  ],
  [
    '{ properties: { a: true }, required: [a] }',
    '{ properties: { a: true } }',
    ['compatible: /a: is no longer required'],
    ['breaking: /a: may be absent now'],
  ],
  [
    '{ type: object }',
    '{ type: object, additionalProperties: false }',
    ['breaking: can have no other properties now'],
    ['compatible: can have no other properties now'],
  ],
  [
    '{ type: object, additionalProperties: false }',
    '{ type: object }',
    ['compatible: may have other properties now'],
    ['compatible: may have other properties now'],
  ],
  [
    '{ pattern: "^a" }',
    '{ pattern: "^[ab]" }',
    ['unclear: pattern has changed and cannot be compared (was `^a`, is `^[ab]`)'],
    ['unclear: pattern has changed and cannot be compared (was `^a`, is `^[ab]`)'],
  ],
  [
    '{ format: email }',
    '{ format: uuid }',
    ['unclear: format has changed and cannot be compared (was `email`, is `uuid`)'],
    ['unclear: format has changed and cannot be compared (was `email`, is `uuid`)'],
  ],
  ['{ default: 1 }', '{ default: 2 }', ['unclear: the default was 1, is 2: callers that omit it notice'], []],
  [
    '{ if: { type: string }, then: { maxLength: 5 } }',
    '{ if: { type: string }, then: { maxLength: 9 } }',
    ['unclear: then has changed and cannot be compared'],
    ['unclear: then has changed and cannot be compared'],
  ],
  [
    '{ oneOf: [{ maxLength: 5 }, { minLength: 9 }] }',
    '{ oneOf: [{ maxLength: 5 }] }',
    ['unclear: oneOf has changed and cannot be compared: a value may match several of its schemas'],
    ['unclear: oneOf has changed and cannot be compared: a value may match several of its schemas'],
  ],
  [
    '{ prefixItems: [true] }',
    '{ prefixItems: [true, { type: string }] }',
    ['unclear: prefixItems had 1 items, has 2, and cannot be compared'],
    ['unclear: prefixItems had 1 items, has 2, and cannot be compared'],
  ],
];

/** Two equivalent schemas. */
const equal: readonly (readonly [string, string])[] = [
  ['{ type: string, description: a }', '{ type: string, title: b, examples: [c] }'],
  ['{ enum: [a, b] }', '{ enum: [b, a] }'],
  ['{ type: [string, integer] }', '{ type: [integer, string] }'],
  ['{ const: a }', '{ enum: [a] }'],
  ['{ type: integer, minimum: 1 }', '{ type: integer, exclusiveMinimum: 0 }'],
  ['{ type: string, minLength: 0 }', '{ type: string }'],
  ['{ allOf: [{ type: string }, { maxLength: 5 }] }', '{ type: string, maxLength: 5 }'],
  [
    '{ $defs: { a: { type: string } }, properties: { b: { $ref: "#/$defs/a" } } }',
    '{ properties: { b: { type: string } } }',
  ],
  [
    '{ $defs: { a: { type: string } }, not: { $ref: "#/$defs/a" } }',
    '{ $defs: { b: { type: string } }, not: { $ref: "#/$defs/b" } }',
  ],
  ['{ anyOf: [{ type: string }, { type: integer }] }', '{ anyOf: [{ type: integer }, { type: string }] }'],
  [
    '{ properties: { title: { type: string } }, required: [] }',
    '{ properties: { title: { type: string } } }',
  ],
];

const line = (severity: string, change: string): string => `${severity}: ${change}`;

describe('the comparison of schemas', () => {
  for (const [before, after, ...changes] of narrowing) {
    it(`finds that ${after} accepts less than ${before}`, () => {
      expect(bodyChanges(before, after)).to.deep.equal(changes.map((change) => line('breaking', change)));
      expect(replyChanges(before, after)).to.deep.equal(changes.map((change) => line('compatible', change)));
      expect(bodyChanges(after, before).every((change) => change.startsWith('compatible: '))).to.equal(true);
      expect(bodyChanges(after, before)).to.have.length(changes.length);
      expect(replyChanges(after, before).every((change) => change.startsWith('breaking: '))).to.equal(true);
    });
  }

  for (const [before, after, inRequest, inReply] of particular) {
    it(`judges ${after} after ${before}`, () => {
      expect(bodyChanges(before, after)).to.deep.equal(inRequest);
      expect(replyChanges(before, after)).to.deep.equal(inReply);
    });
  }

  for (const [before, after] of equal) {
    it(`finds no change from ${before} to ${after}`, () => {
      expect(bodyChanges(before, after)).to.deep.equal([]);
      expect(bodyChanges(after, before)).to.deep.equal([]);
    });
  }

  it('does not take a changed definition for an equal reference', () => {
    const schema = (type: string) => `{ $defs: { a: { type: ${type} } }, not: { $ref: "#/$defs/a" } }`;

    expect(bodyChanges(schema('string'), schema('integer'))).to.deep.equal([
      'unclear: not has changed and cannot be compared',
    ]);
  });
});
