import type { Delivery } from '../contract/message.ts';
import { OrderedBatcher } from '../dispatch/ordered-batcher.ts';
import type { SharedConsumer } from '../dispatch/partition-share.ts';
import type { MemoryQueue, QueueReader } from './memory-queue.ts';
import { MemorySettler, type Taken } from './memory-settler.ts';
import type { QueueConsumerOptions } from './queue-consumer.ts';
import { type Stored, toDelivery } from './stored-message.ts';

export interface OrderedQueueConsumerOptions extends QueueConsumerOptions {
  readonly orderingKey: ((delivery: Delivery) => string) | undefined;
}

/** Takes the messages of an ordered queue while it is the first of its readers. */
export class OrderedQueueConsumer implements QueueReader, SharedConsumer {
  readonly #queue: MemoryQueue;
  readonly #prefetch: number;
  readonly #settler: MemorySettler;
  readonly #batcher: OrderedBatcher<Taken>;
  #isActive = false;
  #isPaused = false;
  #handingOver: Promise<void> | undefined;
  #hasEnded = false;

  constructor(queue: MemoryQueue, { senders, ...options }: OrderedQueueConsumerOptions) {
    const settler = new MemorySettler(queue, senders);
    this.#queue = queue;
    this.#prefetch = options.limits.prefetch;
    this.#settler = settler;
    this.#batcher = new OrderedBatcher({
      ...options,
      queue: queue.name,
      settle: (settled) => settler.settle(settled),
      onReturned: () => this.handOver(),
    });
    queue.addReader(this);
  }

  get queue(): string {
    return this.#queue.name;
  }

  get isActive(): boolean {
    return this.#isActive && !this.#handingOver;
  }

  get active(): readonly string[] {
    return this.isActive ? [this.queue] : [];
  }

  /** The number of processes that share the queue, this one included unless it is handing it over. */
  get processes(): number {
    return this.#queue.readers;
  }

  get oldestRunMs(): number {
    return this.#batcher.oldestRunMs;
  }

  get isFree(): boolean {
    return !this.#handingOver && this.#settler.open < this.#prefetch;
  }

  take(stored: Stored): void {
    this.#isActive = true;
    this.#settler.take(stored);
    this.#batcher.push({ stored, delivery: toDelivery(stored, this.#queue.name) });
  }

  /** Finishes what is in progress, then lets the next reader have the queue. */
  handOver(): void {
    this.#handingOver ??= this.#leave().then(() => {
      this.#handingOver = undefined;
      if (!this.#hasEnded && !this.#isPaused) this.#join();
    });
  }

  /** Resolves at once: nothing more is started, and what is in progress may go on. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    this.handOver();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#handingOver && !this.#hasEnded) this.#join();
  }

  /** Resolves when what is in progress is settled. */
  async close(): Promise<void> {
    this.#hasEnded = true;
    this.handOver();
    await this.#handingOver;
  }

  /** Returns unsettled messages; later decisions of their handlers are ignored. */
  abandon(reason: Error): void {
    this.#batcher.abort(reason);
    this.#settler.abandon(reason);
    this.#queue.removeReader(this);
  }

  async #leave(): Promise<void> {
    await this.#batcher.drain().idle;
    await this.#settler.whenIdle();
    this.#isActive = false;
    this.#settler.putBack();
    this.#queue.removeReader(this);
  }

  #join(): void {
    this.#batcher.resume();
    this.#queue.addReader(this);
  }
}
