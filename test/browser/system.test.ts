import { expect } from 'chai';
import type { Request } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { killCommand, openCommand, openFolder } from '../system/command.ts';
import { expectAccessible } from './audit.ts';
import { allowHiding, setHidden } from './hidden-tab.ts';
import { rowsWith } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

/** The report of three large processes. */
function largeReport() {
  const counters = {
    requests: 1_234_567_890,
    published: 1_234_567_890,
    handled: 1_234_567_890,
    liveMessages: 1_234_567_890,
    errors: 1_234_567,
    deadLettered: 123_456,
    liveConnections: 12_345,
  };
  const processes = [1, 2, 3].map((n) => ({
    id: `live-${n}`,
    role: 'live',
    version: '1.0.0',
    startedAtMs: 0,
    ready: true,
    checks: { bus: 'ok', feeds: 'ok' },
    memoryBytes: 987_654_321,
    embedded: [],
    counters,
  }));
  return { at: Date.now(), routes: [], processes, unreachable: [], queues: [] };
}

describe('the view System', function () {
  this.timeout(90_000);
  const system = shareSystem();

  it(
    'shows the process, its parts, queues, routes and traffic',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/system`);

      await page.getByText('Ready', { exact: true }).waitFor();
      const processes = page.getByRole('region', { name: 'Processes' });
      await processes
        .getByRole('row', { name: /start .*ready .*bus ok \(embedded\), database ok/ })
        .waitFor();
      await page
        .getByRole('region', { name: 'Queues' })
        .getByRole('row', { name: /^\/messages\/:POST work/ })
        .waitFor();
      await page.getByRole('link', { name: 'POST /messages/' }).waitFor();

      await post(`${system().url}/api/v1/messages/`, { a: 1 });

      await page.getByRole('img', { name: /^Handled per second: now 0\.\d/ }).waitFor();
    }),
  );

  it(
    'shows how many messages could not be processed, and in which queue they are',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/system`);

      await post(`${system().url}/api/v1/messages/`, String.raw`{"text":"\u0000"}`);

      await page.getByText('1 dead letter', { exact: true }).waitFor();
      const queues = page.getByRole('region', { name: 'Queues' });
      await queues.getByRole('row', { name: /^\/messages\/:POST\.dead dead letters 1/ }).waitFor();
    }),
  );

  it(
    'has room for large figures: each on one line, in every window',
    inBrowser(async ({ open, context }) => {
      await context.route('**/system/v1/', (route) => route.fulfill({ json: largeReport() }));
      const page = await open(`${system().url}/system`);
      const figures = page.getByRole('region', { name: 'Throughput' }).getByRole('paragraph');
      await figures.getByText('3,703,703,670 in all').first().waitFor();
      await page.getByText('Used by 3 processes, 37,035 clients connected').waitFor();

      for (const width of [360, 768, 1440, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        for (const figure of await figures.all()) {
          const { lines, isCut } = await figure.evaluate((element) => {
            const { lineHeight } = element.ownerDocument.defaultView.getComputedStyle(element);
            return {
              lines: Math.floor(element.clientHeight / Number.parseFloat(lineHeight)),
              isCut: element.scrollWidth > element.clientWidth,
            };
          });
          const what = `${await figure.textContent()} at ${width}`;
          expect({ lines, isCut }, what).to.deep.equal({ lines: 1, isCut: false });
        }
      }
    }),
  );

  it(
    'links a route to its form in Try',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/system`);

      await page.getByRole('link', { name: 'GET /messages/' }).click();

      await page.getByRole('heading', { name: 'Try' }).waitFor();
      await page.getByRole('heading', { name: 'GET /messages/' }).waitFor();
    }),
  );

  it(
    'polls every two seconds, but not while it is hidden',
    inBrowser(async ({ context }) => {
      const page = await context.newPage();
      await allowHiding(page);
      const startMs = Date.now();
      await page.clock.install({ time: startMs });
      await page.clock.pauseAt(startMs + 1_000);
      const asked = { begun: 0, done: 0 };
      const isReport = (request: Request) => request.url().endsWith('/system/v1/');
      page.on('request', (request) => (asked.begun += isReport(request) ? 1 : 0));
      page.on('requestfinished', (request) => (asked.done += isReport(request) ? 1 : 0));
      await page.goto(`${system().url}/system`);
      await until(() => asked.done === 1);
      let passedMs = 0;
      await until(async () => {
        if (asked.done === 4) return true;
        if (asked.begun > asked.done) return false;
        await page.clock.runFor(100);
        passedMs += 100;
        return false;
      });
      expect(passedMs).to.be.within(6_000, 8_000);

      await setHidden(page, true);
      await page.clock.runFor(60_000);
      await setHidden(page, false);

      await until(() => asked.begun > 4);
      expect(asked.begun).to.equal(5);
    }),
  );

  it(
    'names the setting to change when the report is disabled',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(/status of 404/);
      await context.route('**/system/v1/', (route) => route.fulfill({ status: 404, body: 'not found' }));

      const page = await open(`${system().url}/system`);

      await page.getByText('PEERS', { exact: true }).waitFor();
      await context.unroute('**/system/v1/');
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('Ready', { exact: true }).waitFor();
    }),
  );

  it(
    'keeps the last report while the server is down, calls nothing in it ok, and recovers by itself',
    inBrowser(async ({ open, tolerate }) => {
      tolerate(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection/);
      const options = { args: ['start'], env: { DATA_DIR: await openFolder() } };
      const own = await openCommand(options);
      await post(`${own.url}/api/v1/messages/`, { run: 'before' });
      const [page, saved, unseen] = [
        await open(`${own.url}/system`),
        await open(`${own.url}/saved`),
        await open(`${own.url}/saved`),
      ];
      await page.getByText('Ready', { exact: true }).waitFor();
      await rowsWith(unseen, 'before').waitFor();

      await killCommand(own);

      await page.getByText('Out of date').first().waitFor();
      await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
      const processes = page.getByRole('region', { name: 'Processes' });
      await processes.getByRole('row', { name: /start .*was ready/ }).waitFor();
      expect(await page.getByText('was ok', { exact: true }).count()).to.equal(3);
      expect(await page.getByText('ok', { exact: true }).count()).to.equal(0);
      await saved.getByText('Out of date').first().waitFor();
      await rowsWith(saved, 'before').waitFor();
      await unseen.getByRole('combobox', { name: 'Messages per page' }).selectOption('50');
      await unseen.getByRole('alert').getByText('No answer').waitFor();
      await expectAccessible(unseen);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expectAccessible(page);
      }

      await openCommand({ ...options, ports: own });

      await page.getByText('Ready', { exact: true }).waitFor();
      await page.getByText('Out of date').first().waitFor({ state: 'detached' });
      await saved.getByText('Out of date').first().waitFor({ state: 'detached' });
      await rowsWith(unseen, 'before').waitFor();
      expect(await unseen.getByRole('alert').count()).to.equal(0);
    }),
  );
});
