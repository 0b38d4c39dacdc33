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

  /** Saves a message; fails unless the system accepted it. */
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
    'shows the newest messages to a later visitor, and every digit of a selected one',
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
    'prevents message text from reordering or flooding the page',
    inBrowser(async ({ open }) => {
      await save({ run: 'hostile', name: 'a\u202eb', long: 'x'.repeat(3_000) });

      const page = await openLive(open, system().url);
      const row = rowsWith(page, '"hostile"');
      await row.getByText(String.raw`"a\u202eb"`).waitFor();
      const isolation = await row
        .getByText('"hostile"')
        .evaluate((piece) => piece.ownerDocument.defaultView.getComputedStyle(piece).unicodeBidi);
      expect(isolation).to.equal('isolate');
      await row.click();

      const detail = page.getByRole('complementary');
      await detail.getByRole('button', { name: 'Show all 3,002 characters' }).click();
      await detail.getByText('x'.repeat(3_000)).waitFor();
    }),
  );

  it(
    'freezes the list while it is paused, counts the waiting messages, and resumes in place',
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
    'searches the loaded messages, and has the server filter by a field',
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
    'shows the same messages in a second tab',
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
    'catches up when the network is back, with each message once and in order',
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
    'receives while the tab is hidden, and shows each message once when it is visible again',
    inBrowser(async ({ context }) => {
      const page = await context.newPage();
      await allowHiding(page);
      await openLive(async (url) => {
        await page.goto(url);
        return page;
      }, system().url);
      // Earlier messages are drawn and counted shortly after the connection is open.
      await save({ run: 'seen', n: 0 });
      await rowsWith(page, '"seen"').waitFor();
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

  it(
    'searches in the displayed text, explains an invalid filter, and keeps both in the URL and on return',
    inBrowser(async ({ open }) => {
      const page = await openLive(open, system().url);
      await save({ run: 'kept', room: 'café', n: 1 });
      await save({ run: 'kept', room: 'other', n: 2 });
      await rowsWith(page, '"run": "kept", "room": "other"').waitFor();
      const search = page.getByRole('searchbox', { name: 'Search in messages' });
      const condition = page.getByRole('textbox', { name: 'Only messages with field=value' });

      await condition.fill('run>=kept');
      await condition.press('Enter');
      await page.getByText('The server compares by = only').waitFor();
      expect(await condition.getAttribute('aria-invalid')).to.equal('true');
      await condition.fill('run=kept');
      await condition.press('Enter');
      await until(async () => (await page.getByRole('option').count()) === 2);
      await search.fill('"run": "kept", "room": "caf');
      await until(async () => (await page.getByRole('option').count()) === 1);
      await page.waitForURL(/where=run/);
      await page.waitForURL(/search=/);

      await page.getByRole('link', { name: 'Saved' }).click();
      await page.getByRole('link', { name: 'Live' }).click();
      expect(await condition.inputValue()).to.equal('run=kept');
      await until(async () => (await page.getByRole('option').count()) === 1);
      const elsewhere = await open(page.url());
      await rowsWith(elsewhere, 'café').waitFor();
      expect(await elsewhere.getByRole('option').count()).to.equal(1);
      await condition.fill('run="never sent"');
      await condition.press('Enter');
      await page.getByText('Filter: run is the text "never sent".').waitFor();
      expect(await page.locator('[aria-pressed]:visible').count()).to.equal(0);
    }),
  );

  it(
    'keeps reporting missing messages until the notice is dismissed',
    inBrowser(async ({ open, context }) => {
      let tellGap = (_from: number, _to: number) => {};
      await context.routeWebSocket('**/ws/v1/', (socket) => {
        socket.connectToServer();
        tellGap = (from, to) =>
          socket.send(JSON.stringify({ t: 'gap', f: 'messages', from, to, why: 'slow' }));
      });
      const page = await openLive(open, system().url);
      // A gap before the subscription is accepted belongs to no subscription.
      await save({ run: 'before the gap' });
      await rowsWith(page, 'before the gap').waitFor();

      tellGap(1, 3);
      await page.getByText('3 messages were not shown', { exact: true }).waitFor();
      await saveMany('after the gap', 60);
      tellGap(5, 5);

      await page.getByText('4 messages were not shown, in 2 gaps').waitFor();
      await page.getByRole('button', { name: 'Show the last' }).click();
      await page.getByRole('complementary').getByText('5 to 5').waitFor();
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await page.getByText('4 messages were not shown').waitFor({ state: 'detached' });
    }),
  );
});
