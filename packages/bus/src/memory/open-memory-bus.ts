import type { Bus } from '../contract/bus.ts';
import { MemoryBus, type OpenMemoryBusOptions } from './memory-bus.ts';

/**
 * Opens a bus within this process. It is up at once; its messages are lost with the process.
 *
 * ```ts
 * import { openMemoryBus } from '@restmapper/bus';
 * import { createMessageId } from '@restmapper/core';
 *
 * const bus = openMemoryBus({
 *   topology: {
 *     exchanges: [{ name: 'orders', type: 'fanout' }],
 *     queues: [{ kind: 'feed', name: 'feed:orders', maxBytes: 1_000_000, maxAgeSeconds: 3600 }],
 *     bindings: [{ exchange: 'orders', queue: 'feed:orders', routingKey: '' }],
 *   },
 * });
 * bus.follow('feed:orders', ({ body }) => console.log(String(body)), { from: 'first' }); // {"count":2}
 * const message = {
 *   body: Buffer.from('{"count":2}'),
 *   messageId: createMessageId(),
 *   type: 'POST /orders',
 *   timestampMs: Date.now(),
 *   headers: {},
 * };
 * await bus.publish('orders', message, { deadlineEpochMs: Date.now() + 5_000 });
 * await bus.close();
 * ```
 */
export function openMemoryBus(options: OpenMemoryBusOptions): Bus {
  return new MemoryBus(options);
}
