import type { Channel, ConsumeMessage } from 'amqplib';
import type { ConsumeLimits } from '../../contract/consume-limits.ts';
import type { Log } from '@restmapper/core';
import { CancelledError } from '../connection/cancelled-error.ts';
import { Reopening } from '../connection/reopening.ts';
import type { CountReturns } from './returns.ts';
import type { PoisonGuard } from './poison-guard.ts';

/** RabbitMQ takes back the messages of a lost channel's consumers in this order. */
const firstTag = '1-first';
const restTag = '2-rest';

export interface ConsumeWindowOptions {
  readonly channel: Channel;
  /** The channel's life; aborted when the channel has to be replaced. */
  readonly life: AbortController;
  readonly queue: string;
  readonly limits: ConsumeLimits;
  /** Decides when messages are taken one at a time; without it they never are. */
  readonly guard: PoisonGuard | undefined;
  readonly countReturns: CountReturns;
  readonly take: (received: ConsumeMessage, returns: number) => void;
  readonly log: Log;
}

/**
 * Consumes a queue on one channel, holding no more messages at once than is safe.
 *
 * | messages | held at most |
 * |---|---|
 * | returned too often | 1 |
 * | the first of a channel | 1, since other processes may have died on it |
 * | those after a first that was rarely returned | the prefetch less that one, by a second consumer |
 * | with work for the whole prefetch at once | the prefetch: taking messages one at a time would not be safer |
 */
export class ConsumeWindow {
  readonly #options: ConsumeWindowOptions;
  #tag = restTag;
  #awaitsFirst = false;
  #widening: Promise<void> | undefined;
  #isClosing = false;

  constructor(options: ConsumeWindowOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { guard, limits } = this.#options;
    const { prefetch, batchSize, concurrency } = limits;
    const isAllInWork = prefetch <= batchSize * concurrency;
    if (guard?.isIsolating) return this.#consume(restTag, 1);
    if (!guard || isAllInWork) return this.#consume(restTag, prefetch);
    this.#awaitsFirst = true;
    await this.#consume(firstTag, 1);
  }

  /** Resolves when nothing more arrives. @throws Error if the channel is lost before. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#widening;
    await this.#options.channel.cancel(this.#tag);
  }

  async #consume(tag: string, prefetch: number): Promise<void> {
    const { channel, life, queue } = this.#options;
    this.#tag = tag;
    await channel.prefetch(prefetch);
    const receive = (received: ConsumeMessage | null): void => {
      try {
        this.#receive(received);
      } catch (error) {
        life.abort(error);
      }
    };
    await channel.consume(queue, receive, { consumerTag: tag });
  }

  #receive(received: ConsumeMessage | null): void {
    const { life, queue, guard, countReturns, take, log } = this.#options;
    // Messages that arrive on an ended channel are already back at the broker.
    if (life.signal.aborted) return;
    if (!received) throw new CancelledError(queue);
    const isFirst = this.#awaitsFirst;
    this.#awaitsFirst = false;
    const returns = countReturns(received);
    if (!guard || guard.accepts(returns)) {
      if (isFirst) this.#widening = this.#widen();
      return take(received, returns);
    }
    const { isIsolating } = guard;
    if (isIsolating) log.warn({ queue }, 'messages were returned too often: taking them one at a time');
    if (isFirst) return take(received, returns);
    throw new Reopening(isIsolating ? 'a message was returned too often' : 'messages are no longer returned');
  }

  /** Must be called before the first is settled, or another would take its place. */
  async #widen(): Promise<void> {
    const { channel, life, limits } = this.#options;
    try {
      await channel.cancel(firstTag);
      if (!this.#isClosing) await this.#consume(restTag, limits.prefetch - 1);
    } catch (error) {
      life.abort(error);
    }
  }
}
