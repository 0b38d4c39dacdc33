import type { Settled } from '../../dispatch/batcher.ts';
import { BusError } from '../../contract/errors.ts';
import type { Log } from '@restmapper/core';
import type { Outcome, RepliesOutcome, ReplyOutcome } from '../../contract/message.ts';
import type { ChannelDeliveries, ChannelDelivery } from './channel-deliveries.ts';
import type { QueueKind } from '../wire/properties.ts';
import type { Publisher } from '../publishing/publisher.ts';
import { createPartSender } from '../publishing/part-sender.ts';
import { type OutgoingReply, sendReply } from '../publishing/reply-sender.ts';
import { toDeadLetter, toRelease, toRetry } from './returned-message.ts';
import type { ReturnedMessage } from './returned-message.ts';
import { pause } from '@restmapper/core';
import type { ReplySenders } from '../../dispatch/reply-senders.ts';

/** How long one attempt to send a reply, a retry or a dead letter may take. */
const attemptMs = 10_000;
const firstPauseMs = 100;
const longestPauseMs = 5000;
const longestDelayMs = 365 * 24 * 3600 * 1000;

export interface SettlerOptions {
  /** Where messages are delivered again; for a foreign queue, one of the topology. */
  readonly queue: string;
  /**
   * Decides where a rejected message goes: from a work queue to its dead letters, from there back, from an
   * rpc queue nowhere.
   */
  readonly kind: QueueKind;
  /** For replies. */
  readonly replies: Publisher;
  /** For several replies to one request. */
  readonly senders: ReplySenders;
  /** For retries and dead letters. */
  readonly returns: Publisher;
  /** Recreates deleted exchanges and queues. */
  readonly declare: () => Promise<void>;
  readonly log: Log;
}

