import { Batcher } from '../dispatch/batcher.ts';
import type { BatchHandler } from '../contract/bus.ts';
import type { ConsumeLimits } from '../contract/consume-limits.ts';
import type { LateRequests } from '../dispatch/late-requests.ts';
import type { ReplySenders } from '../dispatch/reply-senders.ts';
import type { WorkSlots } from '../dispatch/work-slots.ts';
import type { Log } from '@restmapper/core';
import type { MemoryQueue, QueueReader } from './memory-queue.ts';
import { MemorySettler, type Taken } from './memory-settler.ts';
import { type Stored, toDelivery } from './stored-message.ts';

export interface QueueConsumerOptions {
  readonly handler: BatchHandler;
  readonly limits: ConsumeLimits;
  /** Shared with the other queues of the subscription. */
  readonly slots: WorkSlots;
  /** Shared by the queues of the bus. */
  readonly senders: ReplySenders;
  readonly late: LateRequests;
  readonly log: Log;
}

/** Takes messages from a queue up to its prefetch, and settles each as its handler decides. */
export class QueueConsumer implements QueueReader {
  readonly active: readonly string[] = [];
  readonly #queue: MemoryQueue;
  readonly #prefetch: number;
  readonly #settler: MemorySettler;
  readonly #batcher: Batcher<Taken>;
  #hasEnded = false;

  constructor(queue: MemoryQueue, { senders, ...options }: QueueConsumerOptions) {
    const settler = new MemorySettler(queue, senders);
    this.#queue = queue;
    this.#prefetch = options.limits.prefetch;
    this.#settler = settler;
    this.#batcher = new Batcher({
      ...options,
      queue: queue.name,
      settle: (settled) => settler.settle(settled),
    });
    queue.addReader(this);
  }

  get isFree(): boolean {
    return this.#settler.open < this.#prefetch;
  }

  take(stored: Stored): void {
    this.#settler.take(stored);
    this.#batcher.push({ stored, delivery: toDelivery(stored, this.#queue.name) });
  }

  async pause(): Promise<void> {
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
  async close(): Promise<void> {
    this.#hasEnded = true;
    this.#queue.removeReader(this);
    await this.#batcher.close();
    await this.#settler.whenIdle();
  }

  /** Returns unsettled messages; later decisions of their handlers are ignored. */
  abandon(reason: Error): void {
    this.#batcher.abort(reason);
    this.#settler.abandon(reason);
  }
}
