import { sha256 } from '@restmapper/auth';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { problemOf, startGateway } from './support/start-gateway.ts';

const digestOf = (key: string): string => sha256(key).toString('hex');
const auth = `auth:
  schemes:
    machines: { apiKey: { clients: { ana: { keys: [${digestOf('a1')}, ${digestOf('a2')}] }, bob: { keys: [${digestOf('b')}] } } } }
`;

describe('the rate limit of an endpoint', () => {
  it('states how many calls are left, and refuses those beyond', async () => {
    const { call } = await startGateway('  POST /a: { fanout: true, rateLimit: { requests: 2, per: 1h } }');

    const first = await call('/a', { method: 'POST' });
    const second = await call('/a', { method: 'POST' });
    const third = await call('/a', { method: 'POST' });

    for (const { headers } of [first, second, third]) {
      expect(headers.get('ratelimit-policy')).to.equal('"address";q=2;w=3600');
    }
    expect(first.headers.get('ratelimit')).to.equal('"address";r=1;t=1800');
    expect(second.headers.get('ratelimit')).to.match(/^"address";r=0;t=(3600|3599)$/);
    expect(Number(third.headers.get('retry-after'))).to.be.within(1790, 1800);
    expect(await problemOf(third)).to.include({ status: 429, code: 'RATE_LIMITED' });
  });

  it('is refilled', async () => {
    const { call } = await startGateway('  POST /a: { fanout: true, rateLimit: { requests: 10, per: 1s } }');
    const drained = await Promise.all(Array.from({ length: 40 }, () => call('/a', { method: 'POST' })));
    expect(drained.map(({ status }) => status)).to.include(429);

    await until(async () => (await call('/a', { method: 'POST' })).status === 200);
  });

  it('counts each identity separately, whatever key it uses, and ignores unknown callers', async () => {
    const { call } = await startGateway(
      `  POST /a: { fanout: true, rateLimit: { requests: 2, per: 1h } }\n${auth}`,
    );
    const statuses: number[] = [];

    for (const key of ['wrong', 'wrong', 'wrong', 'a1', 'a2', 'a1', 'b']) {
      statuses.push((await call('/a', { method: 'POST', headers: { 'x-api-key': key } })).status);
    }

    expect(statuses).to.deep.equal([401, 401, 401, 200, 200, 429, 200]);
  });

  it('counts addresses before it authenticates, so that guessing is limited', async () => {
    const { call } = await startGateway(
      `  POST /a: { fanout: true, rateLimit: { requests: 2, per: 1h, by: address } }\n${auth}`,
      { clientAddress: ({ headers }) => String(headers['x-test-address']) },
    );
    const statusOf = async (address: string, key: string) => {
      const headers = { 'x-test-address': address, 'x-api-key': key };
      return (await call('/a', { method: 'POST', headers })).status;
    };

    expect(await statusOf('192.0.2.1', 'guess')).to.equal(401);
    expect(await statusOf('192.0.2.1', 'guess')).to.equal(401);
    expect(await statusOf('192.0.2.1', 'a1')).to.equal(429);
    expect(await statusOf('192.0.2.2', 'a1')).to.equal(200);
    expect(await statusOf('2001:db8::1', 'a1')).to.equal(200);
    expect(await statusOf('2001:db8::2', 'a1')).to.equal(200);
    expect(await statusOf('2001:db8::3', 'a1')).to.equal(429);
  });

  it('leaves other endpoints alone', async () => {
    const { call } = await startGateway(
      '  POST /a: { fanout: true, rateLimit: { requests: 1, per: 1h } }\n  POST /b: { fanout: true }',
    );
    await call('/a', { method: 'POST' });
    await call('/a', { method: 'POST' });

    const other = await call('/b', { method: 'POST' });

    expect(other.status).to.equal(200);
    expect(other.headers.has('ratelimit')).to.equal(false);
  });
});

describe('the log', () => {
  it('records the address of a call', async () => {
    const { call, log } = await startGateway('  GET /a: { rpc: true }', { clientAddress: () => '192.0.2.7' });

    await call('/a');

    const line = await until(() => log.lines[0]);
    expect(line.fields).to.include({ address: '192.0.2.7' });
  });
});
