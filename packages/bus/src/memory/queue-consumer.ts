import { Batcher } from '../dispatch/batcher.ts';
import type { Settled } from '../dispatch/batcher.ts';
import type { BatchHandler } from '../contract/bus.ts';
import type { ConsumeLimits } from '../contract/consume-limits.ts';
import type { LateRequests } from '../dispatch/late-requests.ts';
import type { OutgoingPart, ReplySenders } from '../dispatch/reply-senders.ts';
import type { WorkSlots } from '../dispatch/work-slots.ts';
import { createMessageId, type Log } from '@restmapper/core';
import type { Delivery, Outcome, PartialReply, RepliesOutcome, Reply } from '../contract/message.ts';
import { parseReplyStatus } from '../contract/reply-status.ts';
import type { MemoryQueue, QueueReader } from './memory-queue.ts';
import { toDelivery } from './stored-message.ts';
import type { Stored } from './stored-message.ts';

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
  readonly #senders: ReplySenders;
  readonly #answering = new Set<Promise<void>>();
  readonly #life = new AbortController();
  #hasEnded = false;

  constructor(queue: MemoryQueue, { handler, limits, slots, senders, late, log }: QueueConsumerOptions) {
    this.#queue = queue;
    this.#senders = senders;
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
  async close(): Promise<void> {
    this.#hasEnded = true;
    this.#queue.removeReader(this);
    await this.#batcher.close();
    await Promise.all(this.#answering);
  }

  /** Returns unsettled messages; later decisions of their handlers are ignored. */
  abandon(reason: Error): void {
    this.#batcher.abort(reason);
    this.#life.abort(reason);
    for (const stored of this.#held) this.#queue.giveBack(stored);
    this.#held.clear();
  }

  #settle(settled: readonly Settled<Item>[]): void {
    for (const { item, outcome } of settled) {
      if (outcome.kind === 'replies') this.#answer(item, outcome);
      else if (this.#held.delete(item.stored)) apply(this.#queue, item.stored, outcome);
    }
    this.#queue.wake();
  }

  #answer({ stored, delivery }: Item, outcome: RepliesOutcome): void {
    const { many } = stored.posted.request ?? {};
    const accept = (): void => {
      if (this.#held.delete(stored)) this.#queue.drop(stored);
      this.#queue.wake();
    };
    if (!many?.isAccepted) {
      if (this.#held.has(stored)) many?.refuse();
      return accept();
    }
    const replyId = createMessageId();
    const send = ({ reply, ...part }: OutgoingPart): Promise<boolean> =>
      many.send({ ...part, replyId, reply: toReply(reply) });
    const { signal } = this.#life;
    const answering = this.#senders
      .run({ delivery, outcome, signal, accept, send })
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }
}

function apply(queue: MemoryQueue, stored: Stored, outcome: Exclude<Outcome, RepliesOutcome>): void {
  switch (outcome.kind) {
    case 'ack':
      return queue.drop(stored);
    case 'reply':
      stored.posted.request?.reply(toReply(outcome));
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

/** The body is a copy, which its sender may change afterwards. */
function toReply(reply: PartialReply): Reply {
  const { body, status, isError, isRepeated, workerMs, contentType, httpHeaders } = reply;
  return {
    body: Buffer.from(body),
    status: parseReplyStatus(status),
    kind: isError ? 'error' : 'value',
    ...(isRepeated && { isRepeated: true }),
    ...(workerMs !== undefined && { workerMs }),
    contentType: contentType ?? 'application/json',
    ...(httpHeaders && { httpHeaders }),
  };
}
