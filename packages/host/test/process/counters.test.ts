import { createLiveMetrics } from '@restmapper/liveupdate';
import { createGatewayMetrics } from '@restmapper/restmapper';
import { createWorkerMetrics } from '@restmapper/workers';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { readCounters } from '../../src/process/counters.ts';

const fanouts = new Set(['POST /a']);

describe('the counters of a process', () => {
  it('are empty where nothing is counted', async () => {
    expect(await readCounters({ registry: new Registry(), fanouts })).to.deep.equal({});
  });

  it("include the gateway's answers and published events", async () => {
    const registry = new Registry();
    const metrics = createGatewayMetrics(registry);
    const serve = (endpoint: string, status: number): void => {
      metrics.begin();
      metrics.end({ endpoint, method: 'POST', status, seconds: 0.1 });
    };
    for (const status of [200, 202, 422, 503, 504]) serve('POST /a', status);
    for (const status of [200, 500]) serve('GET /b', status);
    serve('none', 404);

    const counters = await readCounters({ registry, fanouts });

    expect(counters).to.deep.equal({ requests: 8, errors: 3, published: 2, polls: 0 });
  });

  it("exclude the page's own requests", async () => {
    const registry = new Registry();
    const metrics = createGatewayMetrics(registry);
    const serve = (endpoint: string, status: number, isPoll: boolean): void => {
      metrics.begin();
      metrics.end({ endpoint, method: 'GET', status, seconds: 0.1, isPoll });
    };
    serve('GET /b', 200, false);
    serve('GET /b', 503, false);
    for (const status of [200, 200, 503]) serve('GET /b', status, true);
    serve('none', 304, true);

    const counters = await readCounters({ registry, fanouts });

    expect(counters).to.deep.equal({ requests: 2, errors: 1, published: 0, polls: 2 });
  });

  it('include the messages that workers handled and rejected', async () => {
    const registry = new Registry();
    const metrics = createWorkerMetrics(registry);
    metrics.batch('a', { outcomes: ['ack', 'ack', 'reject', 'retry'], seconds: 1 });
    metrics.batch('b', { outcomes: ['reply', 'requeue'], seconds: 1 });

    const counters = await readCounters({ registry, fanouts });

    expect(counters).to.deep.equal({ handled: 3, deadLettered: 1 });
  });

  it("include the live bridge's clients and messages", async () => {
    const registry = new Registry();
    const metrics = createLiveMetrics(registry);
    metrics.connected();
    metrics.connected();
    metrics.closed(1001);
    metrics.sent(5);

    const counters = await readCounters({ registry, fanouts });

    expect(counters).to.deep.equal({ liveConnections: 1, liveMessages: 5 });
  });
});
