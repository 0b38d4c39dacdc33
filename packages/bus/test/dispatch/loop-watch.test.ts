import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { LoopWatch } from '../../src/dispatch/loop-watch.ts';

function standStill(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function createWatch(): LoopWatch {
  const watch = use(new LoopWatch(500), (each) => each.stop());
  watch.start();
  return watch;
}

describe('a watch of the event loop', () => {
  it('asks for patience after the process stood still, and then no longer', async () => {
    const watch = createWatch();

    standStill(600);
    const after = watch.remainingMs;
    // Once more if this machine stood still meanwhile.
    await until(() => watch.remainingMs === 0);

    expect(after).to.be.within(1, 100);
  });

  it('asks for none while the process runs', () => {
    const watch = createWatch();

    standStill(10);

    expect(watch.remainingMs).to.equal(0);
  });

  it('asks for none after it was stopped', () => {
    const watch = createWatch();
    watch.stop();

    standStill(600);

    expect(watch.remainingMs).to.equal(0);
  });
});
