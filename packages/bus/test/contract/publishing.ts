import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Message } from '../../src/contract/message.ts';
import {
  collect,
  createEvents,
  createMessage,
  expectCode,
  failureOf,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const tooLong = 'ä'.repeat(128);

const unsendable: Readonly<Record<string, Partial<Message>>> = {
  'an id over 255 bytes': { messageId: tooLong },
  'an empty id': { messageId: '' },
  'a control character in the id': { messageId: 'a\r\nb' },
  'a type over 255 bytes': { type: tooLong },
  'a control character in the type': { type: 'POST /\u0000' },
  'a timestamp that is not a number': { timestampMs: Number.NaN },
  'a header that is not finite': { headers: { n: Number.POSITIVE_INFINITY } },
  'a header name over 255 bytes': { headers: { [tooLong]: 'x' } },
  'a control character in a header name': { headers: { 'a\nb': 'x' } },
  'a control character in a header': { headers: { a: 'x\r\ny' } },
  'half a surrogate pair in a header': { headers: { a: '\ud800' } },
  'a CC header': { headers: { CC: 'other-queue' } },
  'a BCC header': { headers: { bcc: 'other-queue' } },
  'a header that the bus itself sets': { headers: { 'x-deadline': 1 } },
  'headers of 64 KiB': { headers: { a: 'x'.repeat(40_000), b: 'x'.repeat(25_600) } },
};

export function describePublishing(open: OpenBus): void {
  describe('publishing', () => {
    it('fails with UNROUTABLE when no queue is bound', async () => {
      const exchange = `contract/${randomUUID()}:POST`;
      const bus = await open({ exchanges: [{ name: exchange, type: 'fanout' }], queues: [], bindings: [] });

      await expectCode(bus.publish(exchange, createMessage(), within()), 'UNROUTABLE');
    });

    it('distinguishes the unroutable from the routed when both are published at once', async () => {
      const routed = createEvents();
      const unrouted = `contract/${randomUUID()}:POST`;
      const bus = await open({
        ...routed.topology,
        exchanges: [...routed.topology.exchanges, { name: unrouted, type: 'fanout' }],
      });

      const results = await Promise.allSettled(
        Array.from({ length: 200 }, (_, i) =>
          bus.publish(i % 2 === 0 ? routed.exchange : unrouted, createMessage(), within()),
        ),
      );

      expect(results.map(({ status }) => status)).to.deep.equal(
        results.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
      );
    });

    it('fails with UNROUTABLE when the topology has no such exchange, and continues', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue);

      await expectCode(bus.publish('no-such-exchange', createMessage(), within()), 'UNROUTABLE');

      await publishAll(bus, exchange, ['next']);
      await until(() => collected.texts().includes('next'));
    });

    it('settles at once, and sends nothing, when the deadline has passed', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue);
      const start = Date.now();

      await expectCode(bus.publish(exchange, createMessage('late'), within(-1)), 'PUBLISH_TIMEOUT');

      expect(Date.now() - start).to.be.lessThan(500);
      await publishAll(bus, exchange, ['next']);
      await until(() => collected.deliveries.length > 0);
      expect(collected.texts()).to.deep.equal(['next']);
    });

    it('counts nothing as unconfirmed once everything is confirmed', async () => {
      const { topology, exchange } = createEvents();
      const bus = await open(topology);

      const publishing = Promise.all(
        Array.from({ length: 20 }, () => bus.publish(exchange, createMessage(), within())),
      );
      const during = await until(() => bus.stats.unconfirmed);
      await publishing;

      expect(during).to.be.greaterThan(0);
      expect(bus.stats.unconfirmed).to.equal(0);
    });

    for (const [what, part] of Object.entries(unsendable)) {
      it(`refuses ${what} with a TypeError, and continues`, async () => {
        const { topology, exchange, queue } = createEvents();
        const bus = await open(topology);
        const collected = await collect(bus, queue);

        const error = await failureOf(bus.publish(exchange, { ...createMessage(), ...part }, within()));

        expect(error).to.be.instanceOf(TypeError);
        await publishAll(bus, exchange, ['next']);
        await until(() => collected.deliveries.length > 0);
        expect(collected.texts()).to.deep.equal(['next']);
        expect(bus.status.state).to.equal('up');
        expect(bus.stats.reconnects).to.equal(0);
      });
    }

    for (const [what, exchange] of Object.entries({
      'an exchange name over 255 bytes': tooLong,
      'no exchange name': '',
      'a control character in the exchange name': 'a\nb',
    })) {
      it(`refuses ${what} with a TypeError`, async () => {
        const bus = await open(createEvents().topology);

        expect(await failureOf(bus.publish(exchange, createMessage(), within()))).to.be.instanceOf(TypeError);
        expect(await failureOf(bus.request(exchange, createMessage(), within()))).to.be.instanceOf(TypeError);
      });
    }

    it('refuses a deadline that is not a number with a TypeError', async () => {
      const { topology, exchange } = createEvents();
      const bus = await open(topology);

      const error = await failureOf(bus.publish(exchange, createMessage(), { deadlineEpochMs: Number.NaN }));

      expect(error).to.be.instanceOf(TypeError);
    });
  });
}
