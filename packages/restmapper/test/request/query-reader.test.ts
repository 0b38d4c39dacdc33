import { expect } from 'chai';
import { createQueryReader, type QueryReader } from '../../src/request/query-reader.ts';
import { SchemaCompiler } from '@restmapper/endpoints';
import { catchProblem } from '../support/catch-problem.ts';
import { readEndpoint } from '../support/read-endpoint.ts';

function readerOf(properties: string): QueryReader {
  const { query } = readEndpoint(`  GET /a: { rpc: true, query: ${properties} }`);
  return createQueryReader(query, { compiler: new SchemaCompiler(), maxQueryBytes: 100 });
}

describe('createQueryReader', () => {
  const read = readerOf(`{
    properties: {
      offset: { type: integer, minimum: 0, default: 0 },
      ratio: { type: number },
      flag: { type: boolean },
      text: { type: string },
      ids: { type: array, items: { type: integer } },
      plain: { minLength: 1 },
      nothing: { type: [integer, 'null'] },
      constructor: { type: string },
      deep/er~: { type: integer } } }`);

  for (const [query, args] of [
    ['', { offset: 0 }],
    ['offset=7', { offset: 7 }],
    ['offset=-0', { offset: 0 }],
    ['offset=007', { offset: 7 }],
    ['ratio=1.5e3', { offset: 0, ratio: 1500 }],
    ['ratio=0.1', { offset: 0, ratio: 0.1 }],
    ['flag=true', { offset: 0, flag: true }],
    ['text=12345678901234567890', { offset: 0, text: '12345678901234567890' }],
    ['text=a+b%20c%2B%C3%A9', { offset: 0, text: 'a b c+é' }],
    ['text', { offset: 0, text: '' }],
    ['ids=1', { offset: 0, ids: [1] }],
    ['ids=1&ids=2&ids=3', { offset: 0, ids: [1, 2, 3] }],
    ['plain=x', { offset: 0, plain: 'x' }],
    ['nothing=', { offset: 0, nothing: null }],
    ['constructor=x', { offset: 0, constructor: 'x' }],
  ] as const) {
    it(`reads ${query || 'nothing'}`, () => {
      expect(JSON.parse(read(query).toString())).to.deep.equal(args);
    });
  }

  for (const [query, pointer] of [
    ['offset=-1', '/offset'],
    ['offset=x', '/offset'],
    ['offset=', '/offset'],
    ['offset=1.5', '/offset'],
    ['offset=0x10', '/offset'],
    ['offset=%205', '/offset'],
    ['offset=12345678901234567890', '/offset'],
    ['offset=1&offset=2', '/offset'],
    ['ratio=Infinity', '/ratio'],
    ['ratio=1e999', '/ratio'],
    ['ratio=9007199254740993', '/ratio'],
    ['flag=1', '/flag'],
    ['ids=1&ids=x', '/ids/1'],
    ['ids=1&ids=9007199254740993', '/ids/1'],
    ['ids=1&ids=0x10', '/ids/1'],
    ['plain=x&plain=y', '/plain'],
    ['text=a&text=b', '/text'],
    ['other=1', '/other'],
    ['__proto__=1', '/__proto__'],
    ['toString=1', '/toString'],
    ['deep/er~=x', '/deep~1er~0'],
    [`text=${'x'.repeat(100)}`, ''],
  ] as const) {
    it(`refuses ${query.slice(0, 32)}`, () => {
      expect(catchProblem(() => read(query))).to.deep.equal({
        status: 422,
        code: 'INVALID_QUERY',
        pointers: [pointer],
      });
    });
  }

  for (const query of ['text=%', 'text=%zz', 'text=%ff']) {
    it(`treats ${query} as malformed`, () => {
      expect(catchProblem(() => read(query))).to.include({ status: 400, code: 'MALFORMED_REQUEST' });
    });
  }

  it('keeps nothing from an earlier call', () => {
    read('text=a&ids=1');

    expect(JSON.parse(read('').toString())).to.deep.equal({ offset: 0 });
  });

  it('leaves repetition to a schema that is declared elsewhere', () => {
    const refer = readerOf(
      `{ $defs: { list: { type: array } }, properties: { a: { $ref: '#/$defs/list' } } }`,
    );

    expect(JSON.parse(refer('a=1&a=2').toString())).to.deep.equal({ a: ['1', '2'] });
  });

  it('converts parameters and items to the types under unevaluatedProperties and unevaluatedItems', () => {
    const open = readerOf(
      `{ allOf: [{ properties: { text: { type: string } } }], unevaluatedProperties: { type: integer } }`,
    );
    const listed = readerOf(
      `{ properties: { a: { type: array, prefixItems: [{ type: string }], unevaluatedItems: { type: integer } } } }`,
    );

    expect(JSON.parse(open('text=1&n=1').toString())).to.deep.equal({ text: '1', n: 1 });
    expect(JSON.parse(listed('a=1&a=2').toString())).to.deep.equal({ a: ['1', 2] });
  });

  it('returns null, and refuses every parameter, where no query is declared', () => {
    const none = createQueryReader(undefined, { compiler: new SchemaCompiler(), maxQueryBytes: 100 });

    expect(none('').toString()).to.equal('null');
    expect(catchProblem(() => none('a=1&b=2'))).to.deep.equal({
      status: 422,
      code: 'INVALID_QUERY',
      pointers: ['/a', '/b'],
    });
  });
});
