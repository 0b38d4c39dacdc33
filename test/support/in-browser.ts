import type { Context } from 'mocha';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type PageWatch, watchPages } from './page-watch.ts';
import { savePicture } from './pictures.ts';

/** The time limit of an action in the page. */
const actionTimeoutMs = 20_000;

/** A user of a browser with a fresh profile. */
export interface Visitor {
  readonly context: BrowserContext;
  /** Opens a URL in a new tab. */
  readonly open: (url: string) => Promise<Page>;
  /** Ignores errors in the page that the test provokes. */
  readonly tolerate: PageWatch['tolerate'];
}

export type Visit = (visitor: Visitor) => Promise<void>;

/**
 * Creates the body of a test from a visit, which fails if the pages had errors (see `watchPages`).
 *
 * A visit that fails saves a picture of each of its tabs, and its error names the files.
 */
export function inBrowser(
  visit: Visit,
  options: BrowserContextOptions = {},
): (this: Context) => Promise<void> {
  return async function run() {
    const title = this.test?.fullTitle() ?? 'visit';
    const browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(actionTimeoutMs);
    const watch = watchPages(context);
    try {
      await visit({ context, open: (url) => openTab(context, url), tolerate: watch.tolerate });
      watch.check();
    } catch (cause) {
      const pictures = await Promise.all(context.pages().map((page) => savePicture(page, `failed ${title}`)));
      throw new Error(`${messageOf(cause)}\nthe page looked like ${pictures.join(', ')}`, { cause });
    } finally {
      await context.close();
    }
  };
}

async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
