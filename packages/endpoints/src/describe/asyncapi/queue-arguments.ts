import type { JsonObject } from '../../model/json.ts';
import type { QueueSpec } from '@restmapper/core';

/**
 * The arguments with which a queue is declared on RabbitMQ, which refuses other ones.
 *
 * The bus uses the same; a test declares both on one broker.
 */
export function queueArguments(queue: QueueSpec): JsonObject {
  switch (queue.kind) {
    case 'rpc':
      return { 'x-queue-type': 'classic' };
    case 'work':
      return {
        'x-queue-type': 'quorum',
        'x-delivery-limit': queue.deliveryLimit,
        'x-overflow': 'reject-publish',
        'x-dead-letter-strategy': 'at-least-once',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': `${queue.name}.dead`,
      };
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
