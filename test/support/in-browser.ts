import type { Context } from 'mocha';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type PageWatch, watchPages } from './page-watch.ts';
import { savePicture } from './pictures.ts';

/** How long an action in the page may take. */
const actionTimeoutMs = 20_000;

/** Someone in front of a browser with a fresh profile. */
export interface Visitor {
  readonly context: BrowserContext;
  /** Opens a URL in a new tab. */
  readonly open: (url: string) => Promise<Page>;
  /** Lets trouble in the page pass that the test itself makes. */
  readonly tolerate: PageWatch['tolerate'];
}

export type Visit = (visitor: Visitor) => Promise<void>;

/**
 * Makes the body of a test out of a visit, which fails when the pages had trouble (see `watchPages`).
 *
 * A visit that fails leaves a picture of each of its tabs, and its error says where.
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
