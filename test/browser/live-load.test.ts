import autocannon from 'autocannon';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { openLive, received } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

/** Without a worker: storing is not under test, and would use part of the CPU. */
const file = `
endpoints:
  POST /ticks/:
    fanout: true
    body: { type: object }
    feed: messages
`;

/** Counts the frames that the page draws. */
const countFrames = `(() => {
  window.frames = 0;
  const count = () => {
    window.frames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
})()`;

/** Measures the CPU seconds of the page's main thread, however long it waited for a core. */
async function openThreadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
}

describe('the view Live under load', function () {
  this.timeout(90_000);
  const system = shareSystem(file);

  it(
    'keeps half of its thread free, and draws frames, while up to 1,000 messages a second arrive',
    inBrowser(async ({ open }) => {
      const count = 5_000;
      const page = await openLive(open, system().url);
      const before = await received(page);
      const threadSeconds = await openThreadClock(page);
      await page.evaluate(countFrames);
      const idleSeconds = await threadSeconds();

      const { non2xx, duration } = await autocannon({
        url: `${system().url}/api/v1/ticks/`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"run":"fast","text":"a message as long as such messages are","list":[1,2,3]}',
        connections: 16,
        overallRate: 1_000,
        amount: count,
      });

      expect(non2xx).to.equal(0);
      await until(async () => (await received(page)) - before === count, { timeoutMs: 30_000 });
      const busySeconds = (await threadSeconds()) - idleSeconds;
      const frames = await page.evaluate<number>('frames');
      const figures = `${count} messages in ${duration} s: ${busySeconds} s of computing, ${frames} frames`;
      expect(busySeconds, figures).to.be.below(count / 1_000 / 2);
      expect(frames / duration, figures).to.be.above(5);
    }),
  );
});
