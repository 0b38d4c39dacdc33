import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { shareSystem } from '../system/shared-system.ts';
import { expectAccessible } from './audit.ts';

const regions = ['eu', 'us', 'asia'];
const partitions = Array.from({ length: 8 }, (_none, i) => i);

/** A report of a worker with 24 queues, of which those for `asia` have no consumer and two hold dead letters. */
function dividedReport() {
  const queues = regions.flatMap((value) =>
    partitions.flatMap((partition) => {
      const name = `check@${value}#${partition}`;
      const isAway = value === 'asia';
      const dead = partition === 3 && value !== 'asia' ? 2 : 0;
      return [
        { name, kind: 'work', messages: isAway ? 15 : 0, consumers: isAway ? 0 : 1, partOf: 'check', value },
        { name: `${name}.dead`, kind: 'dead', messages: dead, consumers: 0, partOf: 'check.dead', value },
      ];
    }),
  );
  const process = {
    role: 'work',
    version: '1.0.0',
    startedAtMs: 0,
    ready: true,
    checks: { bus: 'ok' },
    memoryBytes: 80_000_000,
    embedded: [],
    counters: {},
  };
  return {
    at: Date.now(),
    routes: [],
    processes: [
      { ...process, id: 'worker-1', partitions: { checker: { active: 9, of: 16 } } },
      { ...process, id: 'worker-2', partitions: { checker: { active: 7, of: 16 } } },
    ],
    unreachable: [],
    queues: [
      ...queues,
      { name: 'internal:check@.dead', kind: 'dead', messages: 1, consumers: 0 },
      { name: 'orders', kind: 'work', messages: 3, consumers: 2 },
    ],
  };
}

function lettersOf(queue: string | null) {
  const letter = {
    endpoint: 'check',
    routingKey: 'eu',
    reason: 'no such host',
    attempts: 3,
    publishedAt: '2026-12-01T10:00:00.000Z',
    bodyBytes: 26,
    body: '{"data":{"region":"eu"}}',
  };
  if (queue !== 'check.dead') return [];
  return ['check@eu#3', 'check@us#3'].map((name, i) => ({ ...letter, queue: name, messageId: `id-${i}` }));
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const tooWide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(Number(tooWide), 'pixels beyond the edge of the page').to.be.at.most(0);
}

describe('the queues of a worker in the view System', function () {
  this.timeout(90_000);
  const system = shareSystem();

  it(
    'are one row, which unfolds, with the value that no process takes, in every window',
    inBrowser(async ({ open, context }) => {
      await context.route('**/system/v1/', (route) => route.fulfill({ json: dividedReport() }));
      await context.route('**/system/v1/dead-letters/?*', (route) => {
        const queue = new URL(route.request().url()).searchParams.get('queue');
        return route.fulfill({ json: { letters: lettersOf(queue) } });
      });
      const page = await open(`${system().url}/system`);
      const queues = page.getByRole('region', { name: 'Queues' });
      const row = queues.getByRole('row').filter({ hasText: /^check\s*24 queues/ });
      await row.getByText('No process takes asia: 120 messages wait').waitFor();
      await row.getByText('16 of 24 queues').waitFor();
      await queues.getByRole('row', { name: /^orders work 3 2$/ }).waitFor();
      await page.getByText('checker: 9 of 16 partitions').waitFor();
      await page.getByText('check.dead (4, in 2 of 24 queues)').waitFor();
      expect(await row.getByRole('listitem').count()).to.equal(0);

      for (const width of [360, 768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await expectNoSidewaysScroll(page);
      }
      await row.locator('summary').click();
      await row.getByText('check@asia#7').waitFor();
      expect(await row.getByRole('listitem').count()).to.equal(24);
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectNoSidewaysScroll(page);

      await page.getByRole('button', { name: 'Look into check.dead' }).click();
      const sheet = page.getByRole('dialog', { name: 'Dead letters in check.dead' });
      await sheet.getByText('check@us#3').waitFor();
      expect(await sheet.getByRole('article').count()).to.equal(2);
    }),
  );
});
