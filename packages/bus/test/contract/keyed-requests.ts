import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Topology } from '@restmapper/core';
import { until } from '../../../../test/support/until.ts';
import { collect, createMessage, expectCode, type OpenBus, within } from './fixtures.ts';

/** A direct exchange with a queue for requests for each value. */
function createKeyed(values: readonly string[]) {
  const exchange = `contract/${randomUUID()}:GET`;
  const queues = values.map((value) => `${exchange}@${value}`);
  const topology: Topology = {
    exchanges: [{ name: exchange, type: 'direct' }],
    queues: queues.map((name) => ({ kind: 'rpc', name })),
    bindings: queues.map((queue) => ({ exchange, queue, routingKey: queue })),
  };
  return { exchange, topology, queues };
}

export function describeKeyedRequests(open: OpenBus): void {
  describe('requests with a routing key', () => {
    it('reach the queue of their key; only where nothing consumes it, they fail with NO_WORKER', async () => {
      const { exchange, topology, queues } = createKeyed(['eu', 'us']);
      const [bus, worker] = [await open(topology), await open(topology)];
      const [eu = '', us = ''] = queues;
      const { deliveries } = await collect(worker, eu, { outcome: ({ body }) => ({ kind: 'reply', body }) });

      const reply = await bus.request(exchange, createMessage('1'), { ...within(), routingKey: eu });
      await expectCode(
        bus.request(exchange, createMessage('2'), { ...within(), routingKey: us }),
        'NO_WORKER',
      );
      await bus.request(exchange, createMessage('3'), { ...within(), routingKey: eu });

      expect(String(reply.body)).to.equal('1');
      expect(deliveries.map(({ queue, routingKey }) => [queue, routingKey])).to.deep.equal([
        [eu, eu],
        [eu, eu],
      ]);
    });

    it('reach a worker that comes later', async () => {
      const { exchange, topology, queues } = createKeyed(['eu']);
      const bus = await open(topology);
      const [eu = ''] = queues;
      const options = { ...within(), routingKey: eu };
      await expectCode(bus.request(exchange, createMessage('1'), options), 'NO_WORKER');

      await collect(bus, eu, { outcome: ({ body }) => ({ kind: 'reply', body }) });

      const reply = await until(() => bus.request(exchange, createMessage('2'), options));
      expect(String(reply.body)).to.equal('2');
    });

    it('are unroutable with a key that no queue has', async () => {
      const { exchange, topology } = createKeyed(['eu']);
      const bus = await open(topology);

      const request = bus.request(exchange, createMessage('1'), { ...within(), routingKey: 'elsewhere' });

      await expectCode(request, 'UNROUTABLE');
    });
  });
}
