import { randomBytes } from 'node:crypto';
import { type Bus, openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import type { Channel, Options } from 'amqplib';
import { expect } from 'chai';
import { amqpUrl, deleteTopology, openAmqp } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createAbsentDatabase } from '../../src/database/absent-database.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { Reject, Retry } from '../../src/work/errors.ts';
import { type Call, defineHandler, type Handler, type HandlerContext } from '../../src/work/handler.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import { createTestDatabase } from '../support/databases.ts';

interface Rig {
  readonly model: Model;
  /** A channel of another application. */
  readonly channel: Channel;
  /** The calls that the handler got. */
  readonly calls: (Call & Pick<HandlerContext, 'message'>)[];
  readonly bus: Bus;
  publish(
    exchange: string,
    body: string | Buffer,
    options?: Options.Publish & { readonly key?: string },
  ): void;
  /** Resolves with the next dead letter of a queue. */
  deadLetter(queue: string): Promise<{ readonly body: string; readonly reason: string }>;
}

interface RigOptions {
  readonly file: (id: string) => string;
  /** Declares what other applications have. */
  readonly declare?: (channel: Channel, id: string) => Promise<unknown>;
  readonly handle?: Handler;
  readonly db?: Database;
}

/** Opens the workers of a file on RabbitMQ; `id` begins each name of another application. */
async function openRig({ file, declare, handle, db }: RigOptions): Promise<Rig & { readonly id: string }> {
  const id = `i${randomBytes(6).toString('hex')}`;
  const model = parseEndpoints(file(id), { file: 'endpoints.yaml', directory: '/app' });
  const topology = topologyOf(model);
  const connection = use(await openAmqp(), (model) => model.close());
  const channel = await connection.createChannel();
  const { exchanges = [], consumed = [] } = topology.foreign ?? {};
  use(topology, async () => {
    await deleteTopology(topology);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
    for (const { name } of consumed) await channel.deleteQueue(name);
  });
  await declare?.(channel, id);
  const bus = use(
    openAmqpBus({ urls: [amqpUrl()], topology, name: 'inputs', log: silentLog, recheckMs: 500 }),
    (bus) => bus.close({ timeoutMs: 1000 }),
  );
  const calls: Rig['calls'] = [];
  const handler: Handler = async (call, context) => {
    calls.push({ ...call, message: context.message });
    return await handle?.(call, context);
  };
  const workers = await openWorkers({
    model,
    bus,
    db: db ?? createAbsentDatabase('there is none'),
    loadModule: async () => ({ default: defineHandler(handler) }),
  });
  use(workers, (it) => it.close({ timeoutMs: 500 }));
  await until(() => bus.status.state === 'up');
  return {
    id,
    model,
    channel,
    calls,
    bus,
    publish: (exchange, body, { key = '', ...options } = {}) =>
      void channel.publish(exchange, key, Buffer.from(body), options),
    deadLetter: async (queue) => {
      const letter = await until(() => channel.get(`${queue}.dead`, { noAck: true }));
      const { 'x-dead-reason': reason } = letter.properties.headers ?? {};
      return { body: String(letter.content), reason: String(reason) };
    },
  };
}

const isUsable = ({ bus }: Rig): boolean => bus.status.state === 'up' && bus.unavailable.length === 0;

/** Long enough for an exchange to be looked up again. */
const soon = { timeoutMs: 20_000 };

