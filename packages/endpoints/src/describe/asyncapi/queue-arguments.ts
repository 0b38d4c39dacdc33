import type { JsonObject } from '../../model/json.ts';
import type { QueueSpec } from '@restmapper/core';

const ordered = { 'x-single-active-consumer': true };

/**
 * The arguments with which a queue is declared on RabbitMQ, which refuses other ones.
 *
 * The bus uses the same; a test declares both on one broker.
 */
export function queueArguments(queue: QueueSpec): JsonObject {
  switch (queue.kind) {
    case 'rpc':
      if (!queue.isOrdered) return { 'x-queue-type': 'classic' };
      return { 'x-queue-type': 'quorum', 'x-delivery-limit': 50, ...ordered };
    case 'work':
      return {
        ...(queue.isOrdered && ordered),
        'x-queue-type': 'quorum',
        'x-delivery-limit': queue.deliveryLimit,
        'x-overflow': 'reject-publish',
        'x-dead-letter-strategy': 'at-least-once',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': `${queue.name}.dead`,
      };
    case 'unrouted':
      return { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000, 'x-overflow': 'reject-publish' };
    default:
      return {
        'x-queue-type': 'stream',
        'x-max-age': `${queue.maxAgeSeconds}s`,
        'x-max-length-bytes': queue.maxBytes,
        'x-stream-max-segment-size-bytes': segmentBytes(queue.maxBytes),
      };
  }
}

function segmentBytes(maxBytes: number): number {
  return Math.min(100_000_000, Math.max(1_000_000, Math.ceil(maxBytes / 8)));
}
