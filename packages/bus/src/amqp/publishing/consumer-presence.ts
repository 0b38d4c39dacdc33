import type { Channel } from 'amqplib';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';
import { within } from '@restmapper/core';

/** On a busy queue, a reply proves for so long that there is a worker. */
const freshMs = 5;

/** A queue is busy from this number of other pending requests on. */
const busyFrom = 8;

/** A broker that does not count in time leaves it to the request's own deadline. */
const countTimeoutMs = 1000;

interface Traffic {
  /** Requests that wait for their replies. */
  waiting: number;
  /** When the last reply came. */
  seenMs: number;
}

/**
 * Knows whether anything consumes a queue, so that a request without a worker fails at once.
 *
 * It asks the broker before each request; requests that arrive meanwhile share the next answer. Only on a busy
 * queue whose requests are being answered is a request sent unasked: should the worker leave at this moment,
 * the request ends as those before it. When the broker cannot be asked, a worker is assumed.
 */
export class ConsumerPresence {
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #outage = new Outage();
  readonly #traffic = new Map<string, Traffic>();
  readonly #counts = new Map<string, Promise<boolean>>();

  constructor(connection: RecoveringConnection) {
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
      outage: this.#outage,
    });
  }

  /** A request to the queue waits for its reply, until `end`. */
  begin(queue: string): void {
    const traffic = this.#traffic.get(queue);
    if (traffic) traffic.waiting += 1;
    else this.#traffic.set(queue, { waiting: 1, seenMs: Number.NEGATIVE_INFINITY });
  }

  markReply(queue: string): void {
    const traffic = this.#traffic.get(queue);
    if (traffic) traffic.seenMs = performance.now();
  }

  end(queue: string): void {
    const traffic = this.#traffic.get(queue);
    if (traffic) traffic.waiting -= 1;
  }

  /** Whether the broker need not be asked about one of the requests that wait. */
  isBusy(queue: string): boolean {
    const traffic = this.#traffic.get(queue);
    if (!traffic || traffic.waiting <= busyFrom) return false;
    return performance.now() - traffic.seenMs < freshMs;
  }

  async hasWorker(queue: string): Promise<boolean> {
    const running = this.#counts.get(queue);
    if (running && (await running)) return true;
    // Whatever runs now has begun since, together with others who ask the same.
    return this.#counts.get(queue) ?? this.#count(queue);
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#recovering);
  }

  #count(queue: string): Promise<boolean> {
    const counting = this.#askBroker(queue).finally(() => this.#counts.delete(queue));
    this.#counts.set(queue, counting);
    return counting;
  }

  async #askBroker(queue: string): Promise<boolean> {
    const open = this.#recovering.current;
    if (!open) return true;
    try {
      const counting = open.channel.checkQueue(queue);
      const limits = { timeoutMs: countTimeoutMs, signal: open.signal };
      const { consumerCount } = await within('counting consumers', counting, limits);
      return consumerCount > 0;
    } catch {
      return true;
    }
  }
}