describe('an input from an exchange of another application', function () {
  this.timeout(40_000);

  const topic = (id: string): string => `
inputs:
  in-${id}: { from: [{ exchange: ${id}, bind: 'a.#' }], id: id, body: { required: [id], properties: { n: { default: 7 } } } }
workers:
  w: { on: in-${id}, use: ./w.ts, retries: 1 }
`;

  it('brings its messages to a worker, whose data is the body as it is', async () => {
    const rig = await openRig({ file: topic, declare: (channel, id) => channel.assertExchange(id, 'topic') });
    await until(() => isUsable(rig));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const options = { key: 'a.b', messageId: 'theirs', type: 'x', headers: { traceparent } };

    rig.publish(rig.id, '{"id":"1","n":1.0}', { key: 'b', messageId: 'not bound' });
    rig.publish(rig.id, '{"id":"1","n":1.0}', options);
    rig.publish(rig.id, '{"id":"2"}', { key: 'a' });

    await until(() => rig.calls.length === 2);
    expect(rig.calls.map(({ data }) => data)).to.deep.equal([
      { id: '1', n: 1 },
      { id: '2', n: 7 },
    ]);
    const [call] = rig.calls;
    expect(call).to.deep.include({ args: null, params: {}, headers: {}, identity: null });
    expect(call?.message).to.include({ source: `in-${rig.id}`, worker: 'w', attempt: 1 });
  });

  it('dead-letters at once what is not JSON, is not as the file says, or has no id', async () => {
    const rig = await openRig({ file: topic, declare: (channel, id) => channel.assertExchange(id, 'topic') });
    await until(() => isUsable(rig));
    const large = Buffer.alloc(1024 * 1024, 0xff);
    const queue = `input:in-${rig.id}`;
    const bodies = [
      '',
      'no',
      Buffer.from([0x22, 0xff, 0x22]),
      large,
      '[]',
      '{}',
      '{"id":null}',
      '{"id":true}',
    ];

    const letters: { readonly body: string; readonly reason: string }[] = [];
    for (const body of bodies) {
      rig.publish(rig.id, body, { key: 'a' });
      letters.push(await rig.deadLetter(queue));
    }

    expect(letters.map(({ body }) => body)).to.deep.equal(bodies.map((body) => String(Buffer.from(body))));
    const reasons = letters.map(({ reason }) => reason);
    expect(reasons[1]).to.match(/^Reject: the body is not JSON: |^the body is not JSON: /);
    expect(reasons[2]).to.contain('the body is not JSON: it is not UTF-8');
    expect(reasons[3]).to.contain('the body is not JSON: it is not UTF-8');
    expect(reasons[4]).to.contain('the body has no id: id must be a text or a number');
    expect(reasons[5]).to.contain('the body is not as the file says: /id is required');
    expect(reasons[6]).to.contain('the body has no id');
    expect(reasons[7]).to.contain('the body has no id');
    expect(rig.calls).to.deep.equal([]);
  });

  it('is bound once the exchange appears, and again when it is deleted and recreated', async () => {
    const rig = await openRig({ file: topic });
    const reason = `the exchange ${rig.id} does not exist`;
    await until(() => rig.bus.unavailable[0]?.reason === reason);
    expect(rig.bus.unavailable).to.deep.equal([{ kind: 'exchange', name: rig.id, reason }]);

    await rig.channel.assertExchange(rig.id, 'topic', { durable: false });
    await until(() => isUsable(rig), soon);
    rig.publish(rig.id, '{"id":"1"}', { key: 'a' });
    await until(() => rig.calls.length === 1);
    await rig.channel.deleteExchange(rig.id);
    await rig.channel.assertExchange(rig.id, 'topic');
    await until(async () => {
      rig.publish(rig.id, '{"id":"2"}', { key: 'a' });
      return rig.calls.length > 1;
    }, soon);

    expect(rig.calls[1]?.data).to.deep.equal({ id: '2', n: 7 });
    expect(rig.bus.stats.reconnects).to.equal(0);
  });

  it('takes the messages of a headers exchange by their headers', async () => {
    const rig = await openRig({
      file: (id) => `
inputs:
  in-${id}: { from: [{ exchange: ${id}, match: { kind: order, n: 2 } }] }
workers: { w: { on: in-${id}, use: ./w.ts } }
`,
      declare: (channel, id) => channel.assertExchange(id, 'headers'),
    });
    await until(() => isUsable(rig));

    rig.publish(rig.id, '1', { headers: { kind: 'order' } });
    rig.publish(rig.id, '2', { headers: { kind: 'order', n: 2, more: true } });

    await until(() => rig.calls.length > 0);
    expect(rig.calls.map(({ data }) => data)).to.deep.equal([2]);
  });

  for (const [type, key, reason] of [
    ['topic', 'match: { kind: a }', 'is not a headers exchange, so it cannot match headers'],
    ['fanout', 'match: { kind: a }', 'is not a headers exchange, so it cannot match headers'],
    ['headers', 'bind: a', 'is a headers exchange, which ignores routing keys'],
  ] as const) {
    it(`is not bound to a ${type} exchange by ${key.replace(/:.*/, '')}`, async () => {
      const rig = await openRig({
        file: (id) => `
inputs: { in-${id}: { from: [{ exchange: ${id}, ${key} }] } }
workers: { w: { on: in-${id}, use: ./w.ts } }
`,
        declare: (channel, id) => channel.assertExchange(id, type),
      });

      await until(() => rig.bus.unavailable[0]?.reason === `the exchange ${rig.id} ${reason}`);
      rig.publish(rig.id, '1', { key: 'a', headers: { kind: 'a' } });

      const { messageCount } = await rig.channel.checkQueue(`input:in-${rig.id}`);
      expect(messageCount).to.equal(0);
      expect(rig.calls).to.deep.equal([]);
    });
  }

  it('stores two messages of one id once, and two of its inputs twice', async () => {
    const database = use(await createTestDatabase(), ({ drop }) => drop());
    const db = use(openPostgres({ url: database.url }), (db) => db.close());
    const rig = await openRig({
      db,
      file: (id) => `
inputs:
  by-field-${id}: { from: [{ exchange: ${id}, bind: field }], id: order.id }
  by-property-${id}: { from: [{ exchange: ${id}, bind: property }] }
workers:
  store: { on: [by-field-${id}, by-property-${id}], use: append, table: stored }
`,
      declare: (channel, id) => channel.assertExchange(id, 'direct'),
    });
    await until(() => isUsable(rig));
    const uuid = 'D9428888-122B-11E1-B85C-61CD3CBB3210';

    for (const body of ['{"order":{"id":7}}', '{"order":{"id":7},"again":1}', `{"order":{"id":"${uuid}"}}`])
      rig.publish(rig.id, body, { key: 'field' });
    for (const messageId of ['7', '7', uuid]) rig.publish(rig.id, '{}', { key: 'property', messageId });
    rig.publish(rig.id, '{"order":{"id":"last"}}', { key: 'field' });

    const read = () =>
      db.query<{ id: string; message: string }>(
        'SELECT message_id AS id, message::text FROM stored ORDER BY id',
      );
    const rows = await until(async () => {
      const rows = await read();
      return rows.some(({ message }) => message.includes('last')) && rows.length >= 4 && rows;
    });
    expect(rows).to.have.length(4);
    expect(rows.map(({ id }) => id)).to.include(uuid.toLowerCase());
  });
});

