import { Batcher } from '../dispatch/batcher.ts';
import type { Settled } from '../dispatch/batcher.ts';
import type { BatchHandler } from '../contract/bus.ts';
import type { ConsumeLimits } from '../contract/consume-limits.ts';
import type { LateRequests } from '../dispatch/late-requests.ts';
import type { WorkSlots } from '../dispatch/work-slots.ts';
import type { Log } from '@restmapper/core';
import type { Delivery, Outcome } from '../contract/message.ts';
import { parseReplyStatus } from '../contract/reply-status.ts';
import type { MemoryQueue, QueueReader } from './memory-queue.ts';
import { toDelivery } from './stored-message.ts';
import type { Stored } from './stored-message.ts';

export interface QueueConsumerOptions {
  readonly handler: BatchHandler;
  readonly limits: ConsumeLimits;
  /** Shared with the other queues of the subscription. */
  readonly slots: WorkSlots;
  readonly late: LateRequests;
  readonly log: Log;
}

interface Item {
  readonly stored: Stored;
  readonly delivery: Delivery;
}

/** Takes messages from a queue up to its prefetch, and settles each as its handler decides. */
export class QueueConsumer implements QueueReader {
  readonly #queue: MemoryQueue;
  readonly #prefetch: number;
  readonly #batcher: Batcher<Item>;
  readonly #held = new Set<Stored>();
  #hasEnded = false;

  constructor(queue: MemoryQueue, { handler, limits, slots, late, log }: QueueConsumerOptions) {
    this.#queue = queue;
    this.#prefetch = limits.prefetch;
    const settle = (settled: readonly Settled<Item>[]): void => this.#settle(settled);
    this.#batcher = new Batcher({ queue: queue.name, handler, limits, slots, settle, late, log });
    queue.addReader(this);
  }

  get isFree(): boolean {
    return this.#held.size < this.#prefetch;
  }

  take(stored: Stored): void {
    this.#held.add(stored);
    this.#batcher.push({ stored, delivery: toDelivery(stored, this.#queue.name) });
  }

  pause(): void {
    this.#queue.removeReader(this);
    this.#batcher.pause();
  }

  resume(): void {
    this.#batcher.resume();
    if (this.#hasEnded) return;
    this.#queue.removeReader(this);
    this.#queue.addReader(this);
  }

  /** Stops consuming; resolves when running messages are settled. */
  close(): Promise<void> {
    this.#hasEnded = true;
    this.#queue.removeReader(this);
    return this.#batcher.close();
  }

  /** Returns unsettled messages; later decisions of their handlers are ignored. */
  abandon(reason: Error): void {
    this.#batcher.abort(reason);
    for (const stored of this.#held) this.#queue.giveBack(stored);
    this.#held.clear();
  }

  #settle(settled: readonly Settled<Item>[]): void {
    for (const { item, outcome } of settled) {
      if (this.#held.delete(item.stored)) apply(this.#queue, item.stored, outcome);
    }
    this.#queue.wake();
  }
}

function apply(queue: MemoryQueue, stored: Stored, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'ack':
      return queue.drop(stored);
    case 'reply':
      stored.posted.request?.reply({
        body: Buffer.from(outcome.body),
        status: parseReplyStatus(outcome.status),
        kind: outcome.isError ? 'error' : 'value',
        ...(outcome.isRepeated && { isRepeated: true }),
      });
      return queue.drop(stored);
    case 'retry':
      return queue.retry(stored, outcome);
    case 'reject':
      return queue.reject(stored, outcome.reason);
    case 'requeue':
      return queue.giveBack(stored);
    case 'release':
      return queue.putBack(stored);
  }
}
