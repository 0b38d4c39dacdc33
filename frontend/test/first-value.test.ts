import { expect } from 'chai';
import { firstValue } from '../src/lib/first-value.ts';
import type { JsonSchema } from '../src/lib/json-schema.ts';
import { createSchemaCheck } from '../src/lib/schema-check.ts';

const schemas: Readonly<Record<string, JsonSchema>> = {
  Cat: {
    type: 'object',
    required: ['kind', 'lives'],
    properties: { kind: { const: 'cat' }, lives: { type: 'integer', minimum: 1 } },
  },
  Tree: {
    type: 'object',
    required: ['left', 'right'],
    properties: {
      left: { anyOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] },
      right: { anyOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] },
    },
  },
  Chain: {
    type: ['object', 'null'],
    required: ['next'],
    properties: { next: { $ref: '#/components/schemas/Chain' } },
  },
  Loop: { oneOf: [{ $ref: '#/components/schemas/Loop' }] },
};
const resolve = (ref: string) => schemas[ref.split('/').at(-1) ?? ''];

function faultsOf(schema: JsonSchema): readonly unknown[] {
  return createSchemaCheck(schema, schemas)(firstValue(schema, resolve));
}

const formats =
  'date-time date time duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference iri iri-reference uri-template uuid json-pointer relative-json-pointer regex';

describe('the first value of a form', () => {
  for (const format of formats.split(' ')) {
    it(`is valid by format: ${format}`, () => {
      const schema = { type: 'string', format };

      expect(firstValue(schema, resolve)).to.not.equal('');
      expect(faultsOf(schema)).to.deep.equal([]);
    });
  }

  for (const [schema, expected] of [
    [{ type: 'number' }, 0],
    [{ type: 'integer', minimum: 3 }, 3],
    [{ type: 'integer', exclusiveMinimum: 0 }, 1],
    [{ type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.25],
    [{ type: 'number', exclusiveMinimum: 2 }, 3],
    [{ type: 'integer', minimum: 7, multipleOf: 5 }, 10],
    [{ type: 'number', exclusiveMinimum: 0, multipleOf: 0.1 }, 0.1],
    [{ type: 'integer', maximum: -2 }, -2],
    [{ type: 'integer', exclusiveMaximum: 0 }, -1],
    [{ type: 'integer', exclusiveMaximum: -5, multipleOf: 5 }, -10],
    [{ type: 'integer', minimum: -5, maximum: 5 }, 0],
    [{ type: 'integer', minimum: 1.5 }, 2],
  ] as const) {
    it(`is the number nearest to zero: ${JSON.stringify(schema)}`, () => {
      expect(firstValue(schema, resolve)).to.equal(expected);
      expect(faultsOf(schema)).to.deep.equal([]);
    });
  }

  it('has as many items as a list needs, unlike each other where it can', () => {
    const list = { type: 'array', minItems: 2, items: { type: 'string', format: 'email' } };
    const tuple = { type: 'array', minItems: 2, prefixItems: [{ const: 'x' }], items: { type: 'integer' } };
    const set = { type: 'array', minItems: 2, uniqueItems: true, items: { enum: ['a', 'b'] } };

    expect([list, tuple, set].map((schema) => firstValue(schema, resolve))).to.deep.equal([
      ['name@example.com', 'name@example.com'],
      ['x', 0],
      ['a', 'b'],
    ]);
    expect([list, tuple, set].map(faultsOf)).to.deep.equal([[], [], []]);
  });

  it('is the first variant that has a value', () => {
    const pet = { anyOf: [{ type: 'null' }, { $ref: '#/components/schemas/Cat' }] };
    const both = {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer' } },
      oneOf: [{ required: ['a'], properties: { a: { type: 'boolean' } } }],
    };

    expect([pet, both].map((schema) => firstValue(schema, resolve))).to.deep.equal([
      { kind: 'cat', lives: 1 },
      { id: 0, a: false },
    ]);
    expect([pet, both].map(faultsOf)).to.deep.equal([[], []]);
  });

  it('stops at a recursive value where none is required', () => {
    const schemas = ['Tree', 'Chain'].map((name) => ({ $ref: `#/components/schemas/${name}` }));

    expect(schemas.map(faultsOf)).to.deep.equal([[], []]);
  });

  it('omits read-only and deprecated members', () => {
    const schema = {
      type: 'object',
      required: ['must'],
      properties: {
        must: { type: 'string', readOnly: true },
        id: { type: 'integer', readOnly: true, default: 1 },
        old: { type: 'integer', deprecated: true, default: 1 },
        wanted: { type: 'integer', default: 1 },
      },
    };

    expect(firstValue(schema, resolve)).to.deep.equal({ must: '', wanted: 1 });
  });

  it('keeps null and false that the schema names, and stops where a schema refers to itself', () => {
    const values = [{ const: null }, { default: false }, { $ref: '#/components/schemas/Loop' }].map(
      (schema) => firstValue(schema, resolve),
    );

    expect(values).to.deep.equal([null, false, {}]);
  });
});
