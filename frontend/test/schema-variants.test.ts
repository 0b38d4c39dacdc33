import { expect } from 'chai';
import { toFormField } from '../src/lib/form-field.ts';
import type { JsonSchema } from '../src/lib/json-schema.ts';
import { variantsOf } from '../src/lib/schema-variants.ts';

const schemas: Readonly<Record<string, JsonSchema>> = { Cat: { type: 'object' } };
const resolve = (ref: string) => schemas[ref.split('/').at(-1) ?? ''];

describe('the variants of a schema', () => {
  it('are named by title, by name, or by what distinguishes them', () => {
    const titles = variantsOf(
      {
        oneOf: [
          { title: 'A dog', type: 'object' },
          { $ref: '#/components/schemas/Cat' },
          { properties: { kind: { const: 'bird' }, wings: {} } },
          { required: ['fins'] },
          { properties: { a: {}, b: {} } },
          { type: 'string' },
          { type: 'string', maxLength: 3 },
          true,
        ],
      },
      resolve,
    ).map(({ title }) => title);

    expect(titles).to.deep.equal([
      'A dog',
      'Cat',
      'kind "bird"',
      'with fins',
      'with a, b',
      'string (6)',
      'string (7)',
      'Variant 8',
    ]);
  });

  it('include the keywords common to all of them', () => {
    const { kind, variants } = toFormField(
      {
        type: 'object',
        properties: { id: {} },
        oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }],
      },
      resolve,
    );

    const names = variants.map(({ schema }) =>
      toFormField(schema, resolve).properties.map(({ name }) => name),
    );

    expect(kind).to.equal('variant');
    expect(names).to.deep.equal([
      ['id', 'a'],
      ['id', 'b'],
    ]);
  });

  it('are none for a choice of constants', () => {
    const { kind, variants } = toFormField({ oneOf: [{ const: 'a' }, { const: 'b' }] }, resolve);

    expect([kind, variants]).to.deep.equal(['choice', []]);
  });

  it('are chosen one after the other where there are two choices', () => {
    const { variants } = toFormField(
      { oneOf: [{ type: 'object' }], anyOf: [{ title: 'x' }, { title: 'y' }] },
      resolve,
    );

    const within = toFormField(variants[0]?.schema ?? true, resolve);

    expect(within.variants.map(({ title }) => title)).to.deep.equal(['x', 'y']);
  });

  it('show what is deprecated, read-only and write-only', () => {
    const { hints } = toFormField(
      { type: 'string', deprecated: true, readOnly: true, writeOnly: true },
      resolve,
    );

    expect(hints).to.deep.equal([
      'deprecated',
      'read-only: the server sets it',
      'write-only: it is never sent back',
    ]);
  });
});
