import { expect } from 'chai';
import type { Page, Request } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { readNumbers } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

/** Newest first, in the order of the page. */
function downFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_none, index) => first - index);
}

async function shownNumbers(page: Page): Promise<readonly number[]> {
  return (await readNumbers(page)).toReversed();
}

describe('the view Saved', function () {
  this.timeout(90_000);
  const system = shareSystem();

  const url = () => `${system().url}/api/v1/messages/`;

  async function countStored(): Promise<number> {
    const answer = await fetch(`${url()}?limit=0`);
    return ((await answer.json()) as { total: number }).total;
  }

  /** Stores more `{"n":<n>}` messages; resolves when the table has this many. */
  async function storeUpTo(total: number): Promise<void> {
    for (let n = await countStored(); n < total; n += 1) await post(url(), { n });
    await until(async () => (await countStored()) === total);
  }

  it(
    'says that nothing is stored, and shows the server’s problem when it cannot tell',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(/status of 503/);
      const page = await open(`${system().url}/saved`);

      await page.getByText('No messages stored yet').waitFor();

      const problem = {
        title: 'Service Unavailable',
        status: 503,
        code: 'NO_WORKER',
        detail: 'no worker is running',
      };
      await context.route('**/api/v1/messages/?*', (route) =>
        route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
      );
      await page.reload();
      await page.getByRole('alert').getByText('NO_WORKER').waitFor();
      await context.unroute('**/api/v1/messages/?*');
      await page.getByText('No messages stored yet').waitFor();
    }),
  );

  it(
    'keeps its pages while messages arrive, says how many are newer, and shows them on request',
    inBrowser(async ({ open }) => {
      await storeUpTo(45);
      const page = await open(`${system().url}/saved`);
      await page.getByText('45 to 26 of 45').waitFor();
      expect(await shownNumbers(page)).to.deep.equal(downFrom(44, 20));

      const isPoll = (request: Request) => request.url().endsWith('/api/v1/messages/?limit=0');
      const [poll] = await Promise.all([page.waitForRequest(isPoll), storeUpTo(48)]);
      expect(poll.headers()['x-restmapper-poll']).to.equal('true');
      await page.getByRole('button', { name: '3 newer messages' }).waitFor();
      await page.getByRole('link', { name: 'Older page' }).click();
      await page.getByText('25 to 6 of 45').waitFor();
      expect(await shownNumbers(page)).to.deep.equal(downFrom(24, 20));
      await page.getByRole('link', { name: 'Last page' }).click();
      await page.getByText('5 to 1 of 45').waitFor();
      expect(await shownNumbers(page)).to.deep.equal(downFrom(4, 5));

      await page.getByRole('button', { name: '3 newer messages' }).click();
      await page.getByText('48 to 29 of 48').waitFor();
      expect(await shownNumbers(page)).to.deep.equal(downFrom(47, 20));
    }),
  );

  it(
    'jumps to any page by its number, and has links that remain valid',
    inBrowser(async ({ open }) => {
      await storeUpTo(48);
      const page = await open(`${system().url}/saved?limit=10`);
      await page.getByText('48 to 39 of 48').waitFor();

      await page.getByRole('textbox', { name: 'Page' }).fill('3');
      await page.getByRole('textbox', { name: 'Page' }).press('Enter');
      await page.getByText('28 to 19 of 48').waitFor();
      const link = page.url();
      await storeUpTo(49);
      const elsewhere = await open(link);

      await elsewhere.getByText('28 to 19 of 48').waitFor();
      expect(await shownNumbers(elsewhere)).to.deep.equal(downFrom(27, 10));
    }),
  );
});