describe('an input from an existing queue', function () {
  this.timeout(40_000);

  const existing = (id: string): string => `
inputs: { in-${id}: { queue: ${id} } }
workers: { w: { on: in-${id}, use: ./w.ts, retries: 1 } }
`;

  for (const [title, options] of Object.entries({
    'a classic queue': {},
    'a quorum queue': { arguments: { 'x-queue-type': 'quorum' } },
    'a transient queue with a limit': { durable: false, maxLength: 100 },
  } satisfies Record<string, Options.AssertQueue>)) {
    it(`is consumed as it is: ${title}`, async () => {
      const rig = await openRig({
        file: existing,
        declare: (channel, id) => channel.assertQueue(id, options),
      });

      rig.channel.sendToQueue(rig.id, Buffer.from('{"n":1}'), { messageId: 'm' });

      await until(() => rig.calls.length > 0);
      expect(rig.calls[0]?.data).to.deep.equal({ n: 1 });
      await until(async () => (await rig.channel.checkQueue(rig.id)).messageCount === 0);
    });
  }

  it('keeps retries and dead letters in a queue of its own', async () => {
    const attempts: number[] = [];
    const rig = await openRig({
      file: existing,
      declare: (channel, id) => channel.assertQueue(id),
      handle: async ({ data }, { message }) => {
        attempts.push(message.attempt);
        if (data === 'reject') throw new Reject('as asked');
        if (message.attempt === 1) throw new Retry(10, 'once');
      },
    });
    rig.channel.sendToQueue(rig.id, Buffer.from('"retry"'));
    await until(() => attempts.length === 2);
    rig.channel.sendToQueue(rig.id, Buffer.from('"reject"'));
    const rejected = await rig.deadLetter(`input:in-${rig.id}`);
    rig.channel.sendToQueue(rig.id, Buffer.from('no JSON'));
    const unread = await rig.deadLetter(`input:in-${rig.id}`);

    expect(attempts).to.deep.equal([1, 2, 1]);
    expect(rejected).to.deep.include({ body: '"reject"' });
    expect(rejected.reason).to.contain('as asked');
    expect(unread.body).to.equal('no JSON');
  });

  it('takes over a message that was delivered before, whose deliveries are then counted', async () => {
    const rig = await openRig({ file: existing });
    await until(() => rig.bus.unavailable.length > 0);
    await rig.channel.assertQueue(rig.id);
    rig.channel.sendToQueue(rig.id, Buffer.from('1'));
    const taken = await until(() => rig.channel.get(rig.id));
    rig.channel.nack(taken);

    await until(() => rig.calls.length > 0, soon);

    await until(async () => (await rig.channel.checkQueue(`input:in-${rig.id}`)).messageCount === 0);
    expect(rig.calls).to.have.length(1);
  });

  it('is waited for while it is missing, and consumed again after it was deleted', async () => {
    const rig = await openRig({ file: existing });
    const reason = `the queue ${rig.id} does not exist`;
    await until(() => rig.bus.unavailable.some((each) => each.reason === reason));

    await rig.channel.assertQueue(rig.id);
    rig.channel.sendToQueue(rig.id, Buffer.from('1'));
    await until(() => rig.calls.length === 1, soon);
    await rig.channel.deleteQueue(rig.id);
    await until(() => rig.bus.unavailable.some((each) => each.reason === reason), soon);
    await rig.channel.assertQueue(rig.id);
    rig.channel.sendToQueue(rig.id, Buffer.from('2'));

    await until(() => rig.calls.length === 2, soon);
    await until(() => isUsable(rig), soon);
    expect(rig.bus.stats.reconnects).to.equal(0);
  });

  it('is waited for while another connection holds it exclusively', async () => {
    const rig = await openRig({
      file: existing,
      declare: async (_channel, id) => {
        const other = use(await openAmqp(), (model) => model.close().catch(() => {}));
        await (await other.createChannel()).assertQueue(id, { exclusive: true });
      },
    });

    await until(() => rig.bus.unavailable.some(({ reason }) => reason.includes('RESOURCE_LOCKED')));
  });

  it('cannot be a stream', async () => {
    const rig = await openRig({
      file: existing,
      declare: (channel, id) => channel.assertQueue(id, { arguments: { 'x-queue-type': 'stream' } }),
    });
    rig.channel.sendToQueue(rig.id, Buffer.from('1'));

    await until(() => rig.bus.unavailable.some(({ reason }) => reason.includes('is a stream')));

    expect(rig.calls).to.deep.equal([]);
    expect(rig.bus.stats.reconnects).to.equal(0);
  });
});
