import type { Settled } from '../dispatch/batcher.ts';
import type { OutgoingPart, ReplySenders } from '../dispatch/reply-senders.ts';
import { createMessageId } from '@restmapper/core';
import type { Delivery, Outcome, PartialReply, RepliesOutcome, Reply } from '../contract/message.ts';
import { parseReplyStatus } from '../contract/reply-status.ts';
import type { MemoryQueue } from './memory-queue.ts';
import type { Stored } from './stored-message.ts';

/** A message taken from a queue, and its delivery. */
export interface Taken {
  readonly stored: Stored;
  readonly delivery: Delivery;
}

/** Settles the messages that a consumer has taken from a queue. */
export class MemorySettler {
  readonly #queue: MemoryQueue;
  readonly #senders: ReplySenders;
  readonly #held = new Set<Stored>();
  readonly #answering = new Set<Promise<void>>();
  readonly #life = new AbortController();

  constructor(queue: MemoryQueue, senders: ReplySenders) {
    this.#queue = queue;
    this.#senders = senders;
  }

  /** The number of unsettled messages. */
  get open(): number {
    return this.#held.size;
  }

  take(stored: Stored): void {
    this.#held.add(stored);
  }

  settle(settled: readonly Settled<Taken>[]): void {
    for (const { item, outcome } of settled) {
      if (outcome.kind === 'replies') this.#answer(item, outcome);
      else if (this.#held.delete(item.stored)) apply(this.#queue, item, outcome);
    }
    this.#queue.wake();
  }

  /** Resolves when all replies are sent. */
  async whenIdle(): Promise<void> {
    await Promise.all(this.#answering);
  }

  /** Puts what is unsettled back into its place, as if it had not been taken. */
  putBack(): void {
    for (const stored of this.#held) this.#queue.putBack(stored);
    this.#held.clear();
  }

  /** Returns what is unsettled; later outcomes are ignored. */
  abandon(reason: Error): void {
    this.#life.abort(reason);
    for (const stored of this.#held) this.#queue.giveBack(stored);
    this.#held.clear();
  }

  #answer({ stored, delivery }: Taken, outcome: RepliesOutcome): void {
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

function apply(
  queue: MemoryQueue,
  { stored, delivery }: Taken,
  outcome: Exclude<Outcome, RepliesOutcome>,
): void {
  switch (outcome.kind) {
    case 'ack':
      return queue.drop(stored);
    case 'reply':
      stored.posted.request?.reply(toReply(outcome));
      return queue.drop(stored);
    case 'retry':
      return queue.retry(stored, outcome);
    case 'reject':
      // An ordered consumer counts the attempts itself.
      return queue.reject({ ...stored, attempt: delivery.attempt }, outcome.reason);
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
