import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePorts } from '../support/free-ports.ts';
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
workers:
  store: { on: POST /orders, use: append, table: order_call }
  list: { on: GET /orders, use: page, table: order_call }
`.replace('KEY', createHash('sha256').update('a-key').digest('hex'));

describe('restmapper call', function () {
  this.timeout(30_000);
  const system = shareSystem(yaml);

  async function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const folder = use(await mkdtemp(join(tmpdir(), 'restmapper-test-call-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    await writeFile(join(folder, 'endpoints.yaml'), yaml);
    await writeFile(join(folder, 'order.json'), '{"item":"plum","count":3}');
    const { port, adminPort } = system();
    return runCommand({ args: ['call', ...args], cwd: folder, env, ports: { port, adminPort } });
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
