import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { inBrowser } from '../support/in-browser.ts';
import { savePicture } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { shareSystem } from '../system/shared-system.ts';
import { expectAccessible, expectToFit } from './audit.ts';
import { jsonEditor, textOf } from './json-editor.ts';

const kinds = Array.from({ length: 66 }, (_none, n) => n);

/** About 200 endpoints and as many queues. */
const file = `
endpoints:
  POST /pets/:
    summary: Adds a pet
    description: |
      Adds **one** pet, see [the rules](https://example.com/rules).

      - No <b>dragons</b>
    fanout: true
    body:
      type: object
      required: [born, owner]
      properties:
        id: { type: integer, readOnly: true }
        born: { type: string, format: date }
        owner: { type: string, format: email, deprecated: true }
        pin: { type: string, writeOnly: true }
      oneOf:
        - { title: A cat, required: [lives], properties: { lives: { type: integer, minimum: 1, maximum: 9 } } }
        - { title: A dog, required: [tricks], properties: { tricks: { type: array, items: { type: string } } } }
${kinds
  .map(
    (n) => `  POST /kind-${n}/: { fanout: true, summary: Makes one of kind ${n}, body: { type: object } }
  GET /kind-${n}/{id}: { rpc: true, params: { properties: { id: { type: integer } } } }
  DELETE /kind-${n}/{id}: { rpc: true, params: { properties: { id: { type: integer } } } }`,
  )
  .join('\n')}
workers:
  pets_post: { on: POST /pets/, use: append, table: pet }
${kinds.map((n) => `  kind_${n}_post: { on: POST /kind-${n}/, use: append, table: kind_${n} }`).join('\n')}
`;

