import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { post } from '../system/calls.ts';
import { openLive, rowsWith } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

const file = fileURLToPath(new URL('../../docs/live.webp', import.meta.url));
const mostBytes = 150_000;
/** The time range of the rate chart. */
const seconds = 62;

const towns = ['Bern', 'Basel', 'Olten', 'Chur', 'Thun', 'Sion'];
const states = ['packed', 'sent', 'sorted', 'delivered'];

/** A message about the n-th parcel; the same messages for every picture. */
function parcel(n: number) {
  return {
    parcel: `P-${20_817 + ((n * 37) % 991)}`,
    state: states[(n * 7) % states.length],
    town: towns[(n * 5) % towns.length],
    weight: ((n * 13) % 90) / 10 + 0.5,
    ...(n % 3 === 0 && { express: true, stops: [towns[n % towns.length], towns[(n + 2) % towns.length]] }),
  };
}

/** Takes the picture of the live view in the README: `npm run picture`. */
describe('the picture of the live view', function () {
  this.timeout(180_000);
  const system = shareSystem();

  it(
    'is taken while messages arrive',
    inBrowser(
      async ({ open }) => {
        const page = await openLive(open, system().url);

        for (let second = 0, n = 0; second < seconds; second += 1) {
          const count = Math.round(9 + 5 * Math.sin(second / 5) + 3 * Math.sin(second / 1.7));
          for (const end = n + count; n < end; n += 1) {
            await post(`${system().url}/api/v1/messages/`, parcel(n));
            await setTimeout(1000 / count - 3);
          }
        }
        await rowsWith(page, '"express"').nth(1).click();
        await page.getByText('stops').last().waitFor();
        await page.mouse.move(0, 0);
        const picture = await takeWebp(page);

        expect(picture.length).to.be.below(mostBytes);
        await writeFile(file, picture);
        console.log(`${file}: ${picture.length} bytes`);
      },
      { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 2 },
    ),
  );
});

/** Chromium itself can write WebP, a third of the size of a PNG. */
async function takeWebp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  return Buffer.from(data, 'base64');
}
