import { expect } from 'chai';
import { openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { printFigures } from '../support/figures.ts';
import { openProxyTo } from './support/proxy.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { openServers } from './support/servers.ts';

const clients = 50;
const sliceMs = 100;

/** The largest share of the moments that falls into one time slice. */
function largestShare(moments: readonly number[]): number {
  const inSliceFrom = (startMs: number) =>
    moments.filter((ms) => ms >= startMs && ms < startMs + sliceMs).length;
  return Math.max(...moments.map(inSliceFrom)) / moments.length;
}

describe('F24: 50 clients of a broker that restarts', function () {
  this.timeout(faultTimeoutMs);

  it('reconnect spread over time, and all of them within a minute', async () => {
    const { broker } = await openServers();
    const proxy = await openProxyTo(broker);
    const topology = { exchanges: [], queues: [], bindings: [] };
    const upMs: number[] = [];
    const buses = Array.from({ length: clients }, () => {
      const bus = openAmqpBus({ urls: [proxy.url], topology, name: 'fault test', log: silentLog });
      bus.onStatus(({ state }) => void (state === 'up' && upMs.push(performance.now())));
      return use(bus, () => bus.close({ timeoutMs: 1_000 }));
    });
    const areUp = () => buses.every(({ status }) => status.state === 'up');
    await until(areUp, { timeoutMs: 20_000 });
    let [slowestMs, share] = [0, 0];

    for (let restart = 0; restart < sized({ short: 1, full: 20 }); restart += 1) {
      await broker.kill();
      upMs.length = 0;
      await broker.start();
      const startMs = performance.now();
      await until(areUp, { timeoutMs: 60_000 });
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
      share = Math.max(share, largestShare(upMs));
    }

    printFigures('F24', { clients, 'all back ms': slowestMs, 'largest share in 100 ms': share });
    expect(proxy.open).to.equal(2 * clients);
    expect(share).to.be.below(0.5);
  });
});
