import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { judge } from './support/oracle.ts';
import { readProcessFigures, toMegabytes } from './support/process-figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** A call that is not sent is answered within this time, plus a margin for slow machines. */
const waitLimitMs = 1_000 + 500;

/** How much a gateway's memory may grow while it refuses. */
const maxGrowthBytes = 64 * 1024 * 1024;

describe('F5: a broker that runs short of memory', function () {
  this.timeout(faultTimeoutMs);

  it('has calls refused at once, and its queues drained, without loss', async () => {
    const application = await openApplication();
    const { broker } = application;
    const setWatermark = (share: string) => broker.rabbitmqctl('set_vm_memory_high_watermark', share);
    const gateway = await application.open('serve');
    const call = postTo(application.urlAt(gateway));
    const load = startLoad({ call });
    await until(() => load.confirmed > sized({ short: 1_000, full: 10_000 }), { timeoutMs: 120_000 });
    use(broker, () => setWatermark('0.4'));

    await setWatermark('0.0000001');
    // The broker notifies a publisher of its alarm only once it publishes.
    await until(() => load.log.ids('refused').length > 100, { timeoutMs: 60_000 });
    const before = await readProcessFigures(gateway);
    const startMs = performance.now();
    expect(await call('-1')).to.equal('refused');
    const refusedMs = performance.now() - startMs;
    await application.open('work');
    await until(async () => judge(load.log, await application.find()).lost === 0, { timeoutMs: 120_000 });
    await sleep(sized({ short: 1_000, full: 30_000 }));
    const after = await readProcessFigures(gateway);
    await setWatermark('0.4');
    await load.confirmMore(1);
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    const growthBytes = after.memoryBytes - before.memoryBytes;
    printFigures('F5', { ...verdict, 'refused after ms': refusedMs, 'grown MB': toMegabytes(growthBytes) });
    expect(refusedMs).to.be.below(waitLimitMs);
    expect(growthBytes).to.be.below(maxGrowthBytes);
  });
});
