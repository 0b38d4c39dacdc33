import { expect } from 'chai';
import type { JsonSchema } from '../src/lib/json-schema.ts';
import { schemaRows } from '../src/lib/schema-rows.ts';

const part: JsonSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1 },
    parts: { type: 'array', items: { $ref: '#/components/schemas/Part' } },
  },
};

/** The rows of a schema as lines, indented by their depth. */
function linesOf(schema: JsonSchema): readonly string[] {
  return schemaRows(schema, () => part).map(({ depth, name, type, isRequired, hints }) =>
    [
      ' '.repeat(depth),
      name,
      isRequired && depth > 0 ? '*' : '',
      ` ${type}`,
      ...hints.map((hint) => ` (${hint})`),
    ].join(''),
  );
}

describe('the outline of a schema', () => {
  it('has a line for each member, with type, need and bounds', () => {
    const schema = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'integer', minimum: 1 },
        state: { enum: ['open', 'paid'] },
        note: { type: ['string', 'null'] },
        any: true,
        tags: { type: 'array', items: { type: 'string' } },
      },
    };

    expect(linesOf(schema)).to.deep.equal([
      ' object',
      ' id* integer (at least 1)',
      ' state "open" or "paid"',
      ' note string or null',
      ' any any value',
      ' tags array of string',
    ]);
  });

  it('shows a recursive schema once', () => {
    expect(linesOf({ $ref: '#/components/schemas/Part' })).to.deep.equal([
      ' object',
      ' name* string (1 or more characters)',
      ' parts array of object',
      '  [ ] object, as above',
    ]);
  });

  it('shows each variant', () => {
    const schema = {
      oneOf: [
        { type: 'string', maxLength: 9 },
        { type: 'object', properties: { a: { type: 'number' } } },
      ],
    };

    expect(linesOf(schema)).to.deep.equal([
      ' one of',
      ' either string (at most 9 characters)',
      ' or object',
      '  a number',
    ]);
  });

  it('states that there is nothing to describe', () => {
    expect(linesOf(true)).to.deep.equal([' any value']);
    expect(linesOf(false)).to.deep.equal([' nothing']);
    expect(linesOf({ type: 'object', maxProperties: 0 })).to.deep.equal([' empty object']);
  });

  it('stops at schemas that are too deep', () => {
    const deep = Array.from({ length: 20 }).reduce<JsonSchema>(
      (inner) => ({ type: 'object', properties: { in: inner } }),
      true,
    );

    expect(linesOf(deep)).to.have.length(7);
  });
});
