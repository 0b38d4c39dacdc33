import autocannon from 'autocannon';
import { expect } from 'chai';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { openLive, received } from './live-list.ts';
import { shareSystem } from './shared-system.ts';

/** Without a worker: storing is not what is looked at, and takes its share of the machine. */
const file = `
endpoints:
  POST /ticks/:
    fanout: true
    body: { type: object }
    feed: messages
`;

/** Notes how long after the one before each frame comes. */
const recordFrames = `(() => {
  window.frameGaps = [];
  let last = performance.now();
  const note = (now) => {
    frameGaps.push(now - last);
    last = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
})()`;

describe('the view Live under load', function () {
  this.timeout(90_000);
  const system = shareSystem(file);

  it(
    'keeps frames coming while up to 1,000 messages a second arrive',
    inBrowser(async ({ open }) => {
      const count = 5_000;
      const page = await openLive(open, system().url);
      const before = await received(page);
      await page.evaluate(recordFrames);

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
      await until(async () => (await received(page)) - before === count);
      const gaps = await page.evaluate<readonly number[]>('frameGaps');
      const sorted = gaps.toSorted((a, b) => a - b);
      const figures = `${Math.round(count / duration)} messages/s, ${Math.round(gaps.length / duration)} frames/s, longest ${Math.round(sorted.at(-1) ?? 0)} ms`;
      // Both cores are shared with all that runs besides.
      expect(sorted[Math.floor(sorted.length * 0.9)], figures).to.be.below(250);
      expect(gaps.length / duration, figures).to.be.above(5);
    }),
  );
});
