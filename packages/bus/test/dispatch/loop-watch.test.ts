import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { LoopWatch } from '../../src/dispatch/loop-watch.ts';

function standStill(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function createWatch(): LoopWatch {
  const watch = use(new LoopWatch(50), (each) => each.stop());
  watch.start();
  return watch;
}

describe('a watch of the event loop', () => {
  it('asks for patience after the process stood still, and then no longer', async () => {
    const watch = createWatch();

    standStill(60);
    const after = watch.remainingMs;
    await sleep(after + 5);

    expect(after).to.be.within(50, 100);
    expect(watch.remainingMs).to.equal(0);
  });

  it('asks for none while the process runs', () => {
    const watch = createWatch();

    standStill(10);

    expect(watch.remainingMs).to.equal(0);
  });

  it('asks for none after it was stopped', () => {
    const watch = createWatch();
    watch.stop();

    standStill(60);

    expect(watch.remainingMs).to.equal(0);
  });
});
