import { expect } from 'chai';
import { collect, createMessage, createRpc, within } from '../../packages/bus/test/contract/fixtures.ts';
import { openBrokerProxy, openBus, urlThrough } from '../../packages/bus/test/amqp/fixtures.ts';
import { until } from '../support/until.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** More frames than it takes to connect, declare everything and start consuming. */
const mostFrames = 50;

/** The number of buses at a time, limited by what one process can handle within the timeouts. */
const atOnce = 25;

/** Lets a bus fail twice on each of its connections; returns how long it takes to work again, in ms. */
async function recoverFromCut(frames: number): Promise<number> {
  const { topology, exchange, queue } = createRpc();
  const proxy = await openBrokerProxy();
  proxy.cutAfterFrames(frames);
  const bus = openBus(topology, { urls: [urlThrough(proxy)] });
  const collecting = collect(bus, queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
  const isCut = () => proxy.accepted >= 4;
  // Two connections may be set up in too few frames for either to be cut.
  await until(() => isCut() || bus.status.state === 'up', { timeoutMs: 20_000 });
  const startMs = performance.now();

  proxy.heal();

  await collecting;
  await until(() => bus.request(exchange, createMessage('hello'), within(1000)));
  const backMs = performance.now() - startMs;
  expect(proxy.open).to.equal(2);
  await bus.close();
  return backMs;
}

describe('F3: a connection that is cut after the n-th frame of its setup', function () {
  this.timeout(faultTimeoutMs);

  it('is reopened and works within 5 seconds, for every n up to 50', async () => {
    const turns = sized({ short: 1, full: 4 });
    const backMs: number[] = [];

    for (let turn = 0; turn < turns; turn += 1) {
      for (let first = 1; first <= mostFrames; first += atOnce) {
        const counts = Array.from({ length: atOnce }, (_none, index) => first + index);
        backMs.push(...(await Promise.all(counts.map(recoverFromCut))));
      }
    }

    printFigures('F3', { cuts: backMs.length, 'slowest back ms': Math.max(...backMs) });
    expect(Math.max(...backMs)).to.be.below(5_000);
  });
});
