import type { Outgoing } from '../wire/outgoing.ts';
import { BusError } from '../../contract/errors.ts';
import { longestTimerMs } from '@restmapper/core';

/** Settles the sender's promise. */
export interface Settlers {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * An attempt to publish a message, from the queue to the broker's answer; settles its sender's promise once.
 */
export class PendingPublish {
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

  /** Calls back after the time, unless another wait replaces this one. */
  wait(ms: number, expire: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(expire, Math.min(ms, longestTimerMs));
  }

  /** The broker could not route it; its confirm still follows. */
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

  /** Its outcome is unknown. */
  lose(why: string): void {
    this.fail(new BusError('PUBLISH_TIMEOUT', `${why}; it may or may not have been stored`));
  }

  fail(error: Error): void {
    clearTimeout(this.#timer);
    this.#settlers.reject(error);
  }
}
