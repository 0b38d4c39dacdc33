import { expect } from 'chai';
import { paramsSchema, querySchema } from '../../src/file/input-schemas.ts';

describe('querySchema', () => {
  it('is an object without undeclared properties', () => {
    expect(querySchema({ properties: { a: true } })).to.deep.equal({
      type: 'object',
      properties: { a: true },
      additionalProperties: false,
    });
  });

  it('stays open where the file says so', () => {
    expect(querySchema({ additionalProperties: true })).to.deep.equal({
      type: 'object',
      additionalProperties: true,
    });
    expect(querySchema({ unevaluatedProperties: true })).to.deep.equal({
      type: 'object',
      unevaluatedProperties: true,
    });
  });

  it('sees the properties that other schemas declare', () => {
    expect(querySchema({ allOf: [{ properties: { a: true } }] })).to.deep.equal({
      type: 'object',
      allOf: [{ properties: { a: true } }],
      unevaluatedProperties: false,
    });
  });
});

describe('paramsSchema', () => {
  it('is absent when the path has no parameters', () => {
    expect(paramsSchema([])).to.equal(undefined);
  });

  it('requires every parameter, as a string by default', () => {
    expect(paramsSchema(['id', 'constructor'], { properties: { id: { type: 'integer' } } })).to.deep.equal({
      type: 'object',
      properties: { id: { type: 'integer' }, constructor: { type: 'string' } },
      required: ['id', 'constructor'],
    });
  });

  it('leaves parameters to the schemas that it refers to', () => {
    const shared = { $defs: { path: { properties: { id: { type: 'integer' } } } }, $ref: '#/$defs/path' };

    expect(paramsSchema(['id', 'line'], shared)).to.deep.equal({
      ...shared,
      type: 'object',
      properties: { line: { type: 'string' } },
      required: ['id', 'line'],
    });
  });
});
