import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, createEvents, createGate, createMessage, publishAll, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

export function describeDelivery(open: OpenBus): void {
  describe('delivery', () => {
    it('delivers a message to every queue of a fanout exchange', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 3 });
      const bus = await open(topology);
      const message = createMessage();

      await bus.publish(exchange, message, within());

      for (const queue of queues) {
        const { deliveries } = await collect(bus, queue);
        await until(() => deliveries.length === 1);
        expect(deliveries[0]?.messageId).to.equal(message.messageId);
      }
    });

    it('keeps a message until a consumer subscribes', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);

      await publishAll(bus, exchange, ['1', '2', '3']);
      const collected = await collect(bus, queue);

      await until(() => collected.deliveries.length === 3);
      expect(collected.texts()).to.deep.equal(['1', '2', '3']);
    });

    it('carries messages from one bus to another', async () => {
      const { topology, exchange, queue } = createEvents();
      const [sender, receiver] = [await open(topology), await open(topology)];
      const collected = await collect(receiver, queue);

      await publishAll(sender, exchange, ['hello']);

      await until(() => collected.deliveries.length === 1);
      expect(collected.texts()).to.deep.equal(['hello']);
    });

    it('shares the messages of a queue among its consumers', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const gate = createGate();
      const busy = { prefetch: 1, outcome: () => gate.passed.then(() => ack) };
      const consumers = [await collect(bus, queue, busy), await collect(await open(topology), queue, busy)];

      await publishAll(bus, exchange, ['a', 'b', 'c', 'd']);

      await until(() => consumers.every(({ deliveries }) => deliveries.length === 1));
      gate.open();
      await until(() => consumers.flatMap(({ deliveries }) => deliveries).length === 4);
      expect(consumers.flatMap((consumer) => consumer.texts()).sort()).to.deep.equal(['a', 'b', 'c', 'd']);
    });

    it('describes a first delivery of an event', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const message = createMessage();
      const { deliveries } = await collect(bus, queue);

      await bus.publish(exchange, message, within());

      const delivery = await until(() => deliveries[0]);
      expect(delivery).to.include({
        messageId: message.messageId,
        type: message.type,
        attempt: 1,
        redelivered: false,
        wantsReply: false,
        deadlineEpochMs: undefined,
      });
      // AMQP counts timestamps in seconds.
      expect(delivery.timestampMs).to.be.closeTo(message.timestampMs, 1000);
    });

    it('keeps the order in which one publisher published', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const texts = Array.from({ length: 500 }, (_, i) => String(i));
      const collected = await collect(bus, queue, { batchSize: 7 });

      await Promise.all(texts.map((text) => bus.publish(exchange, createMessage(text), within())));

      await until(() => collected.deliveries.length === 500);
      expect(collected.texts()).to.deep.equal(texts);
    });

    for (const [what, body] of Object.entries({
      'every byte value': Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      'no byte at all': Buffer.alloc(0),
      'a megabyte': Buffer.alloc(1_000_003, 'abcdefg'),
    })) {
      it(`carries a body of ${what} unchanged`, async () => {
        const { topology, exchange, queue } = createEvents();
        const bus = await open(topology);
        const { deliveries } = await collect(bus, queue);

        await bus.publish(exchange, createMessage(body), within());

        const delivery = await until(() => deliveries[0]);
        expect(delivery.body.equals(body)).to.equal(true);
      });
    }

    it('carries headers unchanged, and adds none', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const headers = {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'x-request-id': 'größer 漢字 👩‍🚀',
        empty: '',
        zero: 0,
        negative: -70_000,
        fraction: 0.1,
        large: Number.MAX_SAFE_INTEGER,
      };
      const { deliveries } = await collect(bus, queue);

      await bus.publish(exchange, createMessage('{}', headers), within());

      const delivery = await until(() => deliveries[0]);
      expect(delivery.headers).to.deep.equal(headers);
    });

    it('does not show a consumer changes to the body after it was published', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const message = createMessage('before');

      await bus.publish(exchange, message, within());
      message.body.write('AFTER!');

      const collected = await collect(bus, queue);
      await until(() => collected.deliveries.length === 1);
      expect(collected.texts()).to.deep.equal(['before']);
    });

    it('does not show one queue the changes that a consumer of another makes to a body', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      const scribbled = createGate();
      await collect(bus, first, {
        outcome: ({ body }) => {
          body.fill('x');
          scribbled.open();
          return ack;
        },
      });

      await publishAll(bus, exchange, ['intact']);
      await scribbled.passed;

      const collected = await collect(bus, second);
      await until(() => collected.deliveries.length === 1);
      expect(collected.texts()).to.deep.equal(['intact']);
    });

    it('refuses to consume or follow what is not in the topology', async () => {
      const { topology } = createEvents();
      const bus = await open(topology);

      expect(() => bus.consume('no-such-queue', async () => [])).to.throw(TypeError);
      expect(() => bus.follow('no-such-feed', () => {}, { from: 'next' })).to.throw(TypeError);
    });
  });
}
