import { createServer, request as httpRequest } from 'node:http';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { openPage, type PageOptions } from '../../src/page/page.ts';

const index = `<!doctype html><head><title>page</title></head>${'<p>hello</p>'.repeat(100)}`;
const script = `console.log(${JSON.stringify('x'.repeat(2000))});`;

interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Not fetch, which decompresses and adds headers of its own. */
type Get = (path: string, options?: { method?: string; headers?: Record<string, string> }) => Promise<Served>;

const html = { headers: { accept: 'text/html,*/*;q=0.8' } };

async function openFolder(): Promise<string> {
  return use(await makeTemporaryFolder('page'), (folder) => rm(folder, { recursive: true }));
}

async function servePage(folder?: string, options?: PageOptions): Promise<Get> {
  folder ??= await openFolder();
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), index);
  await writeFile(join(folder, 'theme.js'), 'small');
  await writeFile(join(folder, 'assets', 'index-Ab12.js'), script);
  const listener = openPage(folder, options);
  if (!listener) throw new Error('the page was not found');
  const server = use(createServer(listener), (server) => closeServer(server, 100));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return (path, { method = 'GET', headers = {} } = {}) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks) });
        });
      });
      request.on('error', reject).end();
    });
}

describe('the page', () => {
  it('is served only where it was built', async () => {
    expect(openPage(await openFolder())).to.equal(undefined);
    expect(openPage('/nowhere')).to.equal(undefined);
  });

  for (const path of ['/', '/saved', '/saved/', '/saved?page=3', '/try', '/docs', '/system']) {
    it(`is served to a browser at ${path}`, async () => {
      const get = await servePage();

      const { status, headers, body } = await get(path, html);

      expect([status, String(body)]).to.deep.equal([200, index]);
      expect(headers['content-type']).to.equal('text/html; charset=utf-8');
      expect(headers['cache-control']).to.equal('no-cache');
    });
  }

  for (const [path, options] of [
    ['/saved', { headers: { accept: 'application/json' } }],
    ['/nothing', html],
    ['/saved/nothing', html],
    ['/assets/gone.js', html],
    ['/assets', html],
    ['/../package.json', html],
    ['/assets/..%2findex.html', html],
    ['//index.html', html],
  ] as const) {
    it(`is not served at ${path} to a client that accepts ${options.headers.accept}`, async () => {
      const get = await servePage();

      expect((await get(path, options)).status).to.equal(404);
    });
  }

  it('is marked where the process follows its files, so that it shows their mistakes', async () => {
    const folder = await openFolder();
    const get = await servePage(folder, { followsFiles: true });

    const { body } = await get('/', html);

    expect(String(body)).to.equal(index.replace('</head>', '<meta name="follows-files"></head>'));
  });

  it('says where the API is, unless it is where a proxy has it', async () => {
    const folder = await openFolder();
    const get = await servePage(folder, { basePath: '/orders/v2' });

    const { body } = await get('/', html);

    const meta = '<meta name="base-path" content="/orders/v2">';
    expect(String(body)).to.equal(index.replace('</head>', `${meta}</head>`));
  });

  it('stays as it was when it was opened, whatever a build does to its files', async () => {
    const folder = await openFolder();
    const get = await servePage(folder);
    await rm(join(folder, 'assets'), { recursive: true });
    await writeFile(join(folder, 'index.html'), 'half a page');

    const [{ body }, gone] = [await get('/'), await get('/assets/index-Ab12.js')];

    expect(String(body)).to.equal(index);
    expect([gone.status, String(gone.body)]).to.deep.equal([200, script]);
  });

  it('is read-only', async () => {
    const get = await servePage();

    const { status, headers } = await get('/', { method: 'POST' });

    expect([status, headers['allow']]).to.deep.equal([405, 'GET, HEAD']);
  });

  it('has its headers, and nothing else, for HEAD', async () => {
    const get = await servePage();

    const { status, headers, body } = await get('/', { method: 'HEAD' });

    expect([status, body.length]).to.deep.equal([200, 0]);
    expect(headers['content-length']).to.equal(String(index.length));
  });

  it('lets browsers cache files that are named by their content permanently', async () => {
    const get = await servePage();

    const hashed = await get('/assets/index-Ab12.js');
    const named = await get('/theme.js');

    expect(hashed.headers['cache-control']).to.equal('public, max-age=31536000, immutable');
    expect(hashed.headers['content-type']).to.equal('text/javascript; charset=utf-8');
    expect(named.headers['cache-control']).to.equal('no-cache');
  });

  it('is sent only to clients that do not have it yet', async () => {
    const get = await servePage();
    const etag = String((await get('/', html)).headers['etag']);

    const held = await get('/', { headers: { 'if-none-match': `"other", W/${etag}` } });
    const other = await get('/', { headers: { 'if-none-match': '"other"' } });

    expect([held.status, held.body.length, held.headers['etag']]).to.deep.equal([304, 0, etag]);
    expect(other.status).to.equal(200);
  });

  it('is compressed for clients that support it, under a separate tag', async () => {
    const get = await servePage();
    const plain = await get('/', html);

    const zipped = await get('/', { headers: { 'accept-encoding': 'br, gzip;q=0.8' } });

    expect(zipped.headers).to.include({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(String(gunzipSync(zipped.body))).to.equal(index);
    expect(zipped.body.length).to.be.below(plain.body.length);
    expect(zipped.headers['etag']).to.not.equal(plain.headers['etag']);
  });

  for (const coding of ['gzip;q=0', 'gzip; q=0.000', 'identity', 'x-gzip2']) {
    it(`is not compressed for ${coding}`, async () => {
      const get = await servePage();

      const { headers } = await get('/', { headers: { 'accept-encoding': coding } });

      expect(headers).to.not.have.property('content-encoding');
    });
  }

  it('does not compress small files', async () => {
    const get = await servePage();

    const { headers, body } = await get('/theme.js', { headers: { 'accept-encoding': 'gzip' } });

    expect(headers).to.not.have.property('content-encoding');
    expect(String(body)).to.equal('small');
  });

  it('may load, run and reach only its own server', async () => {
    const get = await servePage();

    for (const path of ['/', '/theme.js', '/assets/index-Ab12.js']) {
      const { headers } = await get(path);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).to.include.members([
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
      ]);
      expect(String(policy)).to.not.match(/unsafe|\*|https?:/);
      expect(headers).to.include({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers).to.include.keys('permissions-policy');
    }
  });
});
