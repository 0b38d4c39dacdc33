import { decodeEnvelope } from '@restmapper/bus';
import { expect } from 'chai';
import { assert, asyncProperty, jsonValue } from 'fast-check';
import { until } from '../../../test/support/until.ts';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const uuidV7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('a call as a message', () => {
  it('carries the exact bytes of the body', async () => {
    const { bus, call } = await startGateway('  POST /a/: { fanout: true, body: true }');
    const deliveries = await work(bus, '/a/:POST');
    const body = ' {"n":12345678901234567890,\t"x":1.0, "e":"\\u00e9"}\n';

    const response = await call('/a/', post(body));

    expect([response.status, await response.text()]).to.deep.equal([200, '{}']);
    const delivery = await until(() => deliveries[0]);
    expect(decodeEnvelope(delivery.body).data.toString()).to.equal(body.trim());
    expect(delivery.body.toString()).to.contain(body);
  });

  it('carries any JSON unchanged', async () => {
    const { bus, call } = await startGateway('  POST /a/: { rpc: true, body: true }');
    await work(bus, '/a/:POST', ({ body }) => reply(body));

    await assert(
      asyncProperty(jsonValue(), async (value) => {
        const text = JSON.stringify(value);

        const response = await call('/a/', post(text));

        expect(await response.text()).to.equal(`{"data":${text},"args":null}`);
      }),
      { numRuns: 50 },
    );
  });

  it('carries query and parameters with the types of their schemas', async () => {
    const { bus, call } = await startGateway(`
  GET /a/{id}/b/{name}:
    rpc: true
    params: { properties: { id: { type: integer } } }
    query: { properties: { limit: { type: integer, default: 20 }, tag: { type: array } } }`);
    await work(bus, '/a/{id}/b/{name}:GET', ({ body }) => reply(body));

    const response = await call('/a/7/b/x%2Fy?tag=p&tag=q');

    expect(await response.json()).to.deep.equal({
      data: null,
      args: { limit: 20, tag: ['p', 'q'] },
      params: { id: 7, name: 'x/y' },
    });
  });

  it('carries the declared headers, and no others', async () => {
    const { bus, call } = await startGateway(`
  PUT /a/:
    rpc: true
    headers: { required: [If-Match], properties: { If-Match: { type: string }, X-Depth: { type: integer } } }`);
    await work(bus, '/a/:PUT', ({ body }) => reply(body));
    const put = (headers: Record<string, string>) => call('/a/', { method: 'PUT', headers });

    const taken = await put({ 'if-match': '"1"', 'x-depth': '2', 'x-other': '3' });
    const refused = await put({ 'x-depth': '2' });

    expect(await taken.json()).to.deep.equal({
      data: null,
      args: null,
      headers: { 'if-match': '"1"', 'x-depth': 2 },
    });
    expect(await problemOf(refused)).to.include({ status: 422, code: 'INVALID_HEADERS' });
  });

  it('has an id, a type, a time and the trace headers', async () => {
    const { bus, call } = await startGateway('  POST /a/: { fanout: true, body: true }');
    const deliveries = await work(bus, '/a/:POST');
    const before = Date.now();

    await call('/a/', post('1', { 'x-request-id': 'r-1', cc: 'x', expiration: 'x', 'x-deadline': '1' }));

    const delivery = await until(() => deliveries[0]);
    expect(delivery.messageId).to.match(uuidV7);
    expect(delivery.type).to.equal('POST /a/');
    expect(delivery.timestampMs).to.be.at.least(before - 1000);
    expect(delivery.headers).to.include({ 'x-request-id': 'r-1' });
    expect(delivery.headers.traceparent).to.match(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    expect(delivery.headers).not.to.have.any.keys('cc', 'expiration');
    expect(delivery.deadlineEpochMs).not.to.equal(1);
  });

  it("continues the caller's trace", async () => {
    const { bus, call } = await startGateway('  POST /a/: { fanout: true, body: true }');
    const deliveries = await work(bus, '/a/:POST');
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    await call('/a/', post('1', { traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate: 'a=b' }));

    const delivery = await until(() => deliveries[0]);
    expect(delivery.headers.traceparent).to.match(new RegExp(`^00-${trace}-`));
    expect(delivery.headers.tracestate).to.equal('a=b');
  });

  it('uses the Idempotency-Key as its id', async () => {
    const { bus, call } = await startGateway('  POST /a/: { fanout: true, body: true }');
    const deliveries = await work(bus, '/a/:POST');
    const key = '0190a5c4-7d7e-7abc-8def-0123456789ab';

    await call('/a/', post('1', { 'idempotency-key': key }));
    await call('/a/', post('1', { 'idempotency-key': key }));

    await until(() => deliveries.length === 2);
    expect(deliveries.map(({ messageId }) => messageId)).to.deep.equal([key, key]);
  });

  it('expires at the deadline of its endpoint', async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: { timeout: 7s } }');
    const deliveries = await work(bus, '/a:GET', () => reply('1'));
    const before = Date.now();

    await call('/a');

    const leftMs = (deliveries[0]?.deadlineEpochMs ?? 0) - before;
    expect(leftMs).to.be.within(7000, 8000);
  });
});
