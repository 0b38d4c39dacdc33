import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { until } from '../support/until.ts';
import { shareSystem } from '../system/shared-system.ts';

/** What the browser reports about missing files, and what the page's router reports about the view. */
const gone = /status of 404|Failed to fetch dynamically|could not be loaded|preload/i;

describe('the page when the server has a newer version of it', function () {
  this.timeout(90_000);
  const system = shareSystem();

  function countLoads(page: Page): () => number {
    let loads = 0;
    page.on('load', () => (loads += 1));
    return () => loads;
  }

  it(
    'is reloaded when a view’s file is gone',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(gone);
      const page = await open(`${system().url}/`);
      const loads = countLoads(page);
      const absent = '**/assets/SavedView-*.js';
      await context.route(absent, (route) => route.fulfill({ status: 404 }));
      page.on('request', (request) => {
        if (request.isNavigationRequest()) void context.unroute(absent);
      });

      await page.getByRole('link', { name: 'Saved' }).click();

      await page.getByRole('heading', { name: 'Saved', exact: true }).waitFor();
      await until(() => loads() === 1);
      expect(new URL(page.url()).pathname).to.equal('/saved');
    }),
  );

  it(
    'is reloaded only once, and then says which view is missing',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(gone);
      const page = await open(`${system().url}/`);
      const loads = countLoads(page);
      await context.route('**/assets/SystemView-*.js', (route) => route.fulfill({ status: 404 }));

      await page.getByRole('link', { name: 'System' }).click();

      await page.getByText('System could not be loaded').waitFor();
      expect(loads()).to.equal(1);
      await context.unroute('**/assets/SystemView-*.js');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'System', exact: true }).waitFor();
      expect(await page.getByText('System could not be loaded').count()).to.equal(0);
    }),
  );
});
