import { fileURLToPath } from 'node:url';
import { type Channel, connect } from 'amqplib';
import { expect } from 'chai';
import { type Broker, openBroker } from '../support/broker.ts';
import { openPython } from '../support/python.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { type Command, startCommand, untilReady } from './command.ts';

const project = fileURLToPath(new URL('../../examples/fpesa', import.meta.url));
/** What is missing is looked up again within 15 s. */
const patience = { timeoutMs: 60_000 };

async function openRig(): Promise<{
  readonly broker: Broker;
  readonly serve: Command;
  readonly api: string;
}> {
  const broker = use(await openBroker(), (broker) => broker.close());
  const env = { AMQP_URL: broker.url, LOG_LEVEL: 'error' };
  const serve = await startCommand({ args: ['serve', '--file', `${project}/endpoints.yaml`], env });
  await until(async () => (await fetch(`${serve.adminUrl}/livez`)).ok, patience);
  return { broker, serve, api: `${serve.url}/messages/` };
}

const openWorkers = (broker: Broker) => openPython(`${project}/workers.py`, broker.url);

async function openChannel({ url }: Broker): Promise<Channel> {
  const connection = use(await connect(url), (model) => model.close());
  return connection.createChannel();
}

/** The exchanges with their flag `durable`, without RabbitMQ's own. */
async function exchangesOf(broker: Broker): Promise<readonly string[]> {
  const table = await broker.rabbitmqctl('-q', 'list_exchanges', '--no-table-headers', 'name', 'durable');
  return table
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(amq\.|\t|retry:)/.test(line))
    .toSorted();
}

const theirs = ['/messages/:GET\tfalse', '/messages/:POST\tfalse', 'RPC\tfalse'];

async function pageOf(api: string, query: string): Promise<unknown> {
  return (await fetch(`${api}?${query}`)).json();
}

async function untilMissing(api: string): Promise<void> {
  await until(async () => {
    const answers = [await post(api, { a: 1 }), await fetch(`${api}?offset=0&limit=1`)];
    const problems = await Promise.all(answers.map((answer) => answer.json() as Promise<{ code?: string }>));
    return problems.every(({ code }) => code === 'NOT_DECLARED');
  }, patience);
}

/** What a worker of fpesa receives of a call. */
async function receivedBy(channel: Channel, queue: string, call: () => Promise<Response>): Promise<string> {
  const bodies: string[] = [];
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      const { replyTo, correlationId } = (message?.properties ?? {}) as Record<string, string>;
      bodies.push(String(message?.content));
      if (replyTo === undefined) return;
      const failure = '{"error": {"code": 500, "description": "no database"}}';
      channel.publish('RPC', replyTo, Buffer.from(failure), { correlationId: correlationId ?? '' });
    },
    { noAck: true },
  );
  await call();
  await until(() => bodies.length > 0);
  await channel.cancel(consumerTag);
  return bodies[0] ?? '';
}

describe('the example fpesa', function () {
  this.timeout(240_000);

  it('serves its HTTP API with its workers, and declares nothing of theirs', async () => {
    const { broker, serve, api } = await openRig();

    await untilMissing(api);
    expect(await exchangesOf(broker)).to.deep.equal([]);
    await openWorkers(broker);
    await untilReady(serve);
    await until(async () => (await fetch(`${api}?offset=0&limit=1`)).ok, patience);
    const empty = await pageOf(api, 'offset=0&limit=10');
    for (const n of [1, 2, 3]) {
      const answer = await until(async () => {
        const posted = await post(api, { n });
        return posted.status === 200 && posted;
      }, patience);
      expect(await answer.text()).to.equal('{}');
    }
    await until(async () => ((await pageOf(api, 'offset=0&limit=0')) as { total: number }).total === 3);
    const newest = await pageOf(api, 'offset=0&limit=2');
    const older = await pageOf(api, 'paginationId=2&offset=1&limit=500');
    const refused = [
      await fetch(`${api}?offset=0`),
      await fetch(`${api}?offset=a&limit=1`),
      await fetch(`${api}?offset=0&limit=1&other=1`),
      await post(api, '[1]'),
    ];
    // Python does not read a number of 5,000 digits.
    const failed = await fetch(`${api}?offset=${'1'.repeat(5000)}&limit=1`);

    expect(empty).to.deep.equal({ paginationId: 0, offset: 0, limit: 10, total: 0, messages: [] });
    expect(newest).to.deep.equal({
      paginationId: 3,
      offset: 0,
      limit: 2,
      total: 3,
      messages: [{ n: 3 }, { n: 2 }],
    });
    expect(older).to.deep.equal({ paginationId: 2, offset: 1, limit: 100, total: 2, messages: [{ n: 1 }] });
    expect(refused.map(({ status }) => status)).to.deep.equal([422, 422, 422, 422]);
    expect(failed.status).to.equal(500);
    expect(await failed.json()).to.include({ code: 'WORKER_ERROR', detail: 'Internal server error' });
    expect(await exchangesOf(broker)).to.deep.equal(theirs);
  });

  it('sends its workers what they know, also after a restart of RabbitMQ, which its exchanges do not survive', async () => {
    const { broker, serve, api } = await openRig();
    const first = await openWorkers(broker);
    await untilReady(serve);
    await until(async () => (await fetch(`${api}?offset=0&limit=1`)).ok, patience);

    await first.kill();
    await broker.stop();
    await broker.start();
    await untilMissing(api);
    const second = await openWorkers(broker);
    await until(async () => (await fetch(`${api}?offset=0&limit=1`)).ok, patience);
    await until(async () => (await post(api, {})).ok, patience);
    await second.kill();
    const channel = await openChannel(broker);
    const stored = await receivedBy(channel, '/messages/:POST', () =>
      post(api, '{"big":12345678901234567890}'),
    );
    const asked = await receivedBy(channel, '/messages/:GET', () => fetch(`${api}?offset=0&limit=10`));

    expect(stored).to.equal('{"data":{"big":12345678901234567890},"args":null}');
    expect(JSON.parse(asked)).to.deep.equal({
      data: null,
      args: { offset: '0', limit: '10', paginationId: null },
    });
    expect(await exchangesOf(broker)).to.deep.equal(theirs);
  });
});
