import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import {
  collect,
  createEvents,
  createFeed,
  createMessage,
  failureOf,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';

describe('a bus whose topology is deleted', () => {
  it('recreates a deleted queue even if it only publishes', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    await withChannel((channel) => channel.deleteQueue(queue));

    const error = await failureOf(bus.publish(exchange, createMessage(), within()));

    expect(error).to.have.property('code', 'UNROUTABLE');
    await until(() => bus.publish(exchange, createMessage(), within(1000)).then(() => true));
  });

  it('loses no message that it temporarily cannot dead-letter', async () => {
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

  it('recreates a deleted feed, and follows it from its new beginning', async () => {
    const { topology, exchange, feed } = createFeed();
    const bus = await openUpBus(topology);
    const seen: string[] = [];
    const subscription = bus.follow(feed, ({ body, offset }) => void seen.push(`${offset} ${String(body)}`), {
      from: 'first',
      onBreak: (why) => void seen.push(why),
    });
    await use(subscription, () => subscription.close()).ready;
    await publishAll(bus, exchange, ['a', 'b', 'c']);
    await until(() => seen.length === 3);

    await withChannel((channel) => channel.deleteQueue(feed));
    await until(() => bus.publish(exchange, createMessage('new'), within(1000)).then(() => true));

    await until(() => seen.length > 4, { timeoutMs: 15_000 });
    expect(seen).to.deep.equal(['0 a', '1 b', '2 c', 'recreated', '0 new']);
  });
});
