import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openBrowser } from '../support/browser.ts';
import { watchPages } from '../support/page-watch.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';

/** Serves one page under a policy that allows its scripts, and requests to any host. */
async function openSite(script: string): Promise<string> {
  const server = use(createServer(), (server) => server.close());
  const policy = "default-src 'none'; script-src 'unsafe-inline'; img-src data:; connect-src *";
  server.on('request', (request, response) => {
    const status = request.url === '/' ? 200 : 404;
    response.writeHead(status, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(`<link rel="icon" href="data:,"><script>${script}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function visitSite(script: string) {
  const context = use(await (await openBrowser()).newContext(), (context) => context.close());
  const watch = watchPages(context);
  const page = await context.newPage();
  await page.goto(await openSite(script));
  return watch;
}

function troubleOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the page watch', () => {
  const cases = [
    ['an error on the console', 'console.error("lost")', 'console: lost'],
    ['an uncaught exception', 'throw new Error("broken")', 'uncaught: broken'],
    ['a rejected promise', 'Promise.reject(new Error("unheard"))', 'uncaught: unheard'],
    ['a policy violation', 'eval("1")', 'Content Security Policy'],
    ['a request that is not answered well', 'fetch("/missing")', '404'],
    ['a request that fails', 'fetch("http://127.0.0.1:1/").catch(() => {})', 'failed: http://127.0.0.1:1/'],
    [
      'a request elsewhere',
      'fetch("http://example.com/x").catch(() => {})',
      'another machine: http://example.com/x',
    ],
    ['a socket elsewhere', 'new WebSocket("ws://example.com/y")', 'another machine: ws://example.com/y'],
  ] as const;

  for (const [what, script, trouble] of cases) {
    it(`reports ${what}`, async () => {
      const watch = await visitSite(script);

      await until(() => troubleOf(watch.check)?.includes(trouble));
    });
  }

  it('accepts a healthy page, and errors that the test provokes', async () => {
    const watch = await visitSite('console.error("lost"); window.done = true');

    watch.tolerate(/^console: lost$/);

    expect(troubleOf(watch.check)).to.equal(undefined);
  });
});
