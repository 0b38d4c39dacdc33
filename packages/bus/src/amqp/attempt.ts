import { BusError } from '../errors.ts';
import type { OutgoingProperties } from './properties.ts';
import { longestTimerMs } from '@restmapper/core';

/** One message on its way to the broker. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** `mandatory` unless it may go nowhere. */
  readonly properties: OutgoingProperties;
  readonly deadlineEpochMs: number;
  /** Aborts when the message must not be sent any more; what was sent by then is. */
  readonly signal?: AbortSignal;
}

/** Settles the promise that the sender waits for. */
export interface Settlers {
  resolve(): void;
  reject(error: Error): void;
}

/** An attempt to publish a message, from the line to the broker's answer; tells its sender once. */
export class Attempt {
  readonly outgoing: Outgoing;
  readonly #settlers: Settlers;
  #timer: NodeJS.Timeout | undefined;
  #isReturned = false;

  constructor(outgoing: Outgoing, settlers: Settlers) {
    this.outgoing = outgoing;
    this.#settlers = settlers;
  }

  get messageId(): string {
    return this.outgoing.properties.messageId;
  }

  get leftMs(): number {
    return this.outgoing.deadlineEpochMs - Date.now();
  }

  /** Calls back after the time, unless it is told to wait for something else by then. */
  wait(ms: number, expire: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(expire, Math.min(ms, longestTimerMs));
  }

  /** The broker could not route it; its confirm comes nevertheless. */
  markReturned(): void {
    this.#isReturned = true;
  }

  confirm(): void {
    if (this.#isReturned) {
      this.fail(new BusError('UNROUTABLE', `no queue is bound to ${this.outgoing.exchange}`));
      return;
    }
    clearTimeout(this.#timer);
    this.#settlers.resolve();
  }

  nack(): void {
    this.fail(new BusError('BROKER_REFUSED', 'at least one queue refused the message'));
  }

  /** Nobody can say any more what became of it. */
  lose(why: string): void {
    this.fail(new BusError('PUBLISH_TIMEOUT', `${why}; it may or may not have been stored`));
  }

  fail(error: Error): void {
    clearTimeout(this.#timer);
    this.#settlers.reject(error);
  }
}
