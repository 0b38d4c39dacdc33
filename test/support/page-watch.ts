import type { BrowserContext, Page } from 'playwright-core';

/** Records all errors in the pages of a context, so that no test overlooks them. */
export interface PageWatch {
  /** Ignores errors that match, because the test provokes them. */
  tolerate(pattern: RegExp): void;
  /** @throws Error that lists the errors since the watch began. */
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
 * Chromium's error for all pending requests, also to this machine, when a network interface appears or
 * disappears, as those of containers do. It is never the page's fault; a test notices if data are missing.
 */
const interfaceChanged = /net::ERR_NETWORK_CHANGED/;

/** Chromium's error for a request that the page itself cancelled, for example by leaving. */
const cancelled = 'net::ERR_ABORTED';

const own = new Set(['127.0.0.1', 'localhost']);

function isForeign(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return /^(?:https?|wss?):$/.test(protocol) && !own.has(hostname);
}
