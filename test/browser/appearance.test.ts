import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { inBrowser, type Visitor } from '../support/in-browser.ts';
import { savePicture } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { expectAccessible, expectToFit } from './audit.ts';
import { jsonEditor, textOf } from './json-editor.ts';
import { rowsWith } from './live-list.ts';
import { shareSystem } from '../system/shared-system.ts';

const message = {
  text: 'The parcel left the depot',
  parcel: { id: 'P-20817', weight: 2.75, stops: ['Bern', 'Olten', 'Basel'] },
  express: true,
};

/** Opens each view; resolves when its main content is shown. */
const views: Readonly<Record<string, (visitor: Visitor, url: string) => Promise<Page>>> = {
  async live({ open }, url) {
    const page = await open(`${url}/`);
    await rowsWith(page, 'parcel').first().click();
    await page.getByText('"P-20817"').last().waitFor();
    return page;
  },
  async saved({ open }, url) {
    const page = await open(`${url}/saved`);
    await rowsWith(page, 'parcel').first().waitFor();
    return page;
  },
  async try({ open, tolerate }, url) {
    tolerate(/status of 422/);
    const page = await open(`${url}/try`);
    await page.getByRole('textbox', { name: 'Body as JSON' }).fill('[1]');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.getByRole('alert').waitFor();
    return page;
  },
  async docs({ open }, url) {
    const page = await open(`${url}/docs?endpoint=${encodeURIComponent('GET /messages/')}`);
    await page.getByRole('region', { name: 'Reference: Answers' }).getByText('RPC_TIMEOUT').waitFor();
    return page;
  },
  async system({ open }, url) {
    const page = await open(`${url}/system`);
    await page.getByRole('link', { name: 'POST /messages/' }).waitFor();
    return page;
  },
  async 'dead letters'({ open }, url) {
    await post(`${url}/api/v1/messages/`, String.raw`{"text":"\u0000"}`);
    const page = await open(`${url}/system`);
    await page.getByRole('button', { name: 'Look into /messages/:POST.dead' }).click();
    await page.getByRole('dialog').getByRole('article').first().waitFor();
    return page;
  },
  async missing({ open }, url) {
    const page = await open(`${url}/`);
    await page.evaluate(
      `history.pushState({}, '', '/nowhere'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('heading', { name: /nothing/i }).waitFor();
    return page;
  },
};
const sizes = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

describe('the page', function () {
  this.timeout(90_000);
  const system = shareSystem();

  before('store some messages', async () => {
    for (let n = 0; n < 3; n += 1) await post(`${system().url}/api/v1/messages/`, { n, ...message });
  });

  for (const [name, openView] of Object.entries(views)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(
        `is accessible, and fits every window: ${name}, ${colorScheme}`,
        inBrowser(
          async (visitor) => {
            const page = await openView(visitor, system().url);

            for (const size of sizes) {
              await page.setViewportSize(size);
              await expectToFit(page);
              await expectAccessible(page);
              await savePicture(page, `${name} ${colorScheme} ${size.width}`);
            }
          },
          { colorScheme },
        ),
      );
    }
  }

  it(
    'follows the colour scheme of the system, and remembers the theme that the reader chose',
    inBrowser(
      async ({ open }) => {
        const paper = (page: Page) =>
          page.locator('html').evaluate((root) => {
            const { backgroundColor } = root.ownerDocument.defaultView.getComputedStyle(root);
            return backgroundColor;
          });
        const page = await open(`${system().url}/system`);
        const dark = await paper(page);

        await page.emulateMedia({ colorScheme: 'light' });
        const light = await paper(page);
        expect(light).not.to.equal(dark);
        await page.getByRole('button', { name: 'Theme: system. Change to light' }).click();
        await page.getByRole('button', { name: 'Theme: light. Change to dark' }).click();
        await page.reload();

        expect(await paper(page)).to.equal(dark);
      },
      { colorScheme: 'dark' },
    ),
  );

  it(
    'can be used by keyboard alone',
    inBrowser(async ({ open }) => {
      const page = await open(`${system().url}/`);
      const press = async (...keys: readonly string[]) => {
        for (const key of keys) await page.keyboard.press(key);
      };

      await press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await press('Escape', '3');
      await page.getByRole('heading', { name: 'POST /messages/' }).waitFor();

      const editor = jsonEditor(page);
      await tabTo(page, 'Body as JSON');
      await press('Control+a', 'Delete');
      await page.keyboard.type('{"typed":');
      await press('Tab', 'Shift+Tab');
      await page.keyboard.type('"by keyboard"}');
      expect(await textOf(editor)).to.match(/^\{"typed": *"by keyboard"\}$/);
      await press('Control+Enter');
      await page.getByText('200 OK').first().waitFor();

      await press('Escape', 'Tab', '1');
      await page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
      await rowsWith(page, 'by keyboard').waitFor();
      await press('l', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter');
      await page.getByRole('complementary').getByText('"by keyboard"').waitFor();
      await press('Escape', '4');
      await page.getByRole('heading', { name: 'System', exact: true }).waitFor();
      await press('2');
      await page.getByRole('heading', { name: 'Saved', exact: true }).waitFor();
    }),
  );

  it(
    'shows selections in forced colours, and has a focus order that follows the reading order',
    inBrowser(
      async ({ open }) => {
        const page = await open(`${system().url}/try`);
        const outlineOf = (name: string) =>
          page
            .getByRole('navigation', { name: 'Views' })
            .getByRole('link', { name })
            .evaluate((link) => link.ownerDocument.defaultView.getComputedStyle(link).outlineStyle);
        await page.getByRole('heading', { name: 'Try', exact: true }).waitFor();

        expect([await outlineOf('Try'), await outlineOf('Live')]).to.deep.equal(['solid', 'none']);

        const walked: (string | null)[] = [];
        for (let presses = 0; presses < 7; presses += 1) {
          await page.keyboard.press('Tab');
          // The host of a shadow root has the focus along with the focused element inside.
          const focused = page.locator(':focus').last();
          walked.push(
            (await focused.getAttribute('aria-label')) ?? (await focused.textContent())?.trim() ?? null,
          );
        }
        expect(walked).to.deep.equal([
          'Skip to content',
          'Live',
          'Saved',
          'Try',
          'System',
          'Theme: system. Change to light',
          'Keyboard shortcuts (?)',
        ]);
      },
      { forcedColors: 'active' },
    ),
  );

  it(
    'can be used by touch on a phone',
    inBrowser(
      async ({ open }) => {
        const page = await open(`${system().url}/`);
        const button = (name: string) => page.getByRole('button', { name, exact: true });
        const goTo = (view: string) =>
          page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).tap();

        await goTo('Try');
        await page.getByRole('textbox', { name: 'Body as JSON' }).fill('{"typed":"by touch"}');
        await button('Send').tap();
        await untilInSight(page.getByText('200 OK').first());

        await goTo('Live');
        await button('Only messages with a field').tap();
        await page.getByRole('textbox', { name: 'Only messages with field=value' }).fill('typed="by touch"');
        await page.keyboard.press('Enter');
        await until(async () => (await page.getByRole('option').count()) === 1);
        await rowsWith(page, 'by touch').tap();
        const sheet = page.getByRole('dialog', { name: /^Message/ });
        await untilInSight(sheet.getByText('"by touch"'));
        await sheet.getByRole('button', { name: 'Close' }).tap();
        await sheet.waitFor({ state: 'hidden' });

        await goTo('Saved');
        await rowsWith(page, 'by touch').tap();
        await untilInSight(page.getByRole('dialog').getByText('"by touch"'));
        await page.keyboard.press('Escape');
        await goTo('System');
        await untilInSight(page.getByText('Ready', { exact: true }));
      },
      { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    ),
  );
});

/** Resolves once all of an element is within the window. */
async function untilInSight(locator: Locator): Promise<void> {
  await until(() =>
    locator.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= element.ownerDocument.defaultView.innerHeight;
    }),
  );
}

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 50; presses += 1) {
    await page.keyboard.press('Tab');
    // The host of a shadow root has the focus along with the focused element inside.
    const focused = page.locator(':focus').last();
    if ((await focused.getAttribute('aria-label')) === name) return;
  }
  throw new Error(`fifty times Tab do not lead to ${name}`);
}
