import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { untilReady } from '../system/command.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { readProcessFigures, toMegabytes } from './support/process-figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** How much the memory of a worker may grow: it holds no more than its prefetch. */
const maxGrowthBytes = 64 * 1024 * 1024;

describe('F15: a PostgreSQL that is unavailable', function () {
  this.timeout(faultTimeoutMs);

  it('lets messages wait; none is dead-lettered, and all are stored when it is back', async () => {
    const application = await openApplication();
    const { postgres } = application;
    const [gateway, worker] = await Promise.all([application.open('serve'), application.open('work')]);
    const load = startLoad({ call: postTo(application.urlAt(gateway)), perSecond: 100 });
    await until(() => load.answered > 50);
    const before = await readProcessFigures(worker);

    await postgres.stop();
    const notReady = await until(async () => {
      const response = await fetch(`${worker.adminUrl}/readyz`);
      return response.status === 503 && (await response.text());
    });
    await sleep(sized({ short: 1_500, full: 300_000 }));
    const after = await readProcessFigures(worker);
    await postgres.start();
    const startMs = performance.now();
    const log = await load.stop();
    const verdict = await expectKeptBy(application, log, 60_000);

    const growthBytes = after.memoryBytes - before.memoryBytes;
    const caughtUpMs = performance.now() - startMs;
    printFigures('F15', {
      ...verdict,
      'grown MB': toMegabytes(growthBytes),
      'caught up after ms': caughtUpMs,
    });
    await untilReady(worker);
    expect(notReady).to.contain('database');
    expect(verdict).to.include({ dead: 0, refused: 0, unknown: 0 });
    expect(growthBytes).to.be.below(maxGrowthBytes);
  });
});
