import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type JsonSchema, SchemaCompiler } from '../src/index.ts';
import { problemsOf } from './parse.ts';

/** A schema and values to judge, in the form of JSON-Schema-Test-Suite. */
interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const folder = new URL('json-schema-suite/', import.meta.url);

function readGroups(file: string): readonly Group[] {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Group[];
}

/** As an endpoint's body; JSON is YAML too, with the names of variables kept as they are. */
function fileWith(schema: JsonSchema): string {
  return `endpoints:\n  POST /a:\n    rpc: true\n    body: ${JSON.stringify(schema).replaceAll('${', '$${')}\n`;
}

describe('JSON Schema 2020-12', () => {
  for (const file of readdirSync(folder)) {
    describe(file.replace('.json', ''), () => {
      for (const { description, schema, tests } of readGroups(file)) {
        it(`judges ${description}`, () => {
          const validate = new SchemaCompiler().compileJson(schema);

          const verdicts = tests.map(({ description, data }) => {
            const violations = validate(data, Buffer.from(JSON.stringify(data)));
            return [description, violations.length === 0];
          });

          expect(problemsOf(fileWith(schema))).to.deep.equal([]);
          expect(verdicts).to.deep.equal(tests.map(({ description, valid }) => [description, valid]));
        });
      }
    });
  }
});

describe('a schema that cannot be evaluated', () => {
  const refused: Readonly<Record<string, readonly [schema: JsonSchema, problem: string]>> = {
    'a reference to another document': [
      { $ref: 'https://example.org/order.json' },
      '4:19 `$ref` leads to `https://example.org/order.json`, which is not in this schema; a reference reads no file: write the schema under `schemas`, in this file or one that it includes, and refer to `#/schemas/NAME`',
    ],
    'a reference to nothing, dynamically': [
      { $dynamicRef: '#item' },
      '4:26 `$dynamicRef` leads to `#item`, which is not in this schema',
    ],
    'a reference to something other than a schema': [
      { properties: { a: { $ref: '#/properties' } } },
      '4:38 `$ref` leads to `#/properties`, which is not in this schema',
    ],
    'a reference to itself': [
      { $ref: '#' },
      '4:19 `$ref` leads back to itself without going deeper into the value; a schema may refer to itself only below a keyword such as `properties` or `items`',
    ],
    'a circle by way of others': [
      { $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } } },
      '4:77 `$ref` leads back to itself without going deeper into the value; a schema may refer to itself only below a keyword such as `properties` or `items`',
    ],
    'another vocabulary': [
      { $schema: 'https://example.org/dialect' },
      '4:22 `$schema` must be https://json-schema.org/draft/2020-12/schema, or left out',
    ],
    'a keyword of OpenAPI': [
      { type: 'string', nullable: true },
      "4:28 `nullable` is not a keyword of JSON Schema 2020-12; write `type: [string, 'null']`, with your type for `string`",
    ],
    'a keyword of an older draft': [
      { dependencies: { a: ['b'] } },
      '4:12 `dependencies` is not a keyword of JSON Schema 2020-12; write `dependentRequired` or `dependentSchemas`',
    ],
    'a property that is required where it stands': [
      { properties: { a: { required: true } } },
      '4:42 `required` is a list of names beside `properties`, such as `required: [name]`',
    ],
    'a count without what is counted': [
      { maxContains: 2 },
      '4:12 `maxContains` has no effect without `contains`',
    ],
  };

  for (const [title, [schema, problem]] of Object.entries(refused)) {
    it(`is refused: ${title}`, () => {
      expect(problemsOf(fileWith(schema))).to.deep.equal([problem]);
    });
  }
});
