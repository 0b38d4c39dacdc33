import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestError } from '@restmapper/core';
import { reply as replyWith } from '@restmapper/workers';
import { expect } from 'chai';
import { databaseUrl } from '../../../../test/support/database.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openTestSystem, type TestSystemOptions } from '../../src/testing/open-test-system.ts';
import type { TestSystem } from '../../src/testing/test-system.ts';

const workers = new URL('../../../workers/src/index.ts', import.meta.url).href;

const handler = `
import { defineHandler, Reject, RequestError } from '${workers}';
export default defineHandler(async ({ data, params }, { publish }) => {
  if (data?.fail === 'reject') throw new Reject('it is wrong');
  if (data?.fail === 'throw') throw new Error('it broke');
  if (params.id === 'none') throw new RequestError(404, 'NO_SUCH_PRICE');
  await publish('POST /seen', { data: params });
  return { cents: 450 };
});
`;

const endpoints = `
endpoints:
  POST /orders:
    fanout: true
    body: { type: object, required: [article], properties: { article: { type: string } } }
    rateLimit: { requests: 3 }
  GET /orders: { rpc: true, query: { properties: { limit: { type: integer } } } }
  GET /price/{id}: { rpc: { timeout: 500ms } }
  GET /tax: { rpc: { timeout: 100ms }, reply: { type: integer } }
  POST /seen: { fanout: true, body: true, feed: seen }
  POST /tasks: { fanout: true, body: true }
workers:
  store: { on: POST /orders, use: append, table: orders }
  page:  { on: GET /orders, use: page, table: orders }
  price: { on: "GET /price/{id}", use: ./handler.mjs }
  tasks: { on: POST /tasks, use: ./handler.mjs, retries: 2 }
`;

async function open(options: TestSystemOptions = {}, text = endpoints): Promise<TestSystem> {
  const folder = use(await makeTemporaryFolder('testing'), (path) => rm(path, { recursive: true }));
  await writeFile(join(folder, 'handler.mjs'), handler);
  await writeFile(join(folder, 'endpoints.yaml'), text);
  return use(await openTestSystem(join(folder, 'endpoints.yaml'), options), (system) => system.close());
}