describe('the page with 200 endpoints', function () {
  this.timeout(120_000);
  const system = shareSystem(file);

  async function tryEndpoint(open: (url: string) => Promise<Page>, key: string): Promise<Page> {
    const page = await open(`${system().url}/try?endpoint=${encodeURIComponent(key)}`);
    await page.getByRole('heading', { name: key }).waitFor();
    return page;
  }

  it(
    'keeps the form in sight wherever the endpoint is in the list, and filters the list by words',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'DELETE /kind-65/{id}');

      for (const size of [
        { width: 1440, height: 900 },
        { width: 768, height: 1024 },
        { width: 360, height: 740 },
      ]) {
        await page.setViewportSize(size);
        const top = await page.getByRole('heading', { name: 'DELETE /kind-65/{id}' }).boundingBox();
        expect(top?.y, `at ${size.width}`).to.be.within(0, size.height / 2);
        await expectAccessible(page);
      }

      await page.setViewportSize({ width: 1440, height: 900 });
      const list = page.getByRole('navigation', { name: 'Endpoints' });
      const current = list.locator('[aria-current]');
      await until(async () => {
        const [box, link] = [await list.boundingBox(), await current.boundingBox()];
        return box !== null && link !== null && link.y >= box.y && link.y + link.height <= box.y + box.height;
      });
      await page.getByRole('searchbox', { name: 'Filter endpoints' }).fill('delete kind-4');
      await until(async () => (await list.getByRole('link').count()) === 11);
      await page.getByRole('searchbox', { name: 'Filter endpoints' }).press('Enter');
      await page.getByRole('heading', { name: 'DELETE /kind-4/{id}' }).waitFor();
    }),
  );

  it(
    'sends a hundred deletions only with valid values, and after confirmation',
    inBrowser(async ({ open, context, tolerate }) => {
      tolerate(/status of 50/);
      const page = await tryEndpoint(open, 'DELETE /kind-1/{id}');
      let calls = 0;
      await context.route('**/api/v1/kind-1/**', (route) => {
        calls += 1;
        return route.fulfill({ status: 200, json: {} });
      });
      await page.getByText('Send 100').first().click();
      const start = page.getByRole('button', { name: 'Send 100' });

      await start.click();
      await page.getByText('1 value does not fit the endpoint.').waitFor();
      expect(await page.getByRole('alertdialog').count()).to.equal(0);
      await page.getByRole('textbox', { name: 'id' }).fill('7');
      await start.click();
      const question = page.getByRole('alertdialog', { name: 'Make 100 real calls?' });
      await question.getByText('DELETE /api/v1/kind-1/7').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      expect(calls).to.equal(0);

      await start.click();
      await page.getByRole('textbox', { name: 'id' }).fill('');
      await question.getByRole('button', { name: 'Send 100' }).click();
      await page.getByText('1 value does not fit the endpoint.').waitFor();
      expect(calls).to.equal(0);

      await page.getByRole('textbox', { name: 'id' }).fill('7');
      await start.click();
      await question.getByRole('button', { name: 'Send 100' }).click();
      await page.getByText('All 100 calls made').waitFor();
      expect(calls).to.equal(100);
    }),
  );

  it(
    'starts with valid values, offers variants, shows the descriptions of the file, and keeps the input',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /pets/');
      const bodyOf = async () => {
        await page.getByRole('radio', { name: 'JSON' }).check({ force: true });
        const text = await textOf(jsonEditor(page));
        await page.getByRole('radio', { name: 'Form' }).check({ force: true });
        return JSON.parse(text) as unknown;
      };
      const first = { born: '2026-01-31', owner: 'name@example.com' };

      expect(await bodyOf()).to.deep.equal({ ...first, lives: 1 });
      await page.getByRole('combobox', { name: 'Body: form' }).selectOption('A dog');
      expect(await bodyOf()).to.deep.equal({ ...first, tricks: [] });
      await page.getByText('deprecated · format email').waitFor();
      await page.getByText('read-only: the server sets it').waitFor();
      await page.getByText('write-only: it is never sent back').waitFor();
      await page.locator('strong', { hasText: 'one' }).waitFor();
      await page.getByText('No <b>dragons</b>').waitFor();
      expect(await page.getByRole('link', { name: 'the rules' }).getAttribute('href')).to.equal(
        'https://example.com/rules',
      );
      await page.getByText('Reference', { exact: true }).click();
      const reference = page.getByRole('region', { name: 'Reference: Body' });
      await reference.getByText('read-only: the server sets it').first().waitFor();
      await expectAccessible(page);

      await page.getByRole('textbox', { name: 'born' }).fill('2020-02-29');
      await until(async () =>
        (await page.evaluate<string>('JSON.stringify(sessionStorage)')).includes('2020-02-29'),
      );
      await page.reload();
      expect(await page.getByRole('textbox', { name: 'born' }).inputValue()).to.equal('2020-02-29');
      expect(await page.getByRole('combobox', { name: 'Body: form' }).inputValue()).to.equal('1');
    }),
  );

  it(
    'does not wait for validation while a long body is edited, but validates before sending',
    inBrowser(async ({ open }) => {
      const page = await tryEndpoint(open, 'POST /kind-2/');
      const editor = jsonEditor(page);
      await editor.fill(JSON.stringify({ long: 'x'.repeat(60_000) }, undefined, 1));

      await page.getByText(/Beyond 50 kB.*Not checked yet\./).waitFor();
      await editor.press('Control+End');
      await editor.press('Backspace');
      expect(await page.getByRole('button', { name: /^Line / }).count()).to.equal(0);
      await page.getByRole('button', { name: 'Send', exact: true }).click();

      await page.getByRole('button', { name: /^Line 3, column/ }).waitFor();
      await page.getByText('1 value does not fit the endpoint.').waitFor();
    }),
  );

  it(
    'filters, sorts and collapses the queues in System, and fits every window',
    inBrowser(async ({ open }) => {
      for (let n = 0; n < 5; n += 1) {
        const dead = String.raw`{"born":"2026-01-31","owner":"a@example.com","lives":1,"pin":"\u0000"}`;
        expect((await post(`${system().url}/api/v1/pets/`, dead)).status).to.equal(200);
      }
      const page = await open(`${system().url}/system`);
      await page.getByText('5 dead letters', { exact: true }).waitFor();
      const queues = page.getByRole('region', { name: 'Queues' });
      const rows = queues.getByRole('rowheader');
      await until(async () => (await rows.first().textContent())?.trim() === '/pets/:POST.dead');
      expect(await rows.count()).to.equal(25);

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const [width, height] of [
          [360, 740],
          [768, 1024],
          [1440, 900],
        ] as const) {
          await page.setViewportSize({ width, height });
          await expectToFit(page);
          await expectAccessible(page);
          await savePicture(page, `200 queues ${colorScheme} ${width}`);
        }
      }

      await queues.getByRole('button', { name: /^Show all \d+$/ }).click();
      expect(await rows.count()).to.be.above(130);
      await queues.getByRole('searchbox', { name: 'Filter: Every queue' }).fill('kind-7 dead');
      await until(async () => (await rows.count()) === 1);
      await queues.getByRole('searchbox', { name: 'Filter: Every queue' }).fill('kind-1');
      await queues.getByRole('button', { name: 'Queue' }).click();
      const names = await rows.allTextContents();
      expect(names[0]?.trim()).to.equal('/kind-1/:POST');
      await page.waitForURL(/queuesSort=name/);
      await page.reload();
      await until(async () => (await rows.first().textContent())?.trim() === '/kind-1/:POST');
      expect(await queues.getByRole('columnheader', { name: 'Queue' }).getAttribute('aria-sort')).to.equal(
        'ascending',
      );
    }),
  );
});
