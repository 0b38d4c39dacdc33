import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { after, before } from 'mocha';
import type { Topology } from '@restmapper/core';
import { deleteTopology } from '../../../../test/support/amqp.ts';
import { type Broker, openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import {
  collect,
  createEvents,
  createMessage,
  expectCode,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { union } from '../contract/replacing.ts';
import {
  openBrokerProxy,
  openBus,
  openForeignChannel,
  openUpBus,
  uniqueName,
  untilUp,
  urlThrough,
} from './fixtures.ts';

/** Events that are removed after the test. */
function createMore() {
  const events = createEvents();
  use(events.topology, deleteTopology);
  return events;
}

describe('a topology that is replaced on RabbitMQ', () => {
  it('applies at once while the broker is away, and alone is declared afterwards', async () => {
    const [old, next] = [createEvents(), createMore()];
    const proxy = await openBrokerProxy();
    proxy.refuse();
    const bus = openBus(old.topology, { urls: [urlThrough(proxy)] });

    const replaced = bus.replaceTopology({ topology: next.topology });
    await Promise.resolve();
    const consumed = collect(bus, next.queue);
    proxy.heal();

    expect(await replaced).to.have.deep.property('exchanges', [old.exchange]);
    const collected = await consumed;
    await publishAll(bus, next.exchange, ['new']);
    await until(() => collected.texts().includes('new'));
    const channel = await openForeignChannel();
    await channel.checkExchange(old.exchange).then(
      () => expect.fail('the old exchange was declared'),
      (error: unknown) => expect(error).to.have.property('code', 404),
    );
  });

  it('is declared by the next connection when this one is lost', async () => {
    const [old, next] = [createEvents(), createMore()];
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(old.topology, { urls: [urlThrough(proxy)] });

    proxy.blackHole(['down']);
    const replaced = bus.replaceTopology({ topology: union(old.topology, next.topology) });
    proxy.reset();
    proxy.heal();

    await replaced;
    await untilUp(bus);
    const collected = await collect(bus, next.queue);
    await publishAll(bus, next.exchange, ['new']);
    await until(() => collected.texts().includes('new'));
  });

  it('is declared again after a loss, and a subscription to a removed queue continues', async () => {
    const [old, next] = [createEvents(), createMore()];
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(old.topology, { urls: [urlThrough(proxy)] });
    const collected = await collect(bus, old.queue);
    await bus.replaceTopology({ topology: next.topology });
    const channel = await openForeignChannel();

    proxy.reset();
    await until(() => bus.status.state === 'down');
    await channel.deleteQueue(next.queue);
    await untilUp(bus);
    await publishAll(bus, next.exchange, ['new']);
    channel.publish(old.exchange, '', Buffer.from('old'));

    await until(() => collected.texts().includes('old'));
    expect(bus.unavailable).to.deep.equal([]);
  });

  it('is abandoned when the bus is closed meanwhile', async () => {
    const [old, next] = [createEvents(), createMore()];
    const proxy = await openBrokerProxy();
    proxy.refuse();
    const [up, down] = [await openUpBus(old.topology), openBus(old.topology, { urls: [urlThrough(proxy)] })];

    const replacements = [up, down].map((bus) => bus.replaceTopology({ topology: next.topology }));
    for (const bus of [up, down]) void bus.close({ timeoutMs: 500 });

    for (const replaced of replacements) await expectCode(replaced, 'BROKER_UNAVAILABLE');
  });

  it('names what differs on the broker, and leaves subscriptions to it alone', async () => {
    const { topology, exchange, queue, queues } = createEvents({ queues: 2 });
    const [, other = ''] = queues;
    const bus = await openUpBus(topology, { redeclareMs: 100 });
    const [collected, beside] = [await collect(bus, queue), await collect(bus, other)];
    const [first, second] = topology.queues;
    const changed = { ...topology, queues: [{ ...first, deliveryLimit: 3 }, second] } as Topology;

    await bus.replaceTopology({ topology: changed });

    expect(bus.unavailable.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      `exchange ${exchange}`,
      `queue ${queue}`,
    ]);
    await expectCode(bus.publish(exchange, createMessage(), within()), 'NOT_DECLARED');
    (await openForeignChannel()).publish(exchange, '', Buffer.from('1'));
    await until(() => collected.texts().includes('1') && beside.texts().includes('1'));
    expect(collected.subscription.trouble).to.equal(undefined);

    await bus.replaceTopology({ topology });
    await publishAll(bus, exchange, ['2']);
    await until(() => collected.texts().includes('2') && beside.texts().includes('2'));
  });

  it('keeps a consumer waiting whose queue was unusable when it was removed', async () => {
    const { topology, queue } = createEvents();
    const channel = await openForeignChannel();
    await channel.assertQueue(queue, { durable: true });
    const bus = await openUpBus(topology, { redeclareMs: 100 });
    const texts: string[] = [];
    const subscription = bus.consume(queue, async (batch) => {
      texts.push(...batch.map(({ body }) => String(body)));
      return batch.map(() => ({ kind: 'ack' }));
    });
    await until(() => bus.unavailable.some(({ name }) => name === queue));

    await bus.replaceTopology({ topology: createMore().topology });
    channel.sendToQueue(queue, Buffer.from('foreign'));
    await until(async () => (await channel.checkQueue(queue)).messageCount === 1);
    await channel.deleteQueue(queue);
    await bus.replaceTopology({ topology });
    await subscription.ready;

    expect(texts).to.deep.equal([]);
  });

  it('uses other foreign exchanges from then on', async () => {
    const { topology, exchange, queue } = createEvents();
    const [first, second] = [uniqueName(), uniqueName()];
    const channel = await openForeignChannel();
    for (const name of [first, second])
      await channel.assertExchange(
        use(name, (name) => channel.deleteExchange(name)),
        'topic',
      );
    const bindingTo = (foreign: string, routingKey: string): Topology => ({
      ...topology,
      foreign: { exchanges: [foreign], bindings: [{ exchange: foreign, queue, routingKey }] },
    });
    const bus = await openUpBus(topology);
    const collected = await collect(bus, queue);

    for (const [foreign, key] of [
      [first, 'a'],
      [first, 'b'],
      [second, 'c'],
    ] as const) {
      const text = `${foreign} ${key}`;
      await bus.replaceTopology({ topology: bindingTo(foreign, key) });
      await until(async () => {
        channel.publish(foreign, key, Buffer.from(text));
        return collected.texts().includes(text);
      });
    }

    await expectCode(bus.publish(first, createMessage(), within()), 'UNROUTABLE');
    await bus.replaceTopology({ topology });
    await expectCode(bus.publish(second, createMessage(), within()), 'UNROUTABLE');
    await bus.publish(exchange, createMessage(), within());
    expect(bus.unavailable).to.deep.equal([]);
  });
});

describe('a topology that the broker refuses', () => {
  let broker: Broker;

  before('start a broker', async function () {
    this.timeout(60_000);
    broker = await openBroker();
  });

  after('end the broker', () => broker.close());

  it('does not replace the one before', async function () {
    this.timeout(60_000);
    const [old, next] = [createEvents(), createEvents()];
    await (await openUpBus(old.topology, { urls: [broker.url] })).close();
    const user = randomUUID();
    await broker.rabbitmqctl('add_user', user, 'secret');
    const own = `amq\\.gen.*|amq\\.default|RPC|retry:.*|${old.exchange}.*`;
    await broker.rabbitmqctl('set_permissions', user, '^amq\\.gen', `^(${own})$`, `^(${own})$`);
    const url = Object.assign(new URL(broker.url), { username: user, password: 'secret' }).href;
    const bus = await openUpBus(old.topology, { urls: [url] });
    const collected = await collect(bus, old.queue);

    await expectCode(bus.replaceTopology({ topology: next.topology }), 'NOT_DECLARED');

    await publishAll(bus, old.exchange, ['still']);
    await until(() => collected.texts().includes('still'));
    expect(bus.unavailable).to.deep.equal([]);
    await expectCode(bus.publish(next.exchange, createMessage(), within()), 'UNROUTABLE');
  });

  it('is declared although publishers are blocked', async function () {
    this.timeout(60_000);
    const [old, next] = [createEvents(), createEvents()];
    const bus = await openUpBus(old.topology, { urls: [broker.url] });
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.0000001');
    use(broker, (broker) => broker.rabbitmqctl('set_vm_memory_high_watermark', '0.4'));
    await until(
      async () => {
        await bus.publish(old.exchange, createMessage(), within(500)).catch(() => {});
        return bus.status.state === 'blocked';
      },
      { timeoutMs: 20_000 },
    );

    await bus.replaceTopology({ topology: next.topology });

    await bus.consume(next.queue, async () => []).close();
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.4');
    await untilUp(bus, 20_000);
    await bus.publish(next.exchange, createMessage(), within());
  });
});
