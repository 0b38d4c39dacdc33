import { IllegalOperationError } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import { PendingPublish } from './pending-publish.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';
import { sendConfirmed } from '../fast-path/send-confirmed.ts';
import { asError, pause } from '@restmapper/core';

export interface PublisherOptions {
  /**
   * The maximum number of unconfirmed messages. Larger windows gain little (31,000 messages/s at 512), and a
   * lost connection leaves more outcomes unknown.
   * @default 512
   */
  readonly windowSize?: number;
}

/**
 * How much longer than its deadline a message, and all after it, may remain unanswered before the channel is
 * replaced.
 */
const deafMs = 1000;

const queueLength = 4096;
const lineWaitMs = 1000;

/**
 * Publishes on its own confirm channel, so that an error of one kind of message does not affect the others;
 * reports the outcome of each message.
 *
 * Messages are queued briefly while the channel is down or the window is full. A sent message occupies the
 * window until the broker has answered, even if its caller has stopped waiting, so that neither the queue nor
 * the connection's buffers grow without bound. A channel that gets no more answers is replaced: after a
 * stream has moved to another node of a cluster, RabbitMQ may keep forwarding a channel's messages to the old
 * one.
 *
 * | the broker | outcome |
 * |---|---|
 * | confirms | resolves |
 * | returns, then confirms | UNROUTABLE |
 * | nacks | BROKER_REFUSED |
 * | does not answer by the deadline, or the channel is lost | PUBLISH_TIMEOUT: unknown |
 * | cannot be reached in time | BROKER_UNAVAILABLE, BROKER_BLOCKED, OVERLOADED: not sent |
 */
export class Publisher {
  readonly #connection: RecoveringConnection;
  readonly #windowSize: number;
  readonly #recovering: Recovering<OpenChannel<ConfirmChannel>>;
  readonly #queue = new Set<PendingPublish>();
  /** By message id, the only identification of a returned message. */
  readonly #inFlight = new Map<string, PendingPublish>();
  readonly #idle: (() => void)[] = [];
  readonly #outage = new Outage();
  #life = new AbortController();
  #answers = 0;

  constructor(connection: RecoveringConnection, { windowSize = 512 }: PublisherOptions = {}) {
    this.#connection = connection;
    this.#windowSize = windowSize;
    connection.onChange(() => this.#pump());
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createConfirmChannel(),
      setUp: async (channel, life) => this.#listen(channel, life),
      onOpen: () => this.#pump(),
      outage: this.#outage,
    });
  }

  /** Why its channel cannot be opened, although the connection is up. */
  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  /** The number of unanswered messages, including queued ones. */
  get unconfirmed(): number {
    return this.#queue.size + this.#inFlight.size;
  }

  get isOpen(): boolean {
    return this.#recovering.current !== undefined;
  }

  /** Resolves when every queue that the message was routed to has it. @throws BusError as in the table. */
  publish(outgoing: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = new PendingPublish(outgoing, { resolve, reject });
      const { leftMs } = attempt;
      if (leftMs <= 0) return attempt.fail(tooLate());
      const open = this.#connection.status.state === 'up' ? this.#recovering.current : undefined;
      if (open && this.#queue.size === 0 && this.#hasRoomFor(attempt)) return this.#send(attempt, open);
      this.#enterLine(attempt, Math.min(leftMs, lineWaitMs));
    });
  }

  /** Resolves when no message is queued or unanswered. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#pump();
    });
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#recovering);
  }

  #listen(channel: ConfirmChannel, life: AbortController): void {
    this.#life = life;
    // The broker sends it before the confirm of the same message.
    channel.on('return', ({ properties }) =>
      this.#inFlight.get(String(properties.messageId))?.markReturned(),
    );
  }

  /** Queues the message while the channel is down, or the window is full. */
  #enterLine(attempt: PendingPublish, waitMs: number): void {
    if (this.#queue.size >= queueLength) return attempt.fail(this.#notSent());
    this.#queue.add(attempt);
    attempt.wait(waitMs, () => this.#leaveQueue(attempt));
    this.#pump();
  }

  #hasRoomFor({ messageId }: PendingPublish): boolean {
    // Two concurrent messages with one id could not be distinguished when one is returned.
    return this.#inFlight.size < this.#windowSize && !this.#inFlight.has(messageId);
  }

  #pump(): void {
    if (this.#connection.status.state === 'blocked')
      for (const attempt of this.#queue) this.#leaveQueue(attempt);
    const open = this.#recovering.current;
    if (open) {
      for (const attempt of this.#queue) {
        if (this.#inFlight.size >= this.#windowSize) break;
        if (this.#hasRoomFor(attempt)) this.#send(attempt, open);
      }
    }
    if (this.unconfirmed === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #send(attempt: PendingPublish, { channel, signal }: OpenChannel<ConfirmChannel>): void {
    this.#queue.delete(attempt);
    if (attempt.outgoing.signal?.aborted) return attempt.fail(unwanted());
    try {
      sendConfirmed(channel, attempt.outgoing, (error) => {
        this.#inFlight.delete(attempt.messageId);
        this.#answers += 1;
        if (!error) attempt.confirm();
        else if (signal.aborted) attempt.lose('the connection was lost before the confirm');
        else attempt.nack();
        this.#pump();
      });
    } catch (error) {
      return attempt.fail(error instanceof IllegalOperationError ? this.#notSent(error) : asError(error));
    }
    this.#inFlight.set(attempt.messageId, attempt);
    const answers = this.#answers;
    attempt.wait(attempt.leftMs, () => {
      attempt.lose('the broker did not confirm it in time');
      void this.#replaceIfDeaf(answers, signal); // It never rejects.
    });
  }

  /** Ends the channel if the number of answers has not increased since. */
  async #replaceIfDeaf(answers: number, signal: AbortSignal): Promise<void> {
    // An answer may have arrived while this process was busy.
    await pause(deafMs, signal);
    if (signal.aborted || this.#answers !== answers || this.#connection.status.state !== 'up') return;
    this.#life.abort(new Error('the broker does not answer on the channel'));
  }

  #leaveQueue(attempt: PendingPublish): void {
    this.#queue.delete(attempt);
    attempt.fail(this.#notSent());
  }

  #notSent(cause?: unknown): BusError {
    const { state, reason } = this.#connection.status;
    if (state === 'blocked') return new BusError('BROKER_BLOCKED', reason, { cause });
    if (state === 'down') return new BusError('BROKER_UNAVAILABLE', reason, { cause });
    if (!this.isOpen) return new BusError('BROKER_UNAVAILABLE', 'the channel is being opened', { cause });
    return new BusError('OVERLOADED', 'too many messages are waiting for the broker', { cause });
  }
}

function unwanted(): BusError {
  return new BusError('BROKER_UNAVAILABLE', 'it was cancelled while it waited; nothing was sent');
}

function tooLate(): BusError {
  return new BusError('PUBLISH_TIMEOUT', 'the deadline had passed; nothing was sent');
}
