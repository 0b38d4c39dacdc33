import { expect } from 'chai';
import { problemsOf } from '../parse.ts';

const mistakes: Readonly<Record<string, readonly [endpoint: string, ...problems: string[]]>> = {
  'a parameter whose enum never holds': [
    '{ rpc: true, query: { properties: { a: { enum: [1, 2] } } } }',
    '2:55 `a` arrives as text, so its `enum` never holds; add a `type` that does',
  ],
  'a parameter of the path whose const never holds': [
    '{ rpc: true, params: { properties: { id: { type: integer, const: "1" } } } }',
    '2:72 `id` arrives as text, so its `const` never holds; add a `type` that does',
  ],
  'a limit that judges no text': [
    '{ rpc: true, query: { properties: { a: { minimum: 1 } } } }',
    '2:55 `a` arrives as text, so `minimum` never judges it; add `type: integer`',
  ],
  'a limit beside the type of text': [
    '{ rpc: true, query: { properties: { a: { type: string, multipleOf: 2 } } } }',
    '2:69 `a` arrives as text, so `multipleOf` never judges it; add `type: integer`',
  ],
  'items of what is not a list': [
    '{ rpc: true, query: { properties: { a: { items: { type: string } } } } }',
    '2:55 `a` arrives as text, so `items` never judges it; add `type: array`',
  ],
  'a limit of items without a type': [
    '{ rpc: true, query: { properties: { a: { type: array, items: { minimum: 1 } } } } }',
    '2:77 an item of `a` arrives as text, so `minimum` never judges it; add `type: integer`',
  ],
  'items whose enum never holds': [
    '{ rpc: true, query: { properties: { a: { type: array, prefixItems: [true, { enum: [1] }] } } } }',
    '2:90 an item of `a` arrives as text, so its `enum` never holds; add a `type` that does',
  ],
  'a limit of parameters by pattern': [
    '{ rpc: true, query: { patternProperties: { ^n: { maximum: 9 } } } }',
    '2:63 a parameter like `^n` arrives as text, so `maximum` never judges it; add `type: integer`',
  ],
  'a limit of other parameters': [
    '{ rpc: true, query: { additionalProperties: { maximum: 9 } } }',
    '2:60 any other parameter arrives as text, so `maximum` never judges it; add `type: integer`',
  ],
  'no items that refer to the list they stand in': [
    '{ rpc: true, query: { $defs: { l: { type: array, items: { $ref: "#/$defs/l" } } }, properties: { a: { $ref: "#/$defs/l" } } } }',
  ],
  'a parameter that is a mapping': [
    '{ rpc: true, query: { properties: { a: { type: object } } } }',
    '2:55 `a` arrives as text, which never becomes a mapping',
  ],
  'a limit behind a reference': [
    '{ rpc: true, query: { $defs: { n: { minimum: 1 } }, properties: { a: { $ref: "#/$defs/n" } } } }',
    '2:50 `a` arrives as text, so `minimum` never judges it; add `type: integer`',
  ],
  'no parameter whose type stands elsewhere': [
    '{ rpc: true, query: { properties: { a: { allOf: [{ type: [integer, "null"] }], minimum: 1, enum: [1, null] }, b: { enum: [x, 1] }, c: { anyOf: [{ type: integer, maximum: 3 }, { const: all }] } } } }',
  ],
};

describe('a keyword without effect on text', () => {
  for (const [title, [endpoint, ...problems]] of Object.entries(mistakes)) {
    it(`is reported: ${title}`, () => {
      expect(problemsOf(`endpoints:\n  PUT /{id}: ${endpoint}`)).to.deep.equal(problems);
    });
  }
});
