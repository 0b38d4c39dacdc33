import { expect } from 'chai';
import { refersToItself, relocateSchema } from '../../src/json-schema/relocated-schema.ts';

const place = '#/components/schemas/Tree';

describe('relocateSchema', () => {
  it('prefixes references to parts of the schema with its place', () => {
    const tree = {
      $defs: { leaf: { type: 'string' } },
      properties: { leaf: { $ref: '#/$defs/leaf' }, child: { $ref: '#' } },
    };

    const relocated = relocateSchema(tree, place);

    expect(relocated['properties']).to.deep.equal({
      leaf: { $ref: '#/components/schemas/Tree/$defs/leaf' },
      child: { $ref: '#/components/schemas/Tree' },
    });
    expect(tree.properties.leaf.$ref).to.equal('#/$defs/leaf');
  });

  it('replaces anchors, which two schemas may share', () => {
    const relocated = relocateSchema(
      { $defs: { 'a b': { $anchor: 'leaf', type: 'string' } }, items: { $ref: '#leaf' } },
      place,
    );

    expect(relocated).to.deep.equal({
      $defs: { 'a b': { type: 'string' } },
      items: { $ref: '#/components/schemas/Tree/%24defs/a%20b' },
    });
  });

  it('does not change values that only look like references', () => {
    const schema = {
      const: { $ref: '#' },
      default: { $schema: 'x' },
      properties: { $ref: { type: 'string' } },
    };

    expect(relocateSchema(schema, place)).to.deep.equal(schema);
  });

  it('does not change a schema with an id, also within another', () => {
    const inner = { $id: 'urn:inner', $defs: { a: {} }, $ref: '#/$defs/a' };

    expect(relocateSchema(inner, place)).to.deep.equal(inner);
    expect(relocateSchema({ properties: { inner, outer: { $ref: '#' } } }, place)).to.deep.equal({
      properties: { inner, outer: { $ref: place } },
    });
  });

  it('assigns an id to a schema whose references depend on its user', () => {
    const schema = { $dynamicAnchor: 'node', items: { $dynamicRef: '#node' } };

    const relocated = relocateSchema(schema, place);

    expect(relocated).to.deep.include(schema);
    expect(relocated['$id']).to.match(/^urn:/);
  });

  it('writes a schema that allows all or nothing as an object', () => {
    expect(relocateSchema(true, place)).to.deep.equal({});
    expect(relocateSchema(false, place)).to.deep.equal({ not: {} });
  });
});

describe('refersToItself', () => {
  it('finds references to parts, however deep, and no others', () => {
    expect(refersToItself({ items: { anyOf: [{ $ref: '#/$defs/a' }] }, $defs: { a: {} } })).to.equal(true);
    expect(refersToItself({ $ref: 'https://json-schema.org/draft/2020-12/schema' })).to.equal(false);
    expect(refersToItself({ const: { $ref: '#' } })).to.equal(false);
    expect(refersToItself(true)).to.equal(false);
  });
});
