import { expect } from 'chai';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { allowHiding, setHidden } from './hidden-tab.ts';
import { connectionState, openLive, readNumbers, received, rowsWith } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

describe('the view Live', function () {
  this.timeout(90_000);
  const system = shareSystem();

  /** Saves a message; fails unless the system took it. */
  async function save(message: object): Promise<void> {
    const response = await post(`${system().url}/api/v1/messages/`, message);
    expect(response.status, await response.text()).to.equal(200);
  }

  async function saveMany(run: string, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await save({ run, n });
  }

  it(
    'shows a message within 500 ms of its POST',
    inBrowser(async ({ open }) => {
      const page = await openLive(open, system().url);
      const tookMs: number[] = [];

      for (let n = 0; n < 9; n += 1) {
        const sentAt = performance.now();
        await Promise.all([save({ run: 'soon', n }), rowsWith(page, `"run": "soon", "n": ${n}`).waitFor()]);
        tookMs.push(performance.now() - sentAt);
      }

      const [middle] = tookMs.toSorted((a, b) => a - b).slice(4);
      expect(middle, `of ${tookMs.map(Math.round).join(', ')} ms`).to.be.below(500);
    }),
  );

  it(
    'shows what the newest messages were to someone who comes later, and all of a chosen one, digit for digit',
    inBrowser(async ({ open }) => {
      await post(`${system().url}/api/v1/messages/`, '{"run":"exact","big":12345678901234567890,"one":1.0}');

      const page = await openLive(open, system().url);
      await rowsWith(page, '"exact"').click();

      const detail = page.getByRole('complementary');
      await detail.getByText('12345678901234567890').waitFor();
      await detail.getByText('1.0', { exact: true }).waitFor();
    }),
  );

  it(
    'holds the list while it is paused, counts what waits, and goes on where it was',
    inBrowser(async ({ open }) => {
      const page = await openLive(open, system().url);
      await save({ run: 'before the pause' });
      await rowsWith(page, 'before the pause').waitFor();

      await page.getByRole('button', { name: 'Pause' }).click();
      await saveMany('paused', 3);

      await page.getByRole('button', { name: '3 new messages' }).waitFor();
      expect(await rowsWith(page, '"paused"').count()).to.equal(0);

      await page.getByRole('button', { name: 'Resume' }).click();

      await rowsWith(page, '"paused"').nth(2).waitFor();
      expect(await page.getByRole('button', { name: /new message/ }).count()).to.equal(0);
    }),
  );

  it(
    'searches what is here, and lets the server send only what has a field',
    inBrowser(async ({ open }) => {
      const page = await openLive(open, system().url);
      await save({ run: 'filter', room: 'red' });
      await save({ run: 'filter', room: 'blue' });
      await rowsWith(page, '"blue"').waitFor();

      await page.getByRole('searchbox', { name: 'Search in messages' }).fill('"room":"red"');
      await until(async () => (await page.getByRole('option').count()) === 1);
      expect(await rowsWith(page, '"red"').count()).to.equal(1);
      await page.getByRole('searchbox', { name: 'Search in messages' }).fill('');

      const condition = page.getByRole('textbox', { name: 'Only messages with field=value' });
      await condition.fill('room=green');
      await condition.press('Enter');
      await save({ run: 'filter', room: 'red again' });
      await save({ run: 'filter', room: 'green' });
      await rowsWith(page, '"green"').waitFor();
      expect(await page.getByRole('option').count()).to.equal(1);
    }),
  );

  it(
    'shows the same in a second tab',
    inBrowser(async ({ open }) => {
      const first = await openLive(open, system().url);
      const second = await openLive(open, system().url);

      await saveMany('two tabs', 3);

      for (const page of [first, second]) {
        await rowsWith(page, '"run": "two tabs", "n": 2').waitFor();
        expect(await rowsWith(page, '"two tabs"').count()).to.equal(3);
      }
    }),
  );

  it(
    'catches up when the network is back, each message once and in order',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(/ERR_INTERNET_DISCONNECTED/);
      const page = await openLive(open, system().url);
      await save({ run: 'network', n: 0 });
      await rowsWith(page, '"run": "network", "n": 0').waitFor();

      await context.setOffline(true);
      await connectionState(page, 'Offline').waitFor();
      for (let n = 1; n < 5; n += 1) await save({ run: 'network', n });
      expect(await rowsWith(page, '"run": "network", "n": 4').count()).to.equal(0);
      await context.setOffline(false);

      await connectionState(page, 'Live').waitFor();
      await rowsWith(page, '"run": "network", "n": 4').waitFor();
      await page.getByRole('option', { name: 'Recovered 4 messages' }).waitFor();
      await page.getByRole('searchbox', { name: 'Search in messages' }).fill('"run":"network"');
      await until(async () => (await rowsWith(page, '"network"').count()) === 5);
      expect(await readNumbers(page)).to.deep.equal([0, 1, 2, 3, 4]);
    }),
  );

  it(
    'goes on while the tab is hidden, and shows each message once when it is seen again',
    inBrowser(async ({ context }) => {
      const page = await context.newPage();
      await allowHiding(page);
      await openLive(async (url) => {
        await page.goto(url);
        return page;
      }, system().url);
      await page.getByRole('searchbox', { name: 'Search in messages' }).fill('"run":"hidden"');

      const before = await received(page);
      await setHidden(page, true);
      await saveMany('hidden', 5);
      await until(async () => (await received(page)) - before === 5);
      await setHidden(page, false);

      await until(async () => (await rowsWith(page, '"hidden"').count()) === 5);
      expect(await readNumbers(page)).to.deep.equal([0, 1, 2, 3, 4]);
    }),
  );
});
