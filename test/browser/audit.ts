import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Every rule of WCAG 2.2, A and AA, and axe's best practices; targets of 24 px are off by default. */
const options = { rules: { 'target-size': { enabled: true } } };

/** Fails when axe finds a violation in the visible page. */
export async function expectAccessible(page: Page): Promise<void> {
  // Runs in spite of the content security policy, which stays in force for the page.
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`).join(', ')}`,
  );
  if (found.length > 0) expect.fail(found.join('\n'));
}

/** Fails when a page is wider than the window, or scrolls as a whole; dialogs, too, must scroll within. */
export async function expectToFit(page: Page): Promise<void> {
  const tooHigh = await page
    .locator('html, dialog[open]')
    .evaluateAll((boxes) => boxes.map((box) => box.scrollHeight - box.clientHeight));
  expect(Math.max(...tooHigh), 'pixels below the edge of the page or a dialog').to.equal(0);
  for (const selector of ['html', 'main']) {
    const tooWide = await page.locator(selector).evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(tooWide, `pixels of ${selector} out of sight`).to.equal(0);
  }
}
