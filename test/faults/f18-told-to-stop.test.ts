import { expect } from 'chai';
import { stopCommand } from '../system/command.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** A container runtime kills a process ten seconds after asking it to stop. */
const graceMs = 10_000;

describe('F18: processes that are stopped under load', function () {
  this.timeout(faultTimeoutMs);

  it('exit well within the grace period, and lose nothing', async () => {
    const runs = sized({ short: 2, full: 100 });
    const application = await openApplication({ hasFeed: true });
    const openAll = () =>
      Promise.all([application.open('serve'), application.open('work'), application.open('live')]);
    let [gateway, ...others] = await openAll();
    const load = startLoad({ call: (id) => postTo(application.urlAt(gateway))(id) });
    const codes: unknown[] = [];
    let slowestStopMs = 0;

    for (let run = 0; run < runs; run += 1) {
      await load.confirmMore(300);
      const startMs = performance.now();
      codes.push(...(await Promise.all([gateway, ...others].map(stopCommand))));
      slowestStopMs = Math.max(slowestStopMs, performance.now() - startMs);
      [gateway, ...others] = await openAll();
    }
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    printFigures('F18', { stops: codes.length, ...verdict, 'slowest stop ms': slowestStopMs });
    expect(new Set(codes)).to.deep.equal(new Set([0]));
    expect(slowestStopMs).to.be.below(graceMs);
    expect(verdict).to.include({ dead: 0 });
  });
});
