import { expect } from 'chai';
import { inlineParts } from '../../../src/describe/openapi/inline-parts.ts';

const order = {
  type: 'object',
  properties: { id: { type: 'integer' }, 'a/b': { $ref: '#/components/schemas/Order/properties/id' } },
};

function inlined(schema: object, more: object = {}): unknown {
  const document = { paths: { schema }, components: { schemas: { Order: order, ...more } } };
  return (inlineParts(document)['paths'] as { schema: unknown }).schema;
}

describe('references to parts of components', () => {
  it('become these parts, which may have references too', () => {
    expect(inlined({ $ref: '#/components/schemas/Order/properties/id' })).to.deep.equal({ type: 'integer' });
    expect(inlined({ items: { $ref: '#/components/schemas/Order/properties/a~1b' } })).to.deep.equal({
      items: { type: 'integer' },
    });
  });

  it('keep the keywords beside them', () => {
    const schema = { $ref: '#/components/schemas/Order/properties/id', minimum: 1 };

    expect(inlined(schema)).to.deep.equal({ allOf: [{ type: 'integer' }], minimum: 1 });
  });

  it('stay as they are within the part itself, and where there is no such part', () => {
    const self = { $ref: '#/components/schemas/Tree/properties/left' };
    const tree = { properties: { left: { properties: { next: self } } } };
    const missing = { $ref: '#/components/schemas/Order/properties/toString' };

    expect(inlined(self, { Tree: tree })).to.deep.equal({ properties: { next: self } });
    expect(inlined(missing)).to.deep.equal(missing);
  });

  it('are left alone where they refer to a whole, or are data', () => {
    const data = { $ref: '#/components/schemas/Order/properties/id' };
    const schema = {
      properties: { whole: { $ref: '#/components/schemas/Order' }, $ref: { type: 'string' } },
      default: data,
      enum: [data],
    };

    expect(inlined(schema)).to.deep.equal(schema);
  });

  it('may be properties that are called like keywords', () => {
    const part = { $ref: '#/components/schemas/Order/properties/id' };

    expect(inlined({ properties: { default: part, enum: part } })).to.deep.equal({
      properties: { default: { type: 'integer' }, enum: { type: 'integer' } },
    });
  });
});
