import { expect } from 'chai';
import { until } from '../support/until.ts';
import { openApplication, openBusOf, openWorkersOf } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKept } from './support/oracle.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** Lets nothing else run, as a long computation does. */
function blockLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('F21: an event loop that is blocked', function () {
  this.timeout(faultTimeoutMs);

  for (const heartbeatSeconds of [10, 1]) {
    it(`reports nothing lost, and reconnects once at most, with heartbeats of ${heartbeatSeconds} s`, async () => {
      const blockedMs = sized({ short: 2_500, full: 5_000 });
      const application = await openApplication();
      const bus = await openBusOf(application, { heartbeatSeconds });
      await openWorkersOf(application, { bus });
      const call = publishTo({ bus, exchange: application.exchange, timeoutMs: blockedMs + 10_000 });
      const load = startLoad({ call });
      await until(() => load.answered > 200);

      blockLoop(blockedMs);
      const before = load.log.ids('confirmed').length;
      await until(() => load.log.ids('confirmed').length > before + 200);
      const log = await load.stop();

      const verdict = await expectKept(log, application.find);
      const { reconnects } = bus.stats;
      printFigures('F21', { 'blocked ms': blockedMs, heartbeatSeconds, ...verdict, reconnects });
      expect(reconnects).to.be.at.most(heartbeatSeconds === 1 ? 1 : 0);
      expect(verdict.refused).to.equal(0);
    });
  }
});
