import { createHmac, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { openBroker } from '../support/broker.ts';
import { openPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, runCommand } from './command.ts';

const project = fileURLToPath(new URL('../../examples/orders', import.meta.url));
const secret = 'a-secret-of-this-test';
const tea = { customer: 'ann "the" cook', item: 'tea, green', count: 2 };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body's JSON; undefined for any other. */
  readonly body: unknown;
}

type Call = (
  method: string,
  path: string,
  options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Answer>;

// Only the sources' loader reads TypeScript on every version of Node.
async function run(role: string, env: Readonly<Record<string, string>> = {}): Promise<Command> {
  return openCommand({
    args: [role, '--file', `${project}/endpoints.yaml`],
    cwd: await openFolder(),
    env: { PAYMENT_SECRET: secret, LOG_LEVEL: 'error', ...env },
    fromSource: true,
  });
}

function createCall(api: string): Call {
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { 'x-api-key': 'orders-example-key', 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };
}

async function changeOneOrder(api: string, call: Call): Promise<void> {
  const created = await call('POST', '/orders', { body: { number: 'A-1', ...tea } });
  const twice = await call('POST', '/orders', { body: { number: 'A-1', ...tea } });
  const invalid = await call('POST', '/orders', { body: { number: 'a 1', ...tea } });
  const url = new URL(created.headers.get('location') ?? '', `${api}/orders`);
  const read = await call('GET', url.href.slice(api.length));
  const held = await call('GET', '/orders/A-1', { headers: { 'if-none-match': '"1"' } });
  const headers = { 'if-match': '"1"' };
  const changed = await call('PUT', '/orders/A-1', { headers, body: { item: 'milk', count: 3 } });
  const late = await call('PUT', '/orders/A-1', { headers, body: { item: 'rum', count: 1 } });
  const missing = await call('PUT', '/orders/A-2', { headers, body: { item: 'rum', count: 1 } });
  const newer = await call('GET', '/orders/A-1', { headers: { 'if-none-match': '"1"' } });
  const versions = await call('GET', '/orders/A-1/versions');
  const deleted = await call('DELETE', '/orders/A-1');
  const gone = [await call('DELETE', '/orders/A-1'), await call('GET', '/orders/A-1')];

  const first = { number: 'A-1', version: 1, ...tea, status: 'placed' };
  const second = { ...first, version: 2, item: 'milk', count: 3 };
  expect([created.status, created.body]).to.deep.equal([201, first]);
  expect([twice.status, invalid.status]).to.deep.equal([409, 422]);
  expect([read.status, read.headers.get('etag'), read.body]).to.deep.equal([200, '"1"', first]);
  expect([held.status, held.text]).to.deep.equal([304, '']);
  expect([changed.status, changed.headers.get('etag'), changed.body]).to.deep.equal([200, '"2"', second]);
  expect([late.status, missing.status]).to.deep.equal([412, 404]);
  expect(late.body).to.have.property('code', 'PRECONDITION_FAILED');
  expect([newer.status, newer.headers.get('etag')]).to.deep.equal([200, '"2"']);
  expect(versions.body).to.deep.equal([second, first]);
  expect([deleted.status, ...gone.map(({ status }) => status)]).to.deep.equal([204, 404, 404]);
}

async function searchAndExport(call: Call): Promise<void> {
  for (const number of ['B-1', 'B-2', 'B-3', 'B-4', 'B-5']) {
    const customer = number === 'B-3' ? 'bob' : tea.customer;
    expect((await call('POST', '/orders', { body: { number, ...tea, customer } })).status).to.equal(201);
  }

  const pages: string[][] = [];
  for (let after = '', more = true; more; ) {
    const query = new URLSearchParams({ customer: tea.customer, limit: '3', after });
    const { body } = await call('GET', `/orders?${query}`);
    const numbers = (body as { readonly number: string }[]).map(({ number }) => number);
    pages.push(numbers);
    after = numbers.at(-1) ?? '';
    more = numbers.length === 3;
  }
  const csv = await call('GET', '/orders.csv');
  const statistics = await call('GET', '/statistics');
  const unknown = await call('GET', '/orders?colour=red');

  expect(pages).to.deep.equal([['B-1', 'B-2', 'B-4'], ['B-5']]);
  expect(csv.headers.get('content-type')).to.match(/^text\/csv/);
  expect(csv.headers.get('content-disposition')).to.equal('attachment; filename="orders.csv"');
  expect(csv.text.split('\r\n').slice(0, 2)).to.deep.equal([
    'number,customer,item,count,status',
    'B-1,"ann ""the"" cook","tea, green",2,placed',
  ]);
  expect(csv.text.split('\r\n')).to.have.length(7);
  expect(statistics.body).to.deep.equal([{ status: 'placed', orders: 5, items: 10 }]);
  expect(unknown.status).to.equal(422);
}

async function comment(call: Call): Promise<void> {
  for (const text of ['one', 'two', 'three']) {
    const { status } = await call('POST', '/orders/B-1/comments', { body: { text } });
    expect(status).to.equal(202);
  }
  await call('POST', '/orders/B-2/comments', { body: { text: 'of another order' } });

  const first = await until(async () => {
    const { body } = await call('GET', '/orders/B-1/comments?limit=2');
    const page = body as { readonly total: number; readonly next: number; readonly messages: unknown };
    return page.total === 3 && page;
  });
  const second = await call('GET', `/orders/B-1/comments?limit=2&after=${first.next}`);

  expect(first.messages).to.deep.equal([{ text: 'three' }, { text: 'two' }]);
  expect(second.body).to.deep.include({ messages: [{ text: 'one' }], next: null });
}

async function pay(call: Call): Promise<void> {
  const body = { order: 'B-1' };
  const signed = (key: string): Readonly<Record<string, string>> => ({
    'x-payment-id': randomUUID(),
    'x-payment-signature': `sha256=${createHmac('sha256', key).update(JSON.stringify(body)).digest('hex')}`,
  });

  const forged = await call('POST', '/hooks/payments', { body, headers: signed('another secret') });
  const before = await call('GET', '/orders/B-1');
  const accepted = await call('POST', '/hooks/payments', { body, headers: signed(secret) });

  expect([forged.status, accepted.status]).to.deep.equal([401, 200]);
  expect(before.body).to.include({ version: 1, status: 'placed' });
  await until(async () => (await call('GET', '/orders/B-1')).headers.get('etag') === '"2"');
  expect((await call('GET', '/orders?status=paid')).body)
    .to.have.length(1)
    .and.to.have.nested.property('0.number', 'B-1');
}

const ship = { body: { order: 'B-1', priority: 'express' } };
const quote = { body: { number: 'B-9', ...tea } };

async function expectForeignMissing(call: Call): Promise<void> {
  const answers = [await call('POST', '/shipments/eu', ship), await call('POST', '/quotes', quote)];

  expect(answers.map(({ status }) => status)).to.deep.equal([503, 503]);
}

/** What the other applications have on RabbitMQ: a queue for shipments, and a worker of quotes. */
async function openOthers(url: string): Promise<{ readonly shipments: readonly string[] }> {
  const connection = use(await connect(url), (model) => model.close());
  const channel = await connection.createChannel();
  await channel.assertExchange('warehouse', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'warehouse', 'shipment.eu.*');
  const shipments: string[] = [];
  await channel.consume(queue, (message) => void (message && shipments.push(message.fields.routingKey)), {
    noAck: true,
  });
  await channel.assertQueue('legacy_quotes', { durable: true });
  const answer = Buffer.from('{"cents":900}');
  await channel.consume(
    'legacy_quotes',
    (message) => {
      const { replyTo, correlationId } = message?.properties ?? {};
      channel.sendToQueue(String(replyTo), answer, { correlationId: String(correlationId) });
    },
    { noAck: true },
  );
  return { shipments };
}

describe('the example orders', function () {
  this.timeout(180_000);

  it('passes its cases', async () => {
    const { code, stdout } = await runCommand({ args: ['test', project], fromSource: true });

    expect(stdout).to.match(/\n14 passed, 0 failed in/);
    expect(code).to.equal(0);
  });

  it('serves orders in one process', async () => {
    const { url } = await run('start');
    const api = `${url}/api/v1`;
    const call = createCall(api);

    const stranger = await call('GET', '/orders', { headers: { 'x-api-key': 'guessed' } });

    expect(stranger.status).to.equal(401);
    await changeOneOrder(api, call);
    await searchAndExport(call);
    await comment(call);
    await pay(call);
    await expectForeignMissing(call);
  });

  it('serves orders in two processes, with RabbitMQ and PostgreSQL', async () => {
    const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);
    use(broker, () => broker.close());
    use(postgres, () => postgres.close());
    const env = { AMQP_URL: broker.url, DATABASE_URL: postgres.url };
    const [{ url }] = await Promise.all([run('serve', env), run('work', env)]);
    const call = createCall(url);

    await changeOneOrder(url, call);
    await searchAndExport(call);
    await comment(call);
    await pay(call);
    await expectForeignMissing(call);
    const { shipments } = await openOthers(broker.url);
    await until(async () => (await call('POST', '/shipments/eu', ship)).status === 202, {
      timeoutMs: 30_000,
    });
    const quoted = await until(
      async () => {
        const answer = await call('POST', '/quotes', quote);
        return answer.status === 200 && answer;
      },
      { timeoutMs: 30_000 },
    );

    expect(quoted.body).to.deep.equal({ cents: 900 });
    await until(() => shipments.length > 0);
    expect(shipments[0]).to.equal('shipment.eu.express');
  });
});