describe('a test system', function () {
  this.timeout(60_000);

  it('passes messages through internal sources, in a file without endpoints', async () => {
    const system = await open(
      {},
      `
internal:
  rows.changed: { fanout: true, body: true }
  rows.page: { rpc: true, args: { properties: { limit: { type: integer } } } }
workers:
  store: { on: rows.changed, use: append, table: rows }
  page: { on: rows.page, use: page, table: rows }
`,
    );

    await system.send('rows.changed', { data: { table: 7 } });
    const reply = await system.send('rows.page', { args: { limit: 5 } });

    expect(reply?.body).to.deep.include({ total: 1, messages: [{ table: 7 }] });
    expect((await system.request('GET', '/rows.page')).status).to.equal(404);
  });

  it('passes messages to the queues of their values and partitions', async () => {
    const regional =
      '{ type: object, required: [region], properties: { region: { enum: [eu, us] }, member: { type: string } } }';
    const system = await open(
      {},
      `
internal:
  check: { fanout: { routingKey: data.region }, body: ${regional} }
  price: { rpc: { routingKey: data.region }, body: ${regional} }
workers:
  store: { on: check, use: append, table: checks, orderingKey: data.member, partitions: 3 }
  price: { on: price, use: ./handler.mjs, only: [eu] }
`,
    );
    const checks = ['eu', 'us', 'eu'].map((region, i) => ({ region, member: `m${i}` }));

    for (const data of checks) await system.send('check', { data });

    const rows = await system.db.query('select count(*)::int as stored from checks');
    expect(rows).to.deep.equal([{ stored: 3 }]);
    expect(system.published('check').map(({ routingKey }) => routingKey)).to.deep.equal(['eu', 'us', 'eu']);
    system.stub('price', 5);
    expect((await system.send('price', { data: { region: 'us' } }))?.body).to.equal(5);
  });

  for (const [title, options] of [
    ['in memory', (): TestSystemOptions => ({})],
    ['on a server', (): TestSystemOptions => ({ database: databaseUrl() })],
  ] as const) {
    it(`stores and pages, and is empty after a reset: ${title}`, async () => {
      const system = await open(options());
      const { request } = bound(system);

      const accepted = await request('POST', '/orders', { body: { article: 'tea' } });
      await system.settled();
      const page = await request('GET', '/orders?limit=5');
      await system.reset();
      const empty = await request('GET', '/orders');
      await system.send('POST /orders', { data: { article: 'coffee' } });

      expect(accepted).to.deep.include({ status: 200, body: {} });
      expect(page.body).to.deep.include({ total: 1, messages: [{ article: 'tea' }] });
      expect(empty.body).to.deep.include({ total: 0, messages: [] });
      expect(await system.db.query('SELECT id, message FROM orders')).to.deep.equal([
        { id: '1', message: { article: 'coffee' } },
      ]);
    });
  }

  it('drops its schema on a server when it is closed', async () => {
    const system = await open({ database: databaseUrl() });
    const [row] = await system.db.query<{ name: string }>('SELECT current_schema() AS name');
    await system.close();
    const other = await open({ database: databaseUrl() });

    const left = await other.db.query('SELECT nspname FROM pg_namespace WHERE nspname = $1', [
      row?.name ?? '',
    ]);

    expect(row?.name).to.match(/^restmapper_test_/);
    expect(left).to.deep.equal([]);
  });

  describe('without a database', () => {
    const without = { database: 'none', workers: ['price', 'tasks'] };

    it('records the messages of calls and of workers, in order', async () => {
      const system = await open(without);

      const { body } = await system.request('GET', '/price/tea', { headers: { 'x-request-id': 'r1' } });

      expect(body).to.deep.equal({ cents: 450 });
      expect(system.published().map(({ endpoint }) => endpoint)).to.deep.equal([
        'GET /price/{id}',
        'POST /seen',
      ]);
      expect(system.published('GET /price/{id}')[0]).to.deep.include({
        data: null,
        args: null,
        params: { id: 'tea' },
        identity: null,
      });
      expect(system.published('POST /seen')[0]).to.deep.include({ data: { id: 'tea' } });
    });

    it('answers rejected calls like the gateway, and publishes nothing', async () => {
      const system = await open(without);

      const invalid = await system.request('POST', '/orders', { body: { article: 1 } });
      const text = await system.request('POST', '/orders', { body: '{' });
      const unknown = await system.request('GET', '/nothing');

      expect(invalid).to.deep.include({ status: 422 });
      expect(invalid.headers['content-type']).to.equal('application/problem+json');
      expect(invalid.body).to.have.nested.property('errors[0].pointer', '/article');
      expect([text.status, unknown.status]).to.deep.equal([400, 404]);
      expect(system.published()).to.deep.equal([]);
    });

    it('answers with stubs instead of workers, until it is reset', async () => {
      const system = await open(without);
      const ask = async (): Promise<readonly unknown[]> => {
        const { status, body } = await system.request('GET', '/tax');
        return [status, body];
      };

      const [none, noneProblem] = await ask();
      system.stub('GET /tax', 19);
      const value = await ask();
      system.stub('GET /tax', ({ endpoint }: { endpoint: string }) => endpoint.length);
      const computed = await ask();
      system.stub('GET /tax', new RequestError(409, 'TWO_TAXES'));
      const [refused, problem] = await ask();
      system.stub('GET /tax', 'much');
      const [invalid] = await ask();
      system.stub('GET /tax', () => new Promise(() => {}));
      const [late] = await ask();
      await system.reset();
      const [after] = await ask();

      expect([none, after]).to.deep.equal([503, 503]);
      expect(noneProblem).to.include({ code: 'NO_WORKER' });
      expect(value).to.deep.equal([200, 19]);
      expect(computed).to.deep.equal([200, 8]);
      expect(refused).to.equal(409);
      expect(problem).to.include({ code: 'TWO_TAXES' });
      expect([invalid, late]).to.deep.equal([502, 504]);
    });

    it('answers with the status, type and headers of a stub', async () => {
      const system = await open(without);

      system.stub('GET /tax', replyWith(19, { status: 203, headers: { etag: '"7"' } }));
      const full = await system.request('GET', '/tax');
      const sent = await system.send('GET /tax');
      system.stub('GET /tax', () => replyWith('19', { type: 'text/csv' }));
      const undeclared = await system.request('GET', '/tax');

      expect(full).to.deep.include({ status: 203, body: 19 });
      expect(full.headers).to.include({ etag: '"7"', 'content-type': 'application/json' });
      expect(sent).to.deep.equal({
        status: 203,
        headers: { etag: '"7"', 'content-type': 'application/json' },
        body: 19,
      });
      expect(undeclared.status).to.equal(502);
      expect(undeclared.body).to.include({ code: 'BAD_REPLY' });
    });

    it('sends messages to workers, and returns their replies', async () => {
      const system = await open(without);

      const reply = await system.send('GET /price/{id}', { params: { id: 'tea' } });
      const error = await system.send('GET /price/{id}', { params: { id: 'none' } });

      expect(reply).to.deep.equal({
        status: undefined,
        headers: { 'content-type': 'application/json' },
        body: { cents: 450 },
      });
      expect(error).to.deep.include({ status: 404 });
      expect(error?.body).to.have.nested.property('error.code', 'NO_SUCH_PRICE');
    });

    it('records dead letters, after retries without delay', async () => {
      const system = await open(without);

      await system.send('POST /tasks', { data: { fail: 'reject' } });
      const startMs = performance.now();
      await system.send('POST /tasks', { data: { fail: 'throw' } });

      expect(performance.now() - startMs).to.be.below(900);
      expect(system.deadLetters.map(({ endpoint, reason }) => [endpoint, reason])).to.deep.equal([
        ['POST /tasks', 'it is wrong'],
        ['POST /tasks', 'Error: it broke'],
      ]);
    });

    it('lifts rate limits by a reset', async () => {
      const system = await open(without);
      const post = async (): Promise<number> =>
        (await system.request('POST', '/orders', { body: { article: 'tea' } })).status;

      const statuses = [await post(), await post(), await post(), await post()];
      await system.reset();

      expect(statuses.at(-1)).to.equal(429);
      expect(await post()).to.not.equal(429);
    });

    it('names what it does not have', async () => {
      const system = await open(without);

      expect(() => system.stub('GET /taxes', 1)).to.throw('there is no endpoint GET /taxes');
      expect(() => system.stub('POST /seen', 1)).to.throw('needs no stub');
      expect(() => system.request('GET', 'tax')).to.throw('must begin with /');
      expect(await system.db.query('SELECT 1').catch(String)).to.contain('has no database');
    });
  });

  it('reads only the variables that it is given', async () => {
    const text = 'endpoints: { GET /a: { rpc: true, summary: "${HOME}" } }';

    const error: unknown = await open({}, text).catch((error: unknown) => error);
    const system = await open({ env: { HOME: 'here' }, database: 'none' }, text);

    expect(error).to.include({ code: 'CONFIG_INVALID' });
    expect((await system.request('GET', '/a')).status).to.equal(503);
  });
});

function bound(system: TestSystem): Pick<TestSystem, 'request'> {
  return { request: (method, path, options) => system.request(method, path, options) };
}