/**
 * Settles each delivery as its handler decided ("settle" as in AMQP 1.0).
 *
 * | outcome | frames |
 * |---|---|
 * | `ack` | ack |
 * | `reply` | publish to the caller, confirm, ack |
 * | `replies` | ack, then for each publish to the caller, confirm |
 * | `retry` | publish to a delay queue, confirm, ack |
 * | `reject` | publish to `<queue>.dead`, confirm, ack; a request: ack; a dead letter: nack |
 * | `requeue` | nack |
 * | `release` | publish to the queue again, confirm, ack; a request or dead letter, whose returns are not limited: nack |
 *
 * A delivery is acked only after the broker has confirmed the resulting message. Until then the settler keeps
 * trying, and the delivery keeps its place in the prefetch.
 *
 * When the delivery's channel is lost, the broker redelivers the message: from then on neither a retry nor a
 * dead letter is published, which would duplicate it. A reply still is, since its caller accepts only one.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #running = new Set<Promise<void>>();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  settle(settled: readonly Settled<ChannelDelivery>[]): void {
    const done: ChannelDelivery[] = [];
    for (const { item, outcome } of settled) {
      if (outcome.kind === 'replies') {
        this.#answer(item, outcome);
        continue;
      }
      if (this.#goesBack(outcome)) {
        item.lease.requeue(item);
        continue;
      }
      const sending = this.#send(item, outcome);
      if (sending) this.#ackAfter(sending, item);
      else done.push(item);
    }
    for (const [lease, items] of groupByLease(done)) lease.ack(items);
  }

  /**
   * Sends a message of a foreign queue that was delivered before to the topology's own: a process may have died on it,
   * and only there is it limited how often.
   */
  takeOver(item: ChannelDelivery): void {
    this.settle([{ item, outcome: { kind: 'release' } }]);
  }

  /** Sends a retried message that is not due yet to the next delay queue. */
  postpone(item: ChannelDelivery, dueEpochMs: number): void {
    const { queue } = this.#options;
    const { attempt, failures } = item.delivery;
    this.#ackAfter(this.#return(item, toRetry(item, { queue, attempt, failures, dueEpochMs })), item);
  }

  /** Resolves when everything is settled, or lost with its channel. */
  async whenIdle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #answer(item: ChannelDelivery, outcome: RepliesOutcome): void {
    const { delivery, lease, received } = item;
    const { wantsReply, replyIdleMs: idleMs } = delivery;
    if (!wantsReply) return lease.ack([item]);
    if (idleMs === undefined) return this.#ackAfter(this.#reply(item, onlyOneAccepted), item);
    const { replies: publisher, senders } = this.#options;
    const { replyTo = '', correlationId } = received.properties;
    const { signal } = lease;
    const send = createPartSender({ publisher, address: { replyTo, correlationId }, idleMs });
    const accept = (): void => lease.ack([item]);
    this.#track(senders.run({ delivery, outcome, signal, accept, send }));
  }

  #track(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #ackAfter(sending: Promise<void>, item: ChannelDelivery): void {
    this.#track(sending.then(() => item.lease.ack([item])));
  }

  #goesBack({ kind }: Outcome): boolean {
    const { kind: queueKind } = this.#options;
    if (kind === 'release') return queueKind === 'rpc' || queueKind === 'dead';
    return kind === 'requeue' || (kind === 'reject' && queueKind === 'dead');
  }

  /** Publishes the message that must precede the ack, if the outcome has one. */
  #send(item: ChannelDelivery, outcome: Outcome): Promise<void> | undefined {
    if (outcome.kind === 'retry') return this.#retry(item, outcome);
    if (outcome.kind === 'reject') return this.#reject(item, outcome.reason);
    if (outcome.kind === 'release') return this.#return(item, toRelease(item, this.#options.queue));
    return outcome.kind === 'reply' && item.delivery.wantsReply ? this.#reply(item, outcome) : undefined;
  }

  #reply(item: ChannelDelivery, outcome: ReplyOutcome & AlsoSent): Promise<void> {
    const { replies, queue, log } = this.#options;
    const { replyTo, correlationId } = item.received.properties;
    const { deadlineEpochMs = Number.POSITIVE_INFINITY } = item.delivery;
    return this.#insist(item.lease, async (attemptEpochMs) => {
      try {
        const reply = { ...outcome, deadlineEpochMs: attemptEpochMs };
        await sendReply(replies, { replyTo, correlationId }, reply);
      } catch (error) {
        const isWanted = Date.now() < deadlineEpochMs;
        if (error instanceof BusError && isWanted) throw error;
        log.warn({ err: error, queue }, 'a reply is dropped: it is too late, or its address is invalid');
      }
    });
  }

  #retry(item: ChannelDelivery, { delayMs, isFailure = false }: RetryOutcome): Promise<void> | undefined {
    const { attempt, failures, deadlineEpochMs = Number.POSITIVE_INFINITY } = item.delivery;
    const dueEpochMs = Date.now() + Math.ceil(Math.min(Math.max(0, delayMs), longestDelayMs));
    if (dueEpochMs >= deadlineEpochMs) return undefined; // Its caller will have left.
    const { queue } = this.#options;
    const counts = { attempt: attempt + 1, failures: failures + Number(isFailure) };
    return this.#return(item, toRetry(item, { queue, ...counts, dueEpochMs }));
  }

  #reject(item: ChannelDelivery, reason: string): Promise<void> | undefined {
    const { queue, kind } = this.#options;
    if (kind === 'rpc') return undefined;
    return this.#return(item, toDeadLetter(item, queue, reason));
  }

  #return(item: ChannelDelivery, { plainProperties, ...message }: ReturnedMessage): Promise<void> {
    const { returns, queue, log } = this.#options;
    const { signal } = item.lease;
    return this.#insist(item.lease, async (deadlineEpochMs) => {
      if (signal.aborted) return;
      await returns.publish({ ...message, deadlineEpochMs, signal }).catch((error: unknown) => {
        if (error instanceof BusError) throw error;
        log.warn({ err: error, queue }, 'a message loses properties that cannot be written again');
        return returns.publish({ ...message, properties: plainProperties, deadlineEpochMs, signal });
      });
    });
  }

  /** Retries until the broker has it, or the lease has ended. */
  async #insist(lease: ChannelDeliveries, send: (attemptEpochMs: number) => Promise<void>): Promise<void> {
    const { queue, declare, log } = this.#options;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await send(Date.now() + attemptMs);
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        // Transient failures are not logged; the state of the connection is logged once for all messages.
        const isLasting = pauseMs === longestPauseMs;
        log[isLasting ? 'warn' : 'debug']({ err: error, queue }, 'a message cannot be settled yet');
        // Its destination was deleted. If that cannot be recreated, the next attempt fails as well.
        if (error.code === 'UNROUTABLE') await declare().catch(() => {});
      }
      if (lease.signal.aborted) return;
      await pause(pauseMs, lease.signal);
    }
  }
}

type AlsoSent = Pick<OutgoingReply, 'part'>;

/** What a caller that accepts one reply is sent in place of several: it then fails at once. */
const onlyOneAccepted: ReplyOutcome & AlsoSent = {
  kind: 'reply',
  body: Buffer.alloc(0),
  isError: true,
  part: { id: '', seq: 0, hasMore: false },
};

type RetryOutcome = Extract<Outcome, { kind: 'retry' }>;

function groupByLease(items: readonly ChannelDelivery[]): Map<ChannelDeliveries, ChannelDelivery[]> {
  const groups = new Map<ChannelDeliveries, ChannelDelivery[]>();
  for (const item of items) {
    const group = groups.get(item.lease);
    if (group) group.push(item);
    else groups.set(item.lease, [item]);
  }
  return groups;
}
