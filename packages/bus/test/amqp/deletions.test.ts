import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import {
  collect,
  createEvents,
  createFeed,
  createMessage,
  createRpc,
  failureOf,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';

describe('a bus whose topology somebody deletes', () => {
  it('has a deleted exchange again within a second, and leaves other exchanges alone', async () => {
    const [deleted, other] = [createEvents(), createRpc()];
    const bus = await openUpBus({
      exchanges: [...deleted.topology.exchanges, ...other.topology.exchanges],
      queues: [...deleted.topology.queues, ...other.topology.queues],
      bindings: [...deleted.topology.bindings, ...other.topology.bindings],
    });
    await collect(bus, other.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await publishAll(bus, deleted.exchange, ['before']);
    await withChannel((channel) => channel.deleteExchange(deleted.exchange));

    const [failed, reply] = await Promise.all([
      failureOf(bus.publish(deleted.exchange, createMessage(), within())),
      bus.request(other.exchange, createMessage('fine'), within()),
    ]);

    const start = Date.now();
    await until(() => bus.publish(deleted.exchange, createMessage(), within(1000)).then(() => true));
    expect(failed).to.have.property('code', 'PUBLISH_TIMEOUT');
    expect(String(reply.body)).to.equal('fine');
    expect(Date.now() - start).to.be.lessThan(1000);
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('has a deleted queue again, and goes on consuming it', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const collected = await collect(bus, queue);
    await withChannel((channel) => channel.deleteQueue(queue));
    const start = Date.now();

    // What is published while the broker still tears the old queue down may go down with it.
    await until(async () => {
      await bus.publish(exchange, createMessage('next'), within(1000));
      return collected.texts().includes('next');
    });

    expect(Date.now() - start).to.be.lessThan(5000);
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('goes on consuming a queue that another process made again at once', async () => {
    const { topology, exchange, queue } = createEvents();
    const [bus, other] = [await openUpBus(topology), await openUpBus(topology)];
    const collected = await collect(bus, queue);
    await withChannel((channel) => channel.deleteQueue(queue));
    const start = Date.now();

    await openUpBus(topology);

    await until(async () => {
      await other.publish(exchange, createMessage('next'), within(1000));
      return collected.texts().includes('next');
    });
    expect(Date.now() - start).to.be.lessThan(5000);
  });

  it('has a deleted queue again when it only publishes', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    await withChannel((channel) => channel.deleteQueue(queue));

    const error = await failureOf(bus.publish(exchange, createMessage(), within()));

    expect(error).to.have.property('code', 'UNROUTABLE');
    await until(() => bus.publish(exchange, createMessage(), within(1000)).then(() => true));
  });

  it('loses no message that it cannot dead-letter for the moment', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason: 'no' }) });
    await withChannel((channel) => channel.deleteQueue(`${queue}.dead`));

    await publishAll(bus, exchange, ['x']);

    await until(async () => {
      const { messageCount } = await withChannel((channel) => channel.checkQueue(`${queue}.dead`));
      return messageCount === 1;
    });
  });

  it('has a deleted feed again, and goes on following it from its new beginning', async () => {
    const { topology, exchange, feed } = createFeed();
    const bus = await openUpBus(topology);
    const seen: string[] = [];
    const subscription = bus.follow(feed, ({ body, offset }) => void seen.push(`${offset} ${String(body)}`), {
      from: 'first',
    });
    await use(subscription, () => subscription.close()).ready;
    await publishAll(bus, exchange, ['a', 'b', 'c']);
    await until(() => seen.length === 3);

    await withChannel((channel) => channel.deleteQueue(feed));
    await until(() => bus.publish(exchange, createMessage('new'), within(1000)).then(() => true));

    await until(() => seen.length > 3, { timeoutMs: 15_000 });
    expect(seen).to.deep.equal(['0 a', '1 b', '2 c', '0 new']);
  });
});
