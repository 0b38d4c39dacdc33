import type { Channel } from 'amqplib';
import type { Keeper } from './keeper.ts';
import { closeChannel, keepChannel } from './kept-channel.ts';
import type { OpenChannel } from './kept-channel.ts';
import type { Link } from './link.ts';
import { within } from './within.ts';

/** A sign of life of a worker counts for so long. */
const freshMs = 1000;

/** A broker that does not count in time leaves it to the request's own deadline. */
const countTimeoutMs = 1000;

/**
 * Knows whether anything consumes a queue, so that a request without a worker fails at once.
 *
 * It asks the broker when nothing has been heard for a second; that nobody is there counts only when
 * the broker was asked after the question came up. When the broker cannot be asked, it assumes a worker.
 */
export class WorkerCensus {
  readonly #keeper: Keeper<OpenChannel<Channel>>;
  readonly #seenMs = new Map<string, number>();
  readonly #counts = new Map<string, Promise<boolean>>();

  constructor(link: Link) {
    this.#keeper = keepChannel(link, { create: (model) => model.createChannel() });
  }

  /** A worker of the queue has just replied. */
  markSeen(queue: string): void {
    this.#seenMs.set(queue, performance.now());
  }

  /** Whether there has been a sign of life lately. */
  hasSeen(queue: string): boolean {
    return performance.now() - (this.#seenMs.get(queue) ?? Number.NEGATIVE_INFINITY) < freshMs;
  }

  async hasWorker(queue: string): Promise<boolean> {
    if (this.hasSeen(queue)) return true;
    const running = this.#counts.get(queue);
    if (running && (await running)) return true;
    // Whatever runs now has begun since, together with others who ask the same.
    return this.#counts.get(queue) ?? this.#count(queue);
  }

  close(): Promise<void> {
    return closeChannel(this.#keeper);
  }

  #count(queue: string): Promise<boolean> {
    const counting = this.#askBroker(queue).finally(() => this.#counts.delete(queue));
    this.#counts.set(queue, counting);
    return counting;
  }

  async #askBroker(queue: string): Promise<boolean> {
    const open = this.#keeper.current;
    if (!open) return true;
    try {
      const counting = open.channel.checkQueue(queue);
      const limits = { timeoutMs: countTimeoutMs, signal: open.signal };
      const { consumerCount } = await within('counting consumers', counting, limits);
      if (consumerCount > 0) this.markSeen(queue);
      return consumerCount > 0;
    } catch {
      return true;
    }
  }
}
