import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Client } from 'pg';
import { openApplication, withDatabase } from '../faults/support/application.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';

const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** While the test holds this lock, calls with `wait` block. */
const lock = 77;

/** Each run inserts a row. */
const handler = `
import { defineHandler } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data, identity }, { db }) => {
  const [row] = await db.query('INSERT INTO message (message) VALUES ($1) RETURNING run', [JSON.stringify(data)]);
  if (data.wait) await db.query('SELECT pg_advisory_xact_lock(${lock})');
  return { run: row.run, who: identity.subject };
});`;

const users = ['ann', 'bob'] as const;

function keyOf(user: string): string {
  return `${user}-${'k'.repeat(40)}`;
}

function clientsYaml(): string {
  const hashOf = (user: string): string => createHash('sha256').update(keyOf(user)).digest('hex');
  return users.map((user) => `${user}: { keys: [${hashOf(user)}] }`).join(', ');
}

interface Answer {
  readonly status: number;
  readonly replayed: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Rig {
  readonly databaseUrl: string;
  /** Posts to one of two gateways. */
  readonly call: (gateway: 0 | 1, options: CallOptions) => Promise<Answer>;
  readonly runs: () => Promise<number>;
}

interface CallOptions {
  readonly data: object;
  readonly key?: string;
  /** @default ann */
  readonly user?: (typeof users)[number];
}

async function openRig(): Promise<Rig> {
  const { open, urlAt, databaseUrl } = await openApplication({
    endpoints: (path) => `  POST ${path}calls: { rpc: true, body: true, idempotency: true }`,
    workers: (key) =>
      `  call: { on: ${key}calls, use: ./call.js }\nauth:\n  schemes: { clients: { apiKey: { clients: { ${clientsYaml()} } } } }`,
    files: { 'call.js': handler, 'package.json': '{"type":"module"}' },
  });
  await withDatabase(databaseUrl, (client) =>
    client.query('CREATE TABLE message (run serial, message jsonb NOT NULL)'),
  );
  const [first, second] = await Promise.all([open('serve'), open('serve'), open('work'), open('work')]);
  const urls = [first, second].map((gateway) => `${urlAt(gateway)}calls`);
  return {
    databaseUrl,
    async call(gateway, { data, key, user = 'ann' }) {
      const headers = {
        'content-type': 'application/json',
        'x-api-key': keyOf(user),
        ...(key !== undefined && { 'idempotency-key': key }),
      };
      const response = await fetch(urls[gateway] ?? '', {
        method: 'POST',
        headers,
        body: JSON.stringify(data),
      });
      const body = (await response.json()) as Answer['body'];
      return { status: response.status, replayed: response.headers.get('idempotency-replayed'), body };
    },
    runs: () =>
      withDatabase(databaseUrl, async (client) => (await client.query('SELECT FROM message')).rows.length),
  };
}

describe('a call with an Idempotency-Key', function () {
  this.timeout(60_000);

  it('is answered like the first one, by any gateway and worker, separately for each caller', async () => {
    const { call, runs } = await openRig();

    const first = await call(0, { key: '"order 7"', data: { a: 1 } });
    const repeated = await call(1, { key: 'order 7', data: { a: 1 } });
    const reused = await call(1, { key: 'order 7', data: { a: 2 } });
    const others = await call(0, { key: 'order 7', data: { a: 1 }, user: 'bob' });
    const keyless = [await call(0, { data: { a: 1 } }), await call(0, { data: { a: 1 } })];

    expect(first).to.deep.equal({ status: 200, replayed: null, body: { run: 1, who: 'ann' } });
    expect(repeated).to.deep.equal({ ...first, replayed: 'true' });
    expect(reused).to.deep.include({ status: 422, replayed: null });
    expect(reused.body['code']).to.equal('IDEMPOTENCY_KEY_REUSED');
    expect(others).to.deep.equal({ status: 200, replayed: null, body: { run: 2, who: 'bob' } });
    expect(keyless.map(({ body }) => body['run'])).to.deep.equal([3, 4]);
    expect(await runs()).to.equal(4);
  });

  it('is refused while the first is running, and answered after it', async () => {
    const { call, runs, databaseUrl } = await openRig();
    const holder = use(new Client(databaseUrl), (holder) => holder.end());
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${lock})`);
    const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;

    const first = call(0, { key: 'k', data: { wait: true } });
    await until(async () => (await holder.query(waiting)).rows.length === 1);
    const early = await Promise.all(
      [0, 1, 0, 1].map((gateway) => call(gateway === 0 ? 0 : 1, { key: 'k', data: { wait: true } })),
    );
    await holder.query(`SELECT pg_advisory_unlock(${lock})`);
    const answer = await first;
    const late = await call(1, { key: 'k', data: { wait: true } });

    expect(early.map(({ status, body }) => [status, body['code']])).to.deep.equal(
      early.map(() => [409, 'IDEMPOTENCY_IN_FLIGHT']),
    );
    expect(answer).to.deep.include({ status: 200, replayed: null });
    expect(late).to.deep.equal({ ...answer, replayed: 'true' });
    expect(await runs()).to.equal(1);
  });
});
