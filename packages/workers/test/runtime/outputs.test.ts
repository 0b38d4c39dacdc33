import { randomBytes } from 'node:crypto';
import { type Bus, encodeEnvelope, openAmqpBus, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { memoryTopologyOf, type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import type { ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { amqpUrl, deleteTopology, openAmqp } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createAbsentDatabase } from '../../src/database/absent-database.ts';
import { defineHandler, type Handler } from '../../src/work/handler.ts';
import { openWorkers } from '../../src/runtime/workers.ts';

const file = (id: string): string => `
endpoints:
  PUT /${id}: { rpc: true, body: true }
  POST /${id}: { publish: { exchange: ${id} } }
outputs:
  credit:
    exchange: ${id}
    routingKey: 'credit.{data.user}'
    body: { type: object, required: [user], properties: { user: { type: string } } }
  all: { exchange: ${id}, format: envelope, body: true }
workers:
  w: { on: PUT /${id}, use: ./w.ts }
`;

/** Runs a handler for one request; resolves with the status of its reply. */
async function runHandler(bus: Bus, model: Model, handle: Handler): Promise<unknown> {
  const db = createAbsentDatabase('there is none');
  const loadModule = async () => ({ default: defineHandler(handle) });
  const workers = use(await openWorkers({ model, bus, db, loadModule }), (it) =>
    it.close({ timeoutMs: 500 }),
  );
  await workers.ready;
  const message = {
    body: encodeEnvelope({ data: Buffer.from('{}'), args: Buffer.from('null') }),
    messageId: createMessageId(),
    type: 'test',
    timestampMs: Date.now(),
    headers: {},
  };
  const exchange = model.endpoints[0]?.exchange ?? '';
  const reply = await bus.request(exchange, message, { deadlineEpochMs: Date.now() + 5000 });
  return JSON.parse(String(reply.body));
}

function parse(id: string): Model {
  return parseEndpoints(file(id), { file: 'endpoints.yaml', directory: '/app' });
}

/** The messages of what a handler publishes that fails. */
const failureOf = (publishing: Promise<void>): Promise<string> =>
  publishing.then(
    () => 'published',
    (error: unknown) => String(error),
  );

describe('an output of a worker', function () {
  this.timeout(30_000);

  it('reaches the queues of another application on RabbitMQ, by a key of its values', async () => {
    const id = `o${randomBytes(6).toString('hex')}`;
    const model = parse(id);
    const topology = topologyOf(model);
    use(topology, deleteTopology);
    const connection = use(await openAmqp(), (model) => model.close());
    const channel = await connection.createChannel();
    await channel.assertExchange(id, 'topic', { durable: false, autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, id, 'credit.*');
    const received: ConsumeMessage[] = [];
    await channel.consume(queue, (message) => void (message && received.push(message)), { noAck: true });
    const bus = use(openAmqpBus({ urls: [amqpUrl()], topology, name: 'outputs', log: silentLog }), (bus) =>
      bus.close({ timeoutMs: 500 }),
    );
    await until(() => bus.status.state === 'up' && bus.unavailable.length === 0);

    const failures = await runHandler(bus, model, async (_call, { publish }) => {
      await publish('credit', { data: { user: 'a.b' } });
      return { unroutable: await failureOf(publish('all', { data: 1 })) };
    });

    expect(failures).to.deep.equal({ unroutable: `BusError: no queue is bound to ${id}` });
    await until(() => received.length > 0);
    expect(received[0]?.fields).to.include({ exchange: id, routingKey: 'credit.a%2Eb' });
    expect(String(received[0]?.content)).to.equal('{"user":"a.b"}');
    expect(received[0]?.properties).to.include({ type: 'credit', deliveryMode: 2 });
  });

  it('refuses what its schema or its routing key does not allow, and endpoints of other applications', async () => {
    const id = `o${randomBytes(6).toString('hex')}`;
    const model = parse(id);
    const bus = use(openMemoryBus({ topology: memoryTopologyOf(model) }), (bus) =>
      bus.close({ timeoutMs: 500 }),
    );

    const failures = await runHandler(bus, model, async (_call, { publish }) => ({
      missing: await failureOf(publish('credit', { data: {} })),
      control: await failureOf(publish('credit', { data: { user: 'a\0' } })),
      long: await failureOf(publish('credit', { data: { user: 'x'.repeat(300) } })),
      endpoint: await failureOf(publish(`POST /${id}`, { data: null })),
      unrouted: await failureOf(publish('credit', { data: { user: 'a' } })),
    }));

    expect(failures).to.deep.equal({
      missing: 'TypeError: credit refuses its data: /user is required',
      control: 'TypeError: the routing key of credit must not contain control characters',
      long: 'TypeError: the routing key of credit must have at most 255 bytes, not 307',
      endpoint: `TypeError: POST /${id} is for another application; only its HTTP callers reach it, and workers by an output`,
      unrouted: `BusError: no queue is bound to ${id}`,
    });
  });
});
