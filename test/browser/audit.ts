import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const grave = new Set<string | null | undefined>(['serious', 'critical']);

/** Fails when axe finds something serious or critical in what a page shows. */
export async function expectAccessible(page: Page): Promise<void> {
  // Runs past the content security policy, which stays in force for the page.
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  const found = violations
    .filter(({ impact }) => grave.has(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).to.deep.equal([]);
}

/** Fails when a page is wider than the window, in which case it would have to be moved sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  for (const selector of ['html', 'main']) {
    const tooWide = await page.locator(selector).evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(tooWide, `pixels of ${selector} out of sight`).to.equal(0);
  }
}
