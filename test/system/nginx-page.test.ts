import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { closeServer, listen } from '../../packages/host/src/http/http-server.ts';
import { openPage, pageDirectory, views } from '../../packages/host/src/page/page.ts';
import { openNginx } from '../support/nginx.ts';
import { use } from '../support/use.ts';

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** Headers that nginx sets differently. */
const ownHeaders =
  /^(accept-ranges|connection|content-(encoding|length)|date|etag|keep-alive|last-modified|server|transfer-encoding|vary)$/;

/** The page as served by nginx, and by `restmapper start`. */
async function openBoth(): Promise<{ nginx: string; start: string }> {
  const listener = openPage(pageDirectory);
  if (!listener) throw new Error('the page is not built: npm run build:page');
  const server = use(createServer(listener), (server) => closeServer(server, 100));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const { url } = use(await openNginx(), (nginx) => nginx.close());
  return { nginx: url, start: `http://127.0.0.1:${port}` };
}

async function readAnswer(url: string, init: RequestInit) {
  const response = await fetch(url, init);
  const headers = [...response.headers].filter(([name]) => !ownHeaders.test(name));
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

function builtFiles(): readonly string[] {
  const entries = readdirSync(pageDirectory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(pageDirectory.length));
}

describe('the page behind nginx', () => {
  it('is the page that start serves, with the same headers', async () => {
    const { nginx, start } = await openBoth();
    const paths = ['/', ...views, ...[...views].map((view) => `${view}/`), ...builtFiles()];

    for (const path of paths) {
      const served = await readAnswer(nginx + path, { headers: asBrowser });

      expect(served, path).to.deep.equal(await readAnswer(start + path, { headers: asBrowser }));
      expect(served.status, path).to.equal(200);
      expect(served.headers, path).to.include.keys('content-security-policy', 'cache-control');
    }
  });

  it('does not exist where start has none, and refuses requests that start refuses', async () => {
    const { nginx, start } = await openBoth();
    const requests: readonly (readonly [path: string, init: RequestInit])[] = [
      ['/saved', { headers: { accept: 'application/json' } }],
      ['/nothing', { headers: asBrowser }],
      ['/saved/nothing', { headers: asBrowser }],
      ['/assets/gone.js', { headers: asBrowser }],
      ['/assets', { headers: asBrowser }],
      ['/', { method: 'POST', body: '{}' }],
      ['/saved', { method: 'DELETE', headers: asBrowser }],
    ];

    for (const [path, init] of requests) {
      const refused = await readAnswer(nginx + path, init);
      const { status, headers, body } = await readAnswer(start + path, init);

      expect([refused.status, refused.body], path).to.deep.equal([status, body]);
      expect(refused.headers, path).to.include(headers);
      expect(refused.headers, path).to.not.include.keys('cache-control');
      expect(status, path).to.be.oneOf([404, 405]);
    }
  });

  it('is compressed, and sent only to browsers that have not cached it', async () => {
    const { nginx } = await openBoth();
    const script = builtFiles().find((path) => path.endsWith('.js') && path.startsWith('/assets/index-'));

    const first = await fetch(nginx + script);
    const etag = first.headers.get('etag') ?? '';
    const second = await fetch(nginx + script, { headers: { 'if-none-match': etag } });

    expect(first.headers.get('content-encoding')).to.equal('gzip');
    expect(first.headers.get('vary')).to.equal('Accept-Encoding');
    expect([second.status, await second.text()]).to.deep.equal([304, '']);
    expect(second.headers.get('cache-control')).to.contain('immutable');
  });
});
