import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const uuidV7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('outcomes', () => {
  it("answers with the endpoint's status for a success", async () => {
    const { call } = await startGateway(`
  POST /a: { fanout: true, status: 202 }
  POST /b: { fanout: true, status: 204 }`);

    const accepted = await call('/a', { method: 'POST' });
    const empty = await call('/b', { method: 'POST' });

    expect([accepted.status, await accepted.text()]).to.deep.equal([202, '{}']);
    expect([empty.status, await empty.text()]).to.deep.equal([204, '']);
    expect(empty.headers.has('content-type')).to.equal(false);
  });

  it("passes a reply's bytes and status", async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: true }');
    await work(bus, '/a:GET', () => reply(' [1.0, 12345678901234567890]', 203));

    const response = await call('/a');

    expect(response.status).to.equal(203);
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(await response.text()).to.equal(' [1.0, 12345678901234567890]');
  });

  it("answers a worker's error as a problem", async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: true }');
    await work(bus, '/a:GET', () => ({
      ...reply('{"error":{"code":404,"description":"no such thing"}}'),
      isError: true,
    }));

    const problem = await problemOf(await call('/a'));

    expect(problem).to.include({ status: 404, code: 'WORKER_ERROR', detail: 'no such thing' });
  });

  for (const text of [
    '{"id":7,"state":"failed","error":{"code":"CARD_DECLINED","at":"2026-01-01"}}',
    '{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}',
    '{"error":{"code":404,"description":"gone"}}',
  ]) {
    it(`passes ${text} when a handler returns it`, async () => {
      const { bus, call } = await startGateway('  GET /a: { rpc: true, status: 201 }');
      await work(bus, '/a:GET', () => reply(text));

      const response = await call('/a');

      expect([response.status, await response.text()]).to.deep.equal([201, text]);
    });
  }

  it("passes the headers of a worker's error to the caller, and exposes them to allowed pages", async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: true }', {
      originRules: { allowedOrigins: ['https://shop.example'], allowCredentials: false },
    });
    const headers = {
      'Retry-After': '7',
      'x-quota': 3,
      Vary: 'accept',
      'set-cookie\r\nx': 'y',
      'content-length': '1',
    };
    const error = { code: 'TOO_MANY', headers };
    await work(bus, '/a:GET', () => ({ ...reply(JSON.stringify({ error }), 429), isError: true }));

    const response = await call('/a', { headers: { origin: 'https://shop.example' } });

    expect(response.headers.get('retry-after')).to.equal('7');
    expect(response.headers.get('x-quota')).to.equal('3');
    expect(response.headers.get('vary')?.toLowerCase()).to.equal('origin, accept');
    expect(response.headers.get('access-control-expose-headers')).to.match(/x-request-id.*x-quota/);
    expect(await problemOf(response)).to.include({ status: 429, code: 'TOO_MANY' });
  });

  it('answers 502 for an invalid status', async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: true }');
    await work(bus, '/a:GET', () => reply('{}', 2000));

    expect(await problemOf(await call('/a'))).to.include({ status: 502, code: 'BAD_REPLY' });
  });

  it('answers 502 for a reply that is not JSON, and logs why', async () => {
    const { bus, call, log } = await startGateway('  GET /a: { rpc: true }');
    await work(bus, '/a:GET', () => reply('oops'));

    const problem = await problemOf(await call('/a'));

    expect(problem).to.include({ status: 502, code: 'BAD_REPLY' });
    expect(log.lines).to.have.length(1);
    expect(log.lines[0]).to.include({ level: 'warn' });
    expect(log.lines[0]?.fields).to.include({ code: 'BAD_REPLY', endpoint: 'GET /a', status: 502 });
  });

  it('answers 504 when no reply comes in time', async () => {
    const { bus, call } = await startGateway('  GET /a: { rpc: { timeout: 150ms } }');
    await work(bus, '/a:GET', () => new Promise(() => {}));

    const problem = await problemOf(await call('/a'));

    expect(problem).to.include({ status: 504, code: 'RPC_TIMEOUT' });
    expect(problem.messageId).to.match(uuidV7);
  });

  it('answers 503 at once when there is no worker', async () => {
    const { call } = await startGateway('  GET /a: { rpc: { timeout: 10m } }');

    const response = await call('/a');

    expect(response.headers.get('retry-after')).to.match(/^[123]$/);
    expect(response.headers.has('access-control-expose-headers')).to.equal(false);
    expect(await problemOf(response)).to.include({ status: 503, code: 'NO_WORKER' });
  });

  it('answers 503 once the bus is closed', async () => {
    const { bus, call } = await startGateway('  POST /a: { fanout: true }\n  GET /a: { rpc: true }');
    await bus.close();

    for (const method of ['GET', 'POST']) {
      const problem = await problemOf(await call('/a', { method }));

      expect(problem).to.include({ status: 503, code: 'BROKER_UNAVAILABLE' });
    }
  });

  it('answers 503 to requests beyond the limit in flight', async () => {
    const { bus, call, gateway } = await startGateway('  GET /a: { rpc: true }', {
      limits: { maxInFlight: 1 },
    });
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await work(bus, '/a:GET', async () => {
      await finished;
      return reply('1');
    });
    const first = call('/a');
    await until(() => gateway.inFlight === 1);

    const problem = await problemOf(await call('/a'));

    expect(problem).to.include({ status: 503, code: 'OVERLOADED' });
    finish();
    expect((await first).status).to.equal(200);
    expect((await call('/a')).status).to.equal(200);
  });

  it('answers 500 to a defect, and writes the details only to the log', async () => {
    const { bus, call, log } = await startGateway('  GET /a: { rpc: true }');
    bus.request = () => Promise.reject(new TypeError('secret'));

    const response = await call('/a');
    const problem = await problemOf(response.clone());

    expect(problem).to.include({ status: 500, code: 'INTERNAL' });
    expect(await response.text()).not.to.contain('secret');
    expect(log.lines[0]).to.include({ level: 'error' });
    expect(log.lines[0]?.fields).to.include({ requestId: problem.requestId, code: 'INTERNAL' });
    expect(log.lines[0]?.fields.err).to.have.property('stack');
  });
});

describe('every answer', () => {
  it('has the request id, in header and problem', async () => {
    const { call } = await startGateway('  GET /a: { rpc: true }');

    const named = await call('/b', { headers: { 'x-request-id': 'r-1' } });
    const nameless = await call('/b', { headers: { 'x-request-id': 'not acceptable' } });

    expect(named.headers.get('x-request-id')).to.equal('r-1');
    expect(await problemOf(named)).to.include({ requestId: 'r-1' });
    expect(nameless.headers.get('x-request-id')).to.match(uuidV7);
  });

  it('has the headers against caching and sniffing', async () => {
    const { call } = await startGateway('  POST /a: { fanout: true, body: true }');

    for (const response of [await call('/a', post('1')), await call('/a', post('')), await call('/b')]) {
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(response.headers.get('content-security-policy')).to.include("frame-ancestors 'none'");
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(response.headers.has('x-powered-by')).to.equal(false);
    }
  });

  it('ends its connection while the gateway drains', async () => {
    const { call, gateway } = await startGateway('  POST /a: { fanout: true }');
    gateway.drain();

    const response = await call('/a', { method: 'POST' });

    expect([response.status, response.headers.get('connection')]).to.deep.equal([200, 'close']);
  });
});
