import { expect } from 'chai';
import { createParamsReader } from '../../src/request/params-reader.ts';
import { SchemaCompiler } from '@restmapper/endpoints';
import { catchProblem } from '../support/catch-problem.ts';
import { readEndpoint } from '../support/read-endpoint.ts';

describe('createParamsReader', () => {
  const endpoint = readEndpoint(
    '  GET /a/{name}/{id}: { rpc: true, params: { properties: { id: { type: integer } } } }',
  );
  const read = createParamsReader(endpoint, new SchemaCompiler());

  for (const [encoded, name] of [
    ['x', 'x'],
    ['a%2Fb', 'a/b'],
    ['%23..%3F', '#..?'],
    ['%2e%2e', '..'],
    ['+', '+'],
    ['7', '7'],
    ['%22%7D', '"}'],
    ['x'.repeat(300), 'x'.repeat(300)],
  ] as const) {
    it(`decodes ${encoded.slice(0, 12)}`, () => {
      expect(JSON.parse(String(read([encoded, '7'])))).to.deep.equal({ name, id: 7 });
    });
  }

  for (const [captures, pointer] of [
    [['x', 'y'], '/id'],
    [['x', '9007199254740993'], '/id'],
    [['%00', '7'], '/name'],
    [['a%0Db', '7'], '/name'],
    [['%C2%85', '7'], '/name'],
    [['x'.repeat(1025), '7'], '/name'],
    [['%C3%A9'.repeat(513), '7'], '/name'],
  ] as const) {
    it(`refuses ${captures.join(' and ').slice(0, 24)}`, () => {
      expect(catchProblem(() => read(captures))).to.deep.equal({
        status: 422,
        code: 'INVALID_PARAMS',
        pointers: [pointer],
      });
    });
  }

  for (const encoded of ['%', '%zz', '%ff']) {
    it(`treats ${encoded} as malformed`, () => {
      expect(catchProblem(() => read([encoded, '7']))).to.include({ status: 400, code: 'MALFORMED_REQUEST' });
    });
  }

  it('returns undefined for a path without parameters', () => {
    const none = createParamsReader(readEndpoint('  GET /a: { rpc: true }'), new SchemaCompiler());

    expect(none([])).to.equal(undefined);
  });
});
