import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { runCommand } from './command.ts';
import { shareSystem } from './shared-system.ts';

const yaml = `
auth:
  schemes: { keys: { apiKey: { header: x-shop-key, clients: { shop: { keys: [KEY] } } } } }
endpoints:
  POST /orders:
    public: true
    fanout: true
    body: { type: object, required: [item], properties: { item: { type: string }, count: { type: integer } } }
  GET /orders:
    rpc: true
    query: { properties: { limit: { type: integer, default: 20 }, offset: { type: integer, default: 0 }, paginationId: { type: integer } } }
  GET /orders/{id}: { public: true, rpc: { timeout: 2s } }
  POST /uploads:
    public: true
    fanout: true
    consumes: [image/*, application/x-www-form-urlencoded]
    body: true
    headers: { required: [X-Album], properties: { X-Album: { type: string }, Accept-Language: { type: string } } }
  GET /uploads:
    public: true
    rpc: true
    query: { properties: { limit: { type: integer, default: 20 }, offset: { type: integer, default: 0 }, paginationId: { type: integer } } }
workers:
  uploads: { on: POST /uploads, use: append, table: upload_call, columns: { album: { from: headers.x-album, type: text } } }
  uploaded: { on: GET /uploads, use: page, table: upload_call }
  store: { on: POST /orders, use: append, table: order_call }
  list: { on: GET /orders, use: page, table: order_call }
`.replace('KEY', createHash('sha256').update('a-key').digest('hex'));

const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]);

describe('restmapper call', function () {
  this.timeout(30_000);
  const system = shareSystem(yaml);

  async function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const folder = use(await mkdtemp(join(tmpdir(), 'restmapper-test-call-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    await writeFile(join(folder, 'endpoints.yaml'), yaml);
    await writeFile(join(folder, 'order.json'), '{"item":"plum","count":3}');
    await writeFile(join(folder, 'p.png'), picture);
    const { port, adminPort } = system();
    const result = await runCommand({
      args: ['call', ...args],
      cwd: folder,
      env,
      ports: { port, adminPort },
    });
    return { ...result, folder };
  }

  /** What was uploaded last, once this many uploads are stored. */
  async function uploaded(count: number): Promise<unknown> {
    return await until(async () => {
      const { stdout } = await call(['GET /uploads']);
      const { messages } = JSON.parse(stdout) as { messages: readonly unknown[] };
      return messages.length === count && messages[0];
    });
  }

  it('calls the API where BASE_PATH has it', async () => {
    const { stdout } = await call(['GET /orders/{id}', 'id=7', '--dry-run'], { BASE_PATH: '/shop/orders' });

    expect(stdout).to.match(/^curl .*'http:\/\/127\.0\.0\.1:\d+\/shop\/orders\/orders\/7'/);
  });

  it('converts values according to the schema, and calls the local process', async () => {
    const { code, stdout, stderr } = await call(['POST /orders', 'item=apple', 'count=2']);

    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: '{}', stderr: '' });
  });

  it('sends a body from a file, and shows status and headers', async () => {
    const { code, stdout } = await call(['POST /orders', '--data', '@order.json', '-i']);

    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^HTTP\/1\.1 200 OK\n/)
      .and.to.match(/\n\n\{\}$/);
  });

  it('sends the bytes of a file, and a form, with declared headers, as its curl command does', async () => {
    const upload = ['POST /uploads', '--data', '@p.png', '-H', 'X-Album: Übersee'];
    const sent = await call(upload);
    const picture1 = await uploaded(1);
    const { stdout: command, folder } = await call([...upload, '--dry-run']);
    const curl = await promisify(execFile)('sh', ['-c', command], { cwd: folder });
    const picture2 = await uploaded(2);
    const form = await call(['POST /uploads', 'title=a b', '--header', 'x-album: 1', '-H', 'x-album: 2']);

    expect([sent.code, form.code, curl.stdout]).to.deep.equal([0, 0, '{}']);
    expect([picture1, picture2]).to.deep.equal(Array(2).fill(picture.toString('base64')));
    expect(await uploaded(3)).to.deep.equal({ title: 'a b' });
  });

  it('names a missing header and a wrong type before sending', async () => {
    const header = await call(['POST /uploads', 'title=a']);
    const type = await call([
      'POST /uploads',
      '--data',
      '@order.json',
      '--type',
      'text/csv',
      '-H',
      'x-album: 1',
    ]);

    expect([header, type].map(({ code }) => code)).to.deep.equal([1, 1]);
    expect(header.stderr).to.contain('not sent').and.to.contain('header /x-album is required');
    expect(type.stderr).to.contain('it came with Content-Type: text/csv');
  });

  it('validates values before sending, unless told not to', async () => {
    const checked = await call(['POST /orders', 'count=many']);
    const unchecked = await call(['POST /orders', 'count=many', '--no-check']);

    expect(checked).to.deep.include({ code: 1, stdout: '' });
    expect(checked.stderr).to.contain('not sent').and.to.contain('/count must be integer');
    expect(unchecked).to.deep.include({ code: 1, stdout: '' });
    expect(unchecked.stderr).to.contain('422').and.to.contain('INVALID_BODY').and.to.contain('/count');
  });

  it('prints a problem readably', async () => {
    const { code, stdout, stderr } = await call(['GET /orders/7']);

    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^503 Service Unavailable: .+ \(NO_WORKER\)\n {2}request \S+\n$/);
  });

  it('sends credentials from the environment only to endpoints that need them', async () => {
    const env = { RESTMAPPER_API_KEY: 'a-key' };

    const answered = await call(['GET /orders', 'limit=1'], env);
    const refused = await call(['GET /orders', 'limit=1']);
    const shown = await call(['GET /orders', 'limit=1', '--dry-run'], env);
    const open = await call(['POST /orders', 'item=a', '--dry-run'], env);

    expect(answered).to.deep.include({ code: 0, stderr: '' });
    expect(JSON.parse(answered.stdout)).to.have.property('messages');
    expect(refused.stderr).to.contain('401');
    expect(shown.stdout).to.contain('--header "x-shop-key: $RESTMAPPER_API_KEY"');
    expect(open.stdout).not.to.contain('RESTMAPPER_API_KEY').and.not.to.contain('a-key');
  });

  it('names the URL it tried when no server is there, and suggests what to do', async () => {
    const [port = 0] = await freePorts(1);

    const { code, stderr } = await call(['GET /orders/7', '--url', `http://127.0.0.1:${port}/base/`]);

    expect(code).to.equal(1);
    expect(stderr)
      .to.contain(`GET http://127.0.0.1:${port}/base/orders/7: no server listens there`)
      .and.to.contain('restmapper start')
      .and.to.contain('--url');
  });

  it('suggests the nearest endpoint', async () => {
    const { code, stderr } = await call(['POST /order', 'item=a']);

    expect(code).to.equal(1);
    expect(stderr).to.contain('did you mean "POST /orders"?');
  });
});
