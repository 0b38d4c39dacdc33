import type { BrowserContext, Page } from 'playwright-core';

/** Notes whatever goes wrong in the pages of a context, so that no test passes over it. */
export interface PageWatch {
  /** Lets pass what matches: trouble that the test itself makes. */
  tolerate(pattern: RegExp): void;
  /** @throws Error that lists what went wrong since the watch began. */
  check(): void;
}

/**
 * Watches for errors on the console (violations of the content security policy are among them), uncaught
 * exceptions, failed requests, and requests to other machines.
 */
export function watchPages(context: BrowserContext): PageWatch {
  const troubles: string[] = [];
  const tolerated: RegExp[] = [interfaceChanged];
  const note = (kind: string, text: string) => troubles.push(`${kind}: ${text}`);
  const noteForeign = (url: string) => {
    if (isForeign(url)) note('request to another machine', url);
  };

  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note('console', message.text());
  });
  context.on('weberror', (error) => note('uncaught', error.error().message));
  context.on('request', (request) => noteForeign(request.url()));
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== cancelled) note('failed', `${request.url()} ${why}`);
  });
  context.on('page', (page: Page) => {
    page.on('websocket', (socket) => noteForeign(socket.url()));
    page.on('crash', () => note('crashed', page.url()));
  });

  return {
    tolerate: (pattern) => void tolerated.push(pattern),
    check() {
      const unexpected = troubles.filter((text) => !tolerated.some((pattern) => pattern.test(text)));
      if (unexpected.length > 0) throw new Error(`the page had trouble:\n  ${unexpected.join('\n  ')}`);
    },
  };
}

/**
 * What Chromium says of every request under way, also to this machine, when any network interface comes
 * or goes, as those of containers do. No fault of a page ends so; what it lacks then, its test misses.
 */
const interfaceChanged = /net::ERR_NETWORK_CHANGED/;

/** What Chromium says of a request that the page itself gave up, for example by leaving. */
const cancelled = 'net::ERR_ABORTED';

const own = new Set(['127.0.0.1', 'localhost']);

function isForeign(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return /^(?:https?|wss?):$/.test(protocol) && !own.has(hostname);
}
