import { expect } from 'chai';
import { openApplication, openBusOf, openWorkersOf } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const blockedMs = sized({ short: 2_500, full: 5_000 });

/** Blocks the event loop, as a long computation does. */
function blockLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** An application under load, whose publisher and worker share a bus with these heartbeats. */
async function openLoaded(heartbeatSeconds: number) {
  const application = await openApplication();
  const bus = await openBusOf(application, { heartbeatSeconds });
  await openWorkersOf(application, { bus });
  const call = publishTo({ bus, exchange: application.exchange, timeoutMs: blockedMs + 10_000 });
  const load = startLoad({ call });
  await load.confirmMore(200);
  return { application, bus, load, heartbeatSeconds };
}

describe('F21: an event loop that is blocked', function () {
  this.timeout(faultTimeoutMs);

  it('loses nothing, and reconnects at most once, and only with shorter heartbeats', async () => {
    const loaded = await Promise.all([10, 1].map(openLoaded));

    blockLoop(blockedMs);
    await Promise.all(loaded.map(({ load }) => load.confirmMore(200)));

    for (const { application, bus, load, heartbeatSeconds } of loaded) {
      const verdict = await expectKeptBy(application, await load.stop());
      const { reconnects } = bus.stats;
      printFigures('F21', { 'blocked ms': blockedMs, heartbeatSeconds, ...verdict, reconnects });
      expect(reconnects).to.be.at.most(heartbeatSeconds === 1 ? 1 : 0);
      // Without a connection, a call waits only for a moment.
      if (reconnects === 0) expect(verdict).to.include({ refused: 0, unknown: 0 });
    }
  });
});
