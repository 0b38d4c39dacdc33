import { expect } from 'chai';
import { problemsOf } from '../parse.ts';

const types = 'array, boolean, integer, null, number, object, string';

const mistakes: Readonly<Record<string, readonly [schema: string, ...problems: string[]]>> = {
  'an invalid schema': [
    '5',
    '4:11 `body` must be a JSON Schema: a mapping such as `{ type: object }`, or `true` for anything',
  ],
  'an unknown type': [
    '{ type: strng }',
    `4:19 \`type\` must be one of ${types}, not "strng"; did you mean \`string\`?`,
  ],
  'an unknown type among others': [
    '{ type: [object, sting] }',
    `4:28 \`type[1]\` must be one of ${types}, not "sting"; did you mean \`string\`?`,
  ],
  'a misspelt keyword': ['{ minimun: 5 }', '4:13 unknown keyword `minimun`; did you mean `minimum`?'],
  'a keyword of another draft': [
    '{ items: [{}] }',
    '4:20 `items` is one schema for all items; for a list of schemas write `prefixItems`',
  ],
  'a keyword of the wrong type': [
    '{ required: a }',
    '4:23 `required` is a list of names beside `properties`, such as `required: [name]`',
  ],
  'a number out of bounds': ['{ minLength: -1 }', '4:24 `minLength` must be at least 0, not -1'],
  'an unknown format': ['{ format: emial }', '4:13 unknown format `emial`; did you mean `email`?'],
  'an invalid pattern': ['{ pattern: "(" }', '4:13 `(` is not a regular expression: unterminated group'],
  'an invalid pattern of properties': [
    '{ patternProperties: { "(": {} } }',
    '4:34 `(` is not a regular expression: unterminated group',
  ],
  'a reference to nothing': [
    '{ properties: { a: { $ref: "#/$defs/b" } } }',
    '4:38 `$ref` leads to `#/$defs/b`, which is not in this schema',
  ],
  'a reference to another file': [
    '{ $ref: other.json }',
    '4:19 `$ref` leads to `other.json`, which is not in this schema; a reference reads no file: write the schema under `schemas`, in this file or one that it includes, and refer to `#/schemas/NAME`',
  ],
  'another dialect': [
    '{ $schema: "http://json-schema.org/draft-07/schema#" }',
    '4:22 `$schema` must be https://json-schema.org/draft/2020-12/schema, or left out',
  ],
  'a keyword without effect': ['{ if: {} }', '4:13 `if` has no effect without `then` or `else`'],
  'several mistakes': [
    '{ type: 5, allOf: [{ minimun: 1 }], not: { properties: { a: 5 } } }',
    `4:19 \`type\` must be one of ${types}, not 5`,
    '4:32 unknown keyword `minimun`; did you mean `minimum`?',
    '4:71 `a` must be a mapping or `true` or `false`',
  ],
  'no valid schema': [
    '{ $id: here, $anchor: top, $defs: { name: { type: [string, "null"], pattern: "^\\\\p{L}+$" } },' +
      ' properties: { minimun: { $ref: "#/$defs/name" }, mail: { format: email } }, $comment: x, deprecated: true }',
  ],
  'no schema that refers to itself': ['{ properties: { children: { items: { $ref: "#" } } } }'],
  'no schema that allows anything': ['true'],
};

describe('checkJsonSchema', () => {
  for (const [title, [schema, ...problems]] of Object.entries(mistakes)) {
    it(`reports ${title}`, () => {
      expect(problemsOf(`endpoints:\n  POST /a:\n    rpc: true\n    body: ${schema}\n`)).to.deep.equal(
        problems,
      );
    });
  }

  it('lets two endpoints use the same $id', () => {
    const source =
      'endpoints:\n  PUT /a: { rpc: true, body: { $id: x } }\n  PUT /b: { rpc: true, body: { $id: x, type: object } }\n';

    expect(problemsOf(source)).to.deep.equal([]);
  });
});
