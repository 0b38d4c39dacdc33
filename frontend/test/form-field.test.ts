import { expect } from 'chai';
import { firstValue } from '../src/lib/first-value.ts';
import { toFormField } from '../src/lib/form-field.ts';
import type { JsonSchema } from '../src/lib/json-schema.ts';

const noRef = () => undefined;

describe('a form derived from a schema', () => {
  const kinds: readonly [string, JsonSchema][] = [
    ['string', { type: 'string' }],
    ['string', { type: ['null', 'string'] }],
    ['number', { type: 'number' }],
    ['integer', { type: 'integer' }],
    ['boolean', { type: 'boolean' }],
    ['array', { type: 'array', items: { type: 'string' } }],
    ['object', { type: 'object' }],
    ['object', { properties: { a: {} } }],
    ['choice', { enum: ['a', 1, null] }],
    ['choice', { const: 7 }],
    ['choice', { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] }],
    ['json', { type: ['string', 'number'] }],
    ['variant', { anyOf: [{ type: 'string' }, { type: 'object' }] }],
    ['json', {}],
    ['json', true],
    ['json', false],
  ];
  for (const [kind, schema] of kinds) {
    it(`shows ${JSON.stringify(schema)} as ${kind}`, () => {
      expect(toFormField(schema, noRef).kind).to.equal(kind);
    });
  }

  it('shows which members are required, and what others are allowed', () => {
    const schema = {
      type: 'object',
      required: ['b'],
      properties: { a: { type: 'string' }, b: { type: 'integer' } },
      additionalProperties: false,
    };

    const field = toFormField(schema, noRef);

    expect(field.properties.map(({ name, required }) => [name, required])).to.deep.equal([
      ['a', false],
      ['b', true],
    ]);
    expect(field.others).to.equal(false);
    expect(toFormField({ type: 'object' }, noRef).others).to.equal(true);
  });

  it('merges a reference and allOf with the keywords beside them', () => {
    const named: JsonSchema = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
    const schema = {
      $ref: '#/$defs/named',
      description: 'Own words',
      allOf: [{ required: ['text'], properties: { text: { type: 'string' } } }],
    };

    const field = toFormField(schema, (ref) => (ref === '#/$defs/named' ? named : undefined));

    expect(field).to.include({ kind: 'object', description: 'Own words' });
    expect(field.properties.map(({ name, required }) => [name, required])).to.have.deep.members([
      ['id', true],
      ['text', true],
    ]);
  });

  it('stops at a reference to itself', () => {
    const loop: JsonSchema = { $ref: '#' };

    expect(toFormField(loop, () => loop).kind).to.equal('json');
  });

  it('says the default and the bounds in words', () => {
    const { hints } = toFormField({ type: 'integer', minimum: 0, maximum: 100, default: 20 }, noRef);

    expect(hints).to.deep.equal(['default 20', 'at least 0', 'at most 100']);
    expect(toFormField({ type: 'string', minLength: 1, pattern: '^a$' }, noRef).hints).to.deep.equal([
      '1 or more characters',
      'matches ^a$',
    ]);
  });
});

describe('the value a form starts with', () => {
  it('has the required members, and those with a default', () => {
    const schema = {
      type: 'object',
      required: ['name', 'count', 'size', 'place', 'tags'],
      properties: {
        name: { type: 'string' },
        count: { type: 'integer', minimum: 1 },
        size: { enum: ['S', 'M'] },
        place: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
        tags: { type: 'array' },
        note: { type: 'string' },
        colour: { enum: ['red', 'blue'] },
        urgent: { type: 'boolean', default: false },
      },
    };

    expect(firstValue(schema, noRef)).to.deep.equal({
      name: '',
      count: 1,
      size: 'S',
      place: { city: '' },
      tags: [],
      urgent: false,
    });
  });

  it('is the example, if the schema has one', () => {
    expect(firstValue({ type: 'object', examples: [{ a: 1 }] }, noRef)).to.deep.equal({ a: 1 });
  });

  it('stops at a schema that requires itself', () => {
    const tree: JsonSchema = { type: 'object', required: ['child'], properties: { child: { $ref: '#' } } };

    expect(JSON.stringify(firstValue(tree, () => tree))).to.have.length.below(200);
  });
});
