import { SchemaCompiler } from '@restmapper/endpoints';
import { expect } from 'chai';
import { createHeadersReader } from '../../src/request/headers-reader.ts';
import { catchProblem } from '../support/catch-problem.ts';
import { readEndpoint } from '../support/read-endpoint.ts';

type Read = (...rawHeaders: string[]) => unknown;

function readerOf(headers: string): Read {
  const read = createHeadersReader(
    readEndpoint(`  GET /a: { rpc: true, headers: ${headers} }`),
    new SchemaCompiler(),
  );
  return (...rawHeaders) => JSON.parse(String(read({ rawHeaders })));
}

describe('createHeadersReader', () => {
  const read = readerOf(`{
    properties: {
      If-Match: { type: string },
      x-depth: { type: integer, minimum: 0, default: 1 },
      x-flag: { type: boolean },
      accept-language: { type: array, items: { type: string } },
      x-sizes: { type: array, items: { type: integer } },
      constructor: { type: string } } }`);

  for (const [title, raw, headers] of [
    ['no header', [], { 'x-depth': 1 }],
    ['a text', ['If-Match', '"a,b"'], { 'if-match': '"a,b"', 'x-depth': 1 }],
    ['a name in another case', ['IF-MATCH', '7'], { 'if-match': '7', 'x-depth': 1 }],
    ['a number', ['X-Depth', '3'], { 'x-depth': 3 }],
    ['a boolean', ['x-flag', 'true'], { 'x-flag': true, 'x-depth': 1 }],
    ['an empty value', ['if-match', ''], { 'if-match': '', 'x-depth': 1 }],
    ['a repeated text', ['if-match', 'a', 'x', '1', 'If-Match', 'b'], { 'if-match': 'a, b', 'x-depth': 1 }],
    ['undeclared headers', ['host', 'h', '__proto__', 'x', 'toString', 'y'], { 'x-depth': 1 }],
    ['a name of the prototype', ['constructor', 'x'], { constructor: 'x', 'x-depth': 1 }],
    ['UTF-8', ['if-match', Buffer.from('é€').toString('latin1')], { 'if-match': 'é€', 'x-depth': 1 }],
    [
      'a list, repeated, with quoted commas and empty elements',
      ['accept-language', 'de, ,"x,\\"y" ;q=0.5,', 'Accept-Language', 'en'],
      { 'accept-language': ['de', '"x,\\"y" ;q=0.5', 'en'], 'x-depth': 1 },
    ],
    ['a list of numbers', ['x-sizes', '1,2 ,3'], { 'x-sizes': [1, 2, 3], 'x-depth': 1 }],
    [
      'a quote that does not end',
      ['accept-language', 'a,"b,c'],
      { 'accept-language': ['a', '"b,c'], 'x-depth': 1 },
    ],
  ] as const) {
    it(`reads ${title}`, () => {
      expect(read(...raw)).to.deep.equal(headers);
    });
  }

  for (const [title, raw, pointer] of [
    ['a number out of bounds', ['x-depth', '-1'], '/x-depth'],
    ['a number that is text', ['x-depth', '0x10'], '/x-depth'],
    ['a repeated number', ['x-depth', '1', 'x-depth', '2'], '/x-depth'],
    ['an item of another type', ['x-sizes', '1, b'], '/x-sizes/1'],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(catchProblem(() => read(...raw))).to.deep.equal({
        status: 422,
        code: 'INVALID_HEADERS',
        pointers: [pointer],
      });
    });
  }

  it('refuses a value that is not UTF-8', () => {
    expect(catchProblem(() => read('if-match', '\xff'))).to.include({
      status: 400,
      code: 'MALFORMED_REQUEST',
    });
  });

  it('requires what the schema requires, also through references', () => {
    const strict = readerOf(`{
      $ref: '#/$defs/conditional', required: [If-Match],
      $defs: { conditional: { properties: { If-Match: {}, X-Why: {} }, dependentRequired: { If-Match: [X-Why] } } } }`);

    expect(catchProblem(() => strict())).to.include({ code: 'INVALID_HEADERS' });
    expect(catchProblem(() => strict('if-match', '1'))).to.include({ code: 'INVALID_HEADERS' });
    expect(strict('if-match', '1', 'x-why', 'y')).to.deep.equal({ 'if-match': '1', 'x-why': 'y' });
  });

  it('splits a header full of quotes in time proportional to its length', () => {
    expect(read('accept-language', '"\\'.repeat(8000))).to.have.property('accept-language');
  });

  it('reads nothing where no headers are declared', () => {
    const none = createHeadersReader({ headers: undefined }, new SchemaCompiler());

    expect(none({ rawHeaders: ['if-match', '1'] })).to.equal(undefined);
  });
});
