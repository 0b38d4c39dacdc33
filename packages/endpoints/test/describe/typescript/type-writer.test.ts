import { expect } from 'chai';
import type { JsonSchema } from '../../../src/index.ts';
import { TypeWriter } from '../../../src/describe/typescript/type-writer.ts';

/** The type that a schema becomes, on one line. */
function typeOf(schema: JsonSchema): string {
  const [declaration = ''] = declarationsOf(schema);
  return declaration.replace(/^export type T = (.*);$/s, '$1');
}

function declarationsOf(schema: JsonSchema, view: 'written' | 'filled' = 'written'): readonly string[] {
  const declarations = new TypeWriter(schema, { name: 'T', view }).write();
  return declarations.map((declaration) => declaration.replaceAll(/\s+/g, ' '));
}

describe('the TypeScript type of a schema', () => {
  for (const [type, schema] of [
    ['unknown', true],
    ['never', false],
    ['unknown', {}],
    ['string', { type: 'string', pattern: 'x', not: { const: 'y' } }],
    ['number', { type: 'integer', minimum: 3 }],
    ['string | null', { type: ['string', 'null'] }],
    ['number', { type: ['integer', 'number'] }],
    ['"a"', { const: 'a' }],
    ['unknown', { const: { a: 1 } }],
    ['"a" | 1 | true | null', { enum: ['a', 1, true, null] }],
    ['"it\'s \\"so\\""', { const: 'it\'s "so"' }],
    ['Array<unknown>', { type: 'array' }],
    ['Array<string | number>', { type: 'array', items: { type: ['string', 'number'] } }],
    [
      '[string, (number)?, ...Array<unknown>]',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 1 },
    ],
    ['[string]', { type: 'array', prefixItems: [{ type: 'string' }], minItems: 1, items: false }],
    ['{ [name: string]: unknown; }', { type: 'object' }],
    ['{ [name: string]: number; }', { type: 'object', additionalProperties: { type: 'number' } }],
    ['Record<string, never>', { type: 'object', additionalProperties: false }],
    ['{ a?: string; }', { type: 'object', properties: { a: { type: 'string' } } }],
    [
      '{ a: string; b: unknown; }',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b'] },
    ],
    [
      '{ a?: string; [name: string]: unknown; }',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } },
    ],
    ['{ id: unknown; [name: string]: unknown; }', { type: 'object', required: ['id'] }],
    [
      '{ "a-b"?: { c?: null; }; }',
      { type: 'object', properties: { 'a-b': { type: 'object', properties: { c: { type: 'null' } } } } },
    ],
    [
      '{ /** What it is. */ a?: unknown; }',
      { type: 'object', properties: { a: { description: 'What it is.' } } },
    ],
    [
      'string | { a?: number; }',
      { anyOf: [{ type: 'string' }, { type: 'object', properties: { a: { type: 'number' } } }] },
    ],
    ['unknown', { oneOf: [{ type: 'string' }, {}] }],
    [
      '{ a?: string; } & { b?: string; }',
      { allOf: ['a', 'b'].map((name) => ({ type: 'object', properties: { [name]: { type: 'string' } } })) },
    ],
    ['"x" & (string | number)', { const: 'x', anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['unknown', { properties: { a: { type: 'string' } } }],
    ['unknown', { $ref: 'https://json-schema.org/draft/2020-12/schema' }],
    ['unknown', { $dynamicRef: '#node' }],
    ['unknown', { properties: { a: { $id: 'urn:a' } }, $ref: '#/properties/a' }],
  ] as readonly (readonly [string, JsonSchema])[]) {
    it(`${type} is that of ${JSON.stringify(schema)}`, () => {
      expect(typeOf(schema)).to.equal(type);
    });
  }

  it('names the parts that a schema refers to', () => {
    const declarations = declarationsOf({
      $defs: {
        'tree node': {
          type: 'object',
          properties: { children: { type: 'array', items: { $ref: '#/$defs/tree%20node' } } },
        },
        leaf: { $anchor: 'leaf', type: 'string' },
        'tree-node': { type: 'number' },
      },
      type: 'object',
      properties: {
        root: { $ref: '#/$defs/tree%20node' },
        leaf: { $ref: '#leaf' },
        other: { $ref: '#/$defs/tree-node' },
        again: { $ref: '#/properties/leaf' },
        itself: { $ref: '#' },
      },
    });

    expect(declarations).to.deep.equal([
      'export type T = { root?: TTreeNode; leaf?: TLeaf; other?: TTreeNode2; again?: TPropertiesLeaf; itself?: T; };',
      'export type TTreeNode = { children?: Array<TTreeNode>; };',
      'export type TLeaf = string;',
      'export type TTreeNode2 = number;',
      'export type TPropertiesLeaf = TLeaf;',
    ]);
  });

  it('makes a property with a default required for readers, and optional for writers', () => {
    const schema = { type: 'object', properties: { limit: { type: 'integer', default: 20 } } };

    expect(declarationsOf(schema, 'written')).to.deep.equal(['export type T = { limit?: number; };']);
    expect(declarationsOf(schema, 'filled')).to.deep.equal(['export type T = { limit: number; };']);
  });

  it('keeps descriptions from ending a comment', () => {
    const description = 'one */ two\n\nthree';
    const [declaration] = new TypeWriter(
      { type: 'object', properties: { a: { description } } },
      { name: 'T', view: 'written' },
    ).write();

    expect(declaration).to.equal(
      'export type T = {\n  /**\n   * one *\\/ two\n   *\n   * three\n   */\n  a?: unknown;\n};',
    );
  });
});
