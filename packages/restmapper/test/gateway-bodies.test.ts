import { expect } from 'chai';
import { assert, asyncProperty, uint8Array } from 'fast-check';
import { until } from '../../../test/support/until.ts';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { work } from './support/work.ts';

const endpoints = `
  POST /a/:
    fanout: true
    maxBody: 100B
    body: { type: object, properties: { a: { type: string } }, required: [b] }
  POST /none/: { fanout: true }`;

describe('bodies', () => {
  for (const [what, init, status, code] of [
    ['no JSON', post('{'), 400, 'INVALID_JSON'],
    ['no bytes', post(''), 400, 'INVALID_JSON'],
    ['no body at all', { method: 'POST' }, 400, 'INVALID_JSON'],
    ['a body that is not UTF-8', post(new Uint8Array([0x22, 0xff, 0x22])), 400, 'INVALID_JSON'],
    ['a body beyond the limit', post(`"${'x'.repeat(100)}"`), 413, 'BODY_TOO_LARGE'],
    ['text', post('{"b":1}', { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['compressed JSON', post('{"b":1}', { 'content-encoding': 'gzip' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { call } = await startGateway(endpoints);

      const problem = await problemOf(await call('/a/', init));

      expect(problem).to.include({ status, code });
    });
  }

  it('names the header that came, and the expected one', async () => {
    const { call } = await startGateway(endpoints);
    const detailOf = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await problemOf(await call('/a/', post(new TextEncoder().encode('{"b":1}'), headers)))).detail;

    expect(await detailOf({ 'content-type': 'application/x-www-form-urlencoded' })).to.equal(
      'the body must come with Content-Type: application/json, in UTF-8; it came with Content-Type: application/x-www-form-urlencoded',
    );
    expect(await detailOf({ 'content-type': 'application/json; charset=latin1' })).to.contain(
      'it came with Content-Type: application/json; charset=latin1',
    );
    expect(await detailOf({ 'content-type': '' })).to.contain('it came with Content-Type: ');
    expect(await detailOf({ 'content-type': 'application/json', 'content-encoding': 'br' })).to.equal(
      'the body must not be compressed; it came with Content-Encoding: br',
    );
  });

  it('points at what violates the schema', async () => {
    const { call } = await startGateway(endpoints);

    const problem = await problemOf(await call('/a/', post('{"a":1}')));

    expect(problem).to.include({ status: 422, code: 'INVALID_BODY' });
    expect(problem.errors?.map(({ pointer }) => pointer)).to.have.members(['/a', '/b']);
  });

  it('fills in defaults, before it checks the body, and keeps everything else', async () => {
    const { bus, call } = await startGateway(`
  POST /d:
    fanout: true
    body:
      required: [count]
      properties:
        count: { type: integer, default: 1 }
        items: { type: array, items: { properties: { unit: { default: kg } } } }`);
    const deliveries = await work(bus, '/d:POST');

    const answers = [
      await call('/d', post('{ "n": 12345678901234567890, "items": [{ "w": 1.0 }] }')),
      await call('/d', post('{ "count": 2.0 }')),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    const [filled, whole] = await until(() => deliveries.length === 2 && deliveries);
    expect(String(filled?.body)).to.equal(
      '{"data":{ "n": 12345678901234567890, "items": [{ "w": 1.0,"unit":"kg" }],"count":1 },"args":null}',
    );
    expect(String(whole?.body)).to.equal('{"data":{ "count": 2.0 },"args":null}');
  });

  it('refuses a body that its defaults make too long for a message', async () => {
    const { call } = await startGateway(
      `  POST /d: { fanout: true, body: { items: { properties: { a: { default: ${'x'.repeat(1000)} } } } } }`,
    );

    const problem = await problemOf(await call('/d', post(`[${'{},'.repeat(20_000)}{}]`)));

    expect(problem).to.include({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('refuses a body where none is declared', async () => {
    const { call } = await startGateway(endpoints);

    const problem = await problemOf(await call('/none/', post('{}')));

    expect(problem).to.include({ status: 422, code: 'INVALID_BODY' });
  });

  it('keeps using the connection after it has read a refused body', async () => {
    const { call } = await startGateway(endpoints);

    const response = await call('/a/', post('{'));

    expect(response.headers.get('connection')).to.equal('keep-alive');
  });

  it('refuses nesting beyond the limit, and numbers and names on which parsers disagree', async () => {
    const { call } = await startGateway('  POST /a/: { fanout: true, body: true }', {
      limits: { maxDepth: 3 },
    });
    await call('/a/', post('[[[1]]]'));

    for (const text of ['[[[[1]]]]', '[1e400]', '{"a":1,"a":2}']) {
      expect(await problemOf(await call('/a/', post(text)))).to.include({
        status: 400,
        code: 'INVALID_JSON',
      });
    }
  });

  it('answers arbitrary bytes below 500', async () => {
    const { bus, call } = await startGateway('  POST /a/: { fanout: true, body: true }');
    await work(bus, '/a/:POST');

    await assert(
      asyncProperty(uint8Array(), async (bytes) => {
        const response = await call('/a/', post(new Uint8Array(bytes)));

        expect(response.status).to.be.oneOf([200, 400]);
      }),
      { numRuns: 100 },
    );
  });
});
