import { expect } from 'chai';
import { v7 } from 'uuid';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { BusError } from '../../src/contract/errors.ts';
import type { Topology } from '@restmapper/core';
import {
  collect,
  createEvents,
  createMessage,
  expectCode,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { openBrokerProxy, openUpBus, uniqueName, urlThrough } from './fixtures.ts';

/** The code of each outcome; empty for a message that was confirmed. */
async function codesOf(publishing: readonly Promise<void>[]): Promise<string[]> {
  const results = await Promise.allSettled(publishing);
  return results.map((result) => {
    if (result.status === 'fulfilled') return '';
    return result.reason instanceof BusError ? result.reason.code : String(result.reason);
  });
}

function withUnrouted(topology: Topology): { readonly topology: Topology; readonly unrouted: string } {
  const unrouted = uniqueName();
  return {
    topology: { ...topology, exchanges: [...topology.exchanges, { name: unrouted, type: 'fanout' }] },
    unrouted,
  };
}

describe('the outcome of a publication', () => {
  it('is separate for each of several publications in flight with the same id', async () => {
    const events = createEvents();
    const { topology, unrouted } = withUnrouted(events.topology);
    const bus = await openUpBus(topology);
    const messageId = v7();
    const exchanges = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? events.exchange : unrouted));

    const codes = await codesOf(
      exchanges.map((exchange) => bus.publish(exchange, { ...createMessage(), messageId }, within())),
    );

    expect(codes).to.deep.equal(exchanges.map((exchange) => (exchange === unrouted ? 'UNROUTABLE' : '')));
  });

  it('is BROKER_REFUSED when one of two queues is full, while the other has the message', async () => {
    const { topology, exchange, queue } = createEvents();
    const full = uniqueName();
    const bus = await openUpBus(topology);
    const collected = await collect(bus, queue);
    await withChannel(async (channel) => {
      const args = { 'x-queue-type': 'classic', 'x-max-length': 1, 'x-overflow': 'reject-publish' };
      await channel.assertQueue(full, { durable: true, arguments: args });
      await channel.bindQueue(full, exchange, '');
    });

    try {
      const codes = await codesOf(
        ['1', '2'].map((text) => bus.publish(exchange, createMessage(text), within())),
      );

      expect(codes).to.deep.equal(['', 'BROKER_REFUSED']);
      await until(() => collected.deliveries.length === 2);
    } finally {
      await withChannel((channel) => channel.deleteQueue(full));
    }
  });

  it('is decided within the wait limit when more is published than the broker confirms', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    await publishAll(bus, exchange, ['warm']);
    proxy.blackHole(['down']);
    const start = Date.now();

    const publishing = Array.from({ length: 6000 }, () =>
      bus.publish(exchange, createMessage(), within(2000)),
    );
    const settled = codesOf(publishing);
    const peak = bus.stats.unconfirmed;
    const codes = await settled;

    expect(Date.now() - start).to.be.lessThan(3500);
    expect(peak).to.equal(512 + 4096);
    expect(codes.filter((code) => code === 'PUBLISH_TIMEOUT')).to.have.length(512);
    expect(codes.filter((code) => code === 'OVERLOADED')).to.have.length(6000 - 512);
  });

  it('is BROKER_UNAVAILABLE within the wait limit while the broker is away', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    proxy.refuse();
    proxy.reset();
    await until(() => bus.status.state === 'down');
    const start = Date.now();

    await expectCode(bus.publish(exchange, createMessage(), within()), 'BROKER_UNAVAILABLE');
    await expectCode(bus.request(exchange, createMessage(), within()), 'BROKER_UNAVAILABLE');

    expect(Date.now() - start).to.be.within(1900, 3000);
  });

  it('is success when the broker comes back within the wait limit', async () => {
    const { topology, exchange } = createEvents();
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    proxy.reset();
    await until(() => bus.status.state === 'down');

    await bus.publish(exchange, createMessage(), within());

    expect(bus.stats.unconfirmed).to.equal(0);
  });
});
