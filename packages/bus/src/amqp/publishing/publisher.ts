import { IllegalOperationError } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import { Attempt } from './attempt.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import type { Keeper } from '../connection/keeper.ts';
import { closeChannel, keepChannel } from '../connection/kept-channel.ts';
import type { OpenChannel } from '../connection/kept-channel.ts';
import type { Link } from '../connection/link.ts';
import { Outage } from '../connection/outage.ts';
import { sendConfirmed } from '../fast-path/send-confirmed.ts';
import { asError, pause } from '@restmapper/core';

export interface PublisherOptions {
  /**
   * Most messages on their way to the broker at once. Larger windows gain little (31,000 messages/s at
   * 512), and a lost connection leaves more outcomes unknown.
   * @default 512
   */
  readonly windowSize?: number;
}

/** How much longer than its deadline a message may go without an answer, and all after it. */
const deafMs = 1000;

const lineLength = 4096;
const lineWaitMs = 1000;

/**
 * Publishes on a confirm channel of its own, so that an error of one kind of message leaves the
 * others alone; says of each message what became of it.
 *
 * A message waits in line, shortly, while the channel is away or the window is full. What is sent
 * holds a place in the window until the broker has answered, even when its caller has given up: so
 * neither the line nor the connection's buffers grow without bound. A channel on which nothing is
 * answered any more is replaced: after a stream has moved to another node of a cluster, RabbitMQ may
 * go on sending what comes over a channel to the one that it has left.
 *
 * | the broker | outcome |
 * |---|---|
 * | confirms | resolves |
 * | returns, then confirms | UNROUTABLE |
 * | nacks | BROKER_REFUSED |
 * | is silent until the deadline, or the channel is lost | PUBLISH_TIMEOUT: unknown |
 * | cannot be sent to within the wait | BROKER_UNAVAILABLE, BROKER_BLOCKED, OVERLOADED: not sent |
 */
export class Publisher {
  readonly #link: Link;
  readonly #windowSize: number;
  readonly #keeper: Keeper<OpenChannel<ConfirmChannel>>;
  readonly #line = new Set<Attempt>();
  /** By message id, since that is all that a returned message is known by. */
  readonly #inFlight = new Map<string, Attempt>();
  readonly #idle: (() => void)[] = [];
  readonly #outage = new Outage();
  #life = new AbortController();
  #answers = 0;

  constructor(link: Link, { windowSize = 512 }: PublisherOptions = {}) {
    this.#link = link;
    this.#windowSize = windowSize;
    link.onChange(() => this.#pump());
    this.#keeper = keepChannel(link, {
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

  /** Messages that the broker has not answered yet, those in line included. */
  get unconfirmed(): number {
    return this.#line.size + this.#inFlight.size;
  }

  get isOpen(): boolean {
    return this.#keeper.current !== undefined;
  }

  /** Resolves when every queue that the message was routed to has it. @throws BusError as in the table. */
  publish(outgoing: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = new Attempt(outgoing, { resolve, reject });
      const { leftMs } = attempt;
      if (leftMs <= 0) return attempt.fail(tooLate());
      const open = this.#link.status.state === 'up' ? this.#keeper.current : undefined;
      if (open && this.#line.size === 0 && this.#hasRoomFor(attempt)) return this.#send(attempt, open);
      this.#enterLine(attempt, Math.min(leftMs, lineWaitMs));
    });
  }

  /** Resolves when nothing is in line or unanswered. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#pump();
    });
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#keeper);
  }

  #listen(channel: ConfirmChannel, life: AbortController): void {
    this.#life = life;
    // The broker sends it before the confirm of the same message.
    channel.on('return', ({ properties }) =>
      this.#inFlight.get(String(properties.messageId))?.markReturned(),
    );
  }

  /** Waits its turn: the channel is away, or there is no room in the window. */
  #enterLine(attempt: Attempt, waitMs: number): void {
    if (this.#line.size >= lineLength) return attempt.fail(this.#notSent());
    this.#line.add(attempt);
    attempt.wait(waitMs, () => this.#leaveLine(attempt));
    this.#pump();
  }

  #hasRoomFor({ messageId }: Attempt): boolean {
    // Two of one id on their way at once could not be told apart when one is returned.
    return this.#inFlight.size < this.#windowSize && !this.#inFlight.has(messageId);
  }

  #pump(): void {
    if (this.#link.status.state === 'blocked') for (const attempt of this.#line) this.#leaveLine(attempt);
    const open = this.#keeper.current;
    if (open) {
      for (const attempt of this.#line) {
        if (this.#inFlight.size >= this.#windowSize) break;
        if (this.#hasRoomFor(attempt)) this.#send(attempt, open);
      }
    }
    if (this.unconfirmed === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #send(attempt: Attempt, { channel, signal }: OpenChannel<ConfirmChannel>): void {
    this.#line.delete(attempt);
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

  /** Ends the channel when nothing has been answered on it since there were so many answers. */
  async #replaceIfDeaf(answers: number, signal: AbortSignal): Promise<void> {
    // An answer may have come while this process was busy.
    await pause(deafMs, signal);
    if (signal.aborted || this.#answers !== answers || this.#link.status.state !== 'up') return;
    this.#life.abort(new Error('the broker answered nothing that was sent on the channel'));
  }

  #leaveLine(attempt: Attempt): void {
    this.#line.delete(attempt);
    attempt.fail(this.#notSent());
  }

  #notSent(cause?: unknown): BusError {
    const { state, reason } = this.#link.status;
    if (state === 'blocked') return new BusError('BROKER_BLOCKED', reason, { cause });
    if (state === 'down') return new BusError('BROKER_UNAVAILABLE', reason, { cause });
    if (!this.isOpen) return new BusError('BROKER_UNAVAILABLE', 'the channel is being opened', { cause });
    return new BusError('OVERLOADED', 'too many messages are on their way to the broker', { cause });
  }
}

function unwanted(): BusError {
  return new BusError('BROKER_UNAVAILABLE', 'it was cancelled while it waited; nothing was sent');
}

function tooLate(): BusError {
  return new BusError('PUBLISH_TIMEOUT', 'the deadline had passed; nothing was sent');
}
