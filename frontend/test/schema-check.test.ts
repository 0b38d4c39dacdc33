import { expect } from 'chai';
import type { JsonSchema } from '../src/lib/json-schema.ts';
import { createSchemaCheck } from '../src/lib/schema-check.ts';

function violationsOf(schema: JsonSchema, value: unknown): string[] {
  return createSchemaCheck(schema, {})(value).map(({ pointer, detail }) => `${pointer} ${detail}`);
}

describe('the check of a value against its schema', () => {
  it('accepts valid values', () => {
    expect(
      violationsOf({ type: 'object', properties: { a: { type: 'integer' } } }, { a: 1, b: 2 }),
    ).to.deep.equal([]);
  });

  it('points at missing and undeclared members', () => {
    const schema = {
      type: 'object',
      required: ['a/b'],
      properties: { 'a/b': {} },
      additionalProperties: false,
    };

    expect(violationsOf(schema, { x: 1 })).to.deep.equal(['/a~1b is required', '/x is not declared']);
  });

  it('reports a violation once, for the innermost value', () => {
    const schema = {
      type: 'object',
      properties: { list: { type: 'array', items: { allOf: [{ type: 'string' }, { minLength: 2 }] } } },
    };

    expect(violationsOf(schema, { list: ['ok', 7, 'x'] })).to.deep.equal([
      '/list/1 must be string',
      '/list/2 must have 2 or more characters',
    ]);
  });

  it('does not descend into the alternatives of anyOf and oneOf', () => {
    const schema = { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] };

    expect(violationsOf(schema, {})).to.deep.equal([' matches none of the allowed forms']);
  });

  const sentences: readonly [JsonSchema, unknown, string][] = [
    [{ type: ['string', 'null'] }, 1, 'must be string or null'],
    [{ enum: ['a', 2] }, 'b', 'must be one of ["a",2]'],
    [{ const: 1 }, 2, 'must be 1'],
    [{ minimum: 1 }, 0, 'must be at least 1'],
    [{ maximum: 1 }, 2, 'must be at most 1'],
    [{ exclusiveMinimum: 1 }, 1, 'must be more than 1'],
    [{ exclusiveMaximum: 1 }, 1, 'must be less than 1'],
    [{ multipleOf: 2 }, 3, 'must be a multiple of 2'],
    [{ maxLength: 1 }, 'ab', 'must have 1 or fewer characters'],
    [{ minItems: 1 }, [], 'must have 1 or more items'],
    [{ maxItems: 0 }, [1], 'must have 0 or fewer items'],
    [{ format: 'uuid' }, 'x', 'must be a valid uuid'],
    [{ pattern: '^a' }, 'b', 'does not match the pattern'],
    [false, 1, 'is not declared'],
  ];
  for (const [schema, value, sentence] of sentences) {
    it(`says “${sentence}”`, () => {
      expect(violationsOf(schema, value)).to.deep.equal([` ${sentence}`]);
    });
  }

  it('follows references into the shared schemas', () => {
    const schemas: Record<string, JsonSchema> = {
      Node: {
        type: 'object',
        properties: { next: { $ref: '#/components/schemas/Node' }, n: { type: 'integer' } },
      },
    };

    const check = createSchemaCheck({ $ref: '#/components/schemas/Node' }, schemas);

    expect(check({ next: { next: { n: 'x' } } })).to.deep.equal([
      { pointer: '/next/next/n', detail: 'must be integer' },
    ]);
  });

  it('points at names of any kind', () => {
    const schema = { type: 'object', additionalProperties: { type: 'string' } };

    expect(violationsOf(schema, { 'ü %/~': 1 })).to.deep.equal(['/ü %~1~0 must be string']);
  });

  it('reports that it cannot check', () => {
    expect(violationsOf({ $ref: '#/nowhere' }, 1)[0]).to.match(/^ cannot be checked here: /);
    expect(violationsOf({ pattern: '[' }, 'a')[0]).to.match(/^ cannot be checked here: /);
  });
});
