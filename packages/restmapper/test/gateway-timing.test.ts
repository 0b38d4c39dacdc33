import { expect } from 'chai';
import { post, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const endpoints = `
  POST /events: { fanout: true, body: true }
  POST /calls: { rpc: true, body: true }
`;

function durationsMasked(value: string | null): string | undefined {
  return value?.replace(/dur=[\d.]+/g, 'dur=…');
}

describe('a gateway with TIMING on', () => {
  it('states how long publishing took', async () => {
    const { call } = await startGateway(endpoints, { isTimed: true });

    const { headers } = await call('/events', post('1'));

    expect(durationsMasked(headers.get('server-timing'))).to.equal('publish;dur=…');
  });

  for (const status of [200, 404]) {
    it(`asks the worker, and states how long each part of an answer of ${status} took`, async () => {
      const { call, bus } = await startGateway(endpoints, { isTimed: true });
      const deliveries = await work(bus, '/calls:POST', () => ({
        kind: 'reply',
        body: Buffer.from('{"error":{}}'),
        status,
        isError: status === 404,
        workerMs: 12.5,
      }));

      const answer = await call('/calls', post('1'));

      expect(answer.status).to.equal(status);
      expect(deliveries[0]?.headers['x-timing']).to.equal('on');
      const value = answer.headers.get('server-timing');
      expect(value).to.contain('worker;dur=12.5, ');
      expect(durationsMasked(value)).to.equal('publish;dur=…, worker;dur=…, queue;desc="queue, reply";dur=…');
    });
  }

  it('states that the broker had a request without a reply', async () => {
    const { call, bus } = await startGateway('  POST /calls: { rpc: { timeout: 100ms }, body: true }', {
      isTimed: true,
    });
    await work(bus, '/calls:POST', () => new Promise(() => {}));

    const { status, headers } = await call('/calls', post('1'));

    expect(status).to.equal(504);
    expect(durationsMasked(headers.get('server-timing'))).to.equal('publish;dur=…');
  });

  it('lets pages of allowed origins read it, and no others', async () => {
    const originRules = { allowedOrigins: ['https://app.example'], allowCredentials: false };
    const { call } = await startGateway('  GET /calls: { rpc: true }', { isTimed: true, originRules });

    const allowed = await call('/calls', { headers: { origin: 'https://app.example' } });
    const other = await call('/calls', { headers: { origin: 'https://other.example' } });

    expect(allowed.headers.get('timing-allow-origin')).to.equal('https://app.example');
    expect(allowed.headers.get('access-control-expose-headers')).to.contain('server-timing');
    expect(other.headers.has('timing-allow-origin')).to.equal(false);
  });
});

describe('a gateway with TIMING off', () => {
  it('neither requests nor sends timings', async () => {
    const originRules = { allowedOrigins: ['https://app.example'], allowCredentials: false };
    const { call, bus } = await startGateway(endpoints, { originRules });
    const deliveries = await work(bus, '/calls:POST', () => reply('{}'));

    const { headers } = await call('/calls', post('1', { origin: 'https://app.example' }));

    expect(deliveries[0]?.headers).not.to.have.property('x-timing');
    expect(headers.has('server-timing')).to.equal(false);
    expect(headers.has('timing-allow-origin')).to.equal(false);
    expect(headers.get('access-control-expose-headers')).not.to.contain('server-timing');
  });
});
