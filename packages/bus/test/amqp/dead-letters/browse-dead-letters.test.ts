import { expect } from 'chai';
import { openAmqp, withChannel } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import type { Bus } from '../../../src/contract/bus.ts';
import type { Topology } from '@restmapper/core';
import { collect, createEvents, createMessage, expectCode, within } from '../../contract/fixtures.ts';
import {
  openBrokerProxy,
  openBus,
  openForeignChannel,
  openUpBus,
  uniqueName,
  urlThrough,
} from '../fixtures.ts';

const ids = foreignIds(100);

function foreignIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => `foreign-${index}`);
}

/** Publishes to the dead letters of a queue, as another program might have done. */
async function fill(queue: string, messageIds = ids): Promise<void> {
  const model = use(await openAmqp(), (model) => model.close());
  const channel = await model.createConfirmChannel();
  for (const messageId of messageIds) {
    const headers = { 'x-dead-reason': 'no', 'x-attempts': 4, list: [1], own: 'kept' };
    const properties = { messageId, headers, appId: 'shop', priority: 3, persistent: true };
    channel.sendToQueue(`${queue}.dead`, Buffer.from('{}'), properties);
  }
  await channel.waitForConfirms();
}

/** Lists the ids in a queue, in order; the messages stay, though their order may change. */
async function idsIn(queue: string): Promise<string[]> {
  return await withChannel(async (channel) => {
    const found: string[] = [];
    const { messageCount } = await channel.checkQueue(queue);
    await channel.consume(queue, (message) => found.push(String(message?.properties.messageId)));
    await until(() => found.length >= messageCount);
    return found;
  });
}

async function countLetters(bus: Bus, queue: string): Promise<number> {
  return (await bus.browseDeadLetters(queue, () => 'keep')).seen;
}

describe('browsing dead letters over RabbitMQ', () => {
  it('loses none, whenever the connection breaks', async function () {
    this.timeout(60_000);
    for (const cutAfter of [1, 30, 99]) {
      const { topology, queue } = createEvents();
      const proxy = await openBrokerProxy();
      await openUpBus(topology);
      const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
      await fill(queue);
      let seen = 0;

      const code = expectCode(
        bus.browseDeadLetters(queue, () => {
          seen += 1;
          if (seen === cutAfter) proxy.reset();
          return 'replay';
        }),
        'BROKER_UNAVAILABLE',
      );
      await code;

      // The broker takes a moment to notice that the messages are no longer held.
      await until(async () => {
        const everywhere = [...(await idsIn(queue)), ...(await idsIn(`${queue}.dead`))];
        return new Set(everywhere).size === ids.length;
      });
    }
  });

  it('replays messages of other programs with their properties, less the dead-letter headers', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    await fill(queue);
    const channel = await openForeignChannel();

    const { replayed } = await bus.browseDeadLetters(queue, ({ attempts, headers, reason }) =>
      attempts === 4 && reason === 'no' && headers['own'] === 'kept' ? 'replay' : 'purge',
    );

    const back = await channel.get(queue, { noAck: true });
    if (!back) throw new Error('nothing came back');
    expect(replayed).to.equal(ids.length);
    expect(back.properties).to.include({ messageId: ids[0], appId: 'shop', priority: 3, deliveryMode: 2 });
    const {
      timestamp_in_ms: timestamp,
      // RabbitMQ writes none from 4.3 on.
      'x-delivery-count': returns = 0,
      ...headers
    } = back.properties.headers ?? {};
    expect({ timestamp: typeof timestamp, returns, headers }).to.deep.equal({
      timestamp: 'number',
      returns: 0,
      headers: { own: 'kept' },
    });
  });

  it('replays many in their order, and leaves none of them behind', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    const many = foreignIds(1500);
    await fill(queue, many);

    const { replayed } = await bus.browseDeadLetters(queue, () => 'replay');

    expect(replayed).to.equal(many.length);
    expect(await countLetters(bus, queue)).to.equal(0);
    expect(await idsIn(queue)).to.deep.equal(many);
  }).timeout(60_000);

  it('keeps many in order, however often it browses and whatever it removes', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    const many = foreignIds(1500);
    await fill(queue, many);
    const isThird = (_id: string, index: number): boolean => index % 3 === 0;

    for (let look = 0; look < 4; look += 1) expect(await countLetters(bus, queue)).to.equal(many.length);
    let shown = 0;
    const { replayed } = await bus.browseDeadLetters(queue, () => {
      shown += 1;
      return isThird('', shown - 1) ? 'replay' : 'keep';
    });

    expect(replayed).to.equal(500);
    expect(await idsIn(queue)).to.deep.equal(many.filter(isThird));
    const left = many.filter((id, index) => !isThird(id, index));
    expect(await idsIn(`${queue}.dead`)).to.deep.equal(left);
  }).timeout(60_000);

  it('keeps them in order when others arrive while it browses', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    const died = foreignIds(200);
    const filling = (async () => {
      for (const id of died) await fill(queue, [id]);
    })();
    let seen = 0;

    while (seen < died.length) seen = await countLetters(bus, queue);

    await filling;
    expect(await idsIn(`${queue}.dead`)).to.deep.equal(died);
  }).timeout(60_000);

  it('stops, and keeps the rest, when the work queue rejects a replayed message', async () => {
    const { topology, queue } = createEvents();
    const bus = await openUpBus(topology);
    await fill(queue);
    await withChannel((channel) => channel.deleteQueue(queue));

    await expectCode(
      bus.browseDeadLetters(queue, () => 'replay'),
      'UNROUTABLE',
    );

    await until(async () => (await countLetters(bus, queue)) === ids.length);
  });

  it('stops, and keeps the rest, when the exchange of unrouted messages is gone', async () => {
    const name = uniqueName();
    const unrouted = `${name}.dead`;
    const topology: Topology = {
      exchanges: [
        { name, type: 'direct', alternateExchange: unrouted },
        { name: unrouted, type: 'fanout' },
      ],
      queues: [{ kind: 'unrouted', name: unrouted, exchange: name }],
      bindings: [{ exchange: unrouted, queue: unrouted, routingKey: '' }],
    };
    const bus = await openUpBus(topology);
    for (const routingKey of ['1', '2'])
      await bus.publish(name, createMessage(), { ...within(), routingKey });
    await withChannel((channel) => channel.deleteExchange(name));

    await expectCode(
      bus.browseDeadLetters(unrouted, () => 'replay'),
      'PUBLISH_TIMEOUT',
    );

    await until(async () => (await countLetters(bus, unrouted)) === 2);
  });

  it('shows each dead letter to only one of two concurrent readers', async () => {
    const { topology, queue } = createEvents();
    const [first, second] = [await openUpBus(topology), await openUpBus(topology)];
    await fill(queue);
    const purge = (bus: Bus): Promise<{ purged: number }> => bus.browseDeadLetters(queue, () => 'purge');

    const counts = await Promise.all([purge(first), purge(second)]);

    expect(counts.reduce((sum, { purged }) => sum + purged, 0)).to.equal(ids.length);
    expect((await collect(first, `${queue}.dead`)).deliveries).to.deep.equal([]);
  });

  it('is refused while the broker is away', async () => {
    const { topology, queue } = createEvents();
    const bus = openBus(topology, { urls: ['amqp://127.0.0.1:1'] });

    await expectCode(
      bus.browseDeadLetters(queue, () => 'keep'),
      'BROKER_UNAVAILABLE',
    );
  });
});
