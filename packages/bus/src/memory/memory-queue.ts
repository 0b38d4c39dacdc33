import { deadLetterHeaders, deliveryLimitReason } from '../contract/dead-letter.ts';
import type { DeathRecord } from '../contract/dead-letter.ts';
import { Fifo } from '@restmapper/core';
import { DelayLine } from './delay-line.ts';
import { Heap } from './heap.ts';
import type { MemoryAccount } from './memory-account.ts';
import { hasExpired, sizeOf } from './stored-message.ts';
import type { Posted, Stored } from './stored-message.ts';

export interface MemoryQueueOptions {
  readonly account: MemoryAccount;
  /** How often a message may be returned unsettled. @default any number of times */
  readonly deliveryLimit?: number;
  /** Whether only the reader that was there first gets messages. @default false */
  readonly isOrdered?: boolean | undefined;
  /** Where rejected messages go: into another queue, to the end of this one, or nowhere. @default 'dropped' */
  readonly rejected?: MemoryQueue | 'kept' | 'dropped';
}

/** A consumer of a queue. */
export interface QueueReader {
  /** Whether it can take another message now. */
  readonly isFree: boolean;
  /** Takes a message, to be settled by one of the queue's methods; does not process it yet. */
  take(stored: Stored): void;
}

/**
 * Holds messages in order, and delivers each to one of its readers.
 *
 * It delivers in separate turns of the event loop, never on the stack of a publisher or consumer, so that a
 * long backlog does not starve timers and sockets.
 */
export class MemoryQueue {
  readonly name: string;
  readonly #options: MemoryQueueOptions;
  readonly #ready = new Fifo<Stored>();
  /** Returned messages; all come before those in `#ready`. */
  readonly #returned = new Heap<Stored>((a, b) => a.place < b.place);
  readonly #delayed = new DelayLine<Unplaced>((next) => this.#append(next));
  readonly #readers: QueueReader[] = [];
  #places = 0;
  #bytes = 0;
  #isAwake = false;

  constructor(name: string, options: MemoryQueueOptions) {
    this.name = name;
    this.#options = options;
  }

  /** All messages held: waiting, delayed, and unsettled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of messages ready for delivery, without expired ones. */
  get waiting(): number {
    this.#dropExpired();
    return this.#ready.size + this.#returned.size;
  }

  get readers(): number {
    return this.#readers.length;
  }

  /** Whether the queue has a consumer for requests. */
  get hasReaders(): boolean {
    return this.#readers.length > 0;
  }

  post(posted: Posted): void {
    this.#dropExpired();
    const bytes = sizeOf(posted.message);
    this.#bytes += bytes;
    this.#options.account.add(bytes);
    this.#append({ posted, bytes, attempt: 1, failures: 0, returns: 0 });
  }

  addReader(reader: QueueReader): void {
    this.#readers.push(reader);
    this.wake();
  }

  removeReader(reader: QueueReader): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) this.#readers.splice(index, 1);
    if (this.#options.isOrdered) this.wake();
  }

  /** Schedules the delivery of messages that readers can take. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      this.#handOver();
    });
  }

  /** The message is settled. */
  drop({ bytes }: Stored): void {
    this.#bytes -= bytes;
    this.#options.account.release(bytes);
  }

  /** The message is redelivered after the delay, after all others, as its next attempt. */
  retry(stored: Stored, { delayMs, isFailure = false }: Comeback): void {
    const { posted, bytes, attempt } = stored;
    const failures = stored.failures + Number(isFailure);
    const next = { posted, bytes, attempt: attempt + 1, failures, returns: 0 };
    if (delayMs > 0) this.#delayed.add(next, delayMs);
    else this.#append(next);
  }

  /** The message is rejected. */
  reject(stored: Stored, reason: string): void {
    const { rejected = 'dropped' } = this.#options;
    if (rejected === 'kept') return this.#append({ ...stored, returns: stored.returns + 1 });
    if (rejected !== 'dropped') rejected.post(toDeadLetter(stored, { queue: this.name, reason }));
    this.drop(stored);
  }

  /** The message returns to its place, or is rejected if it was returned too often. */
  giveBack(stored: Stored): void {
    const { deliveryLimit = Number.POSITIVE_INFINITY } = this.#options;
    const returns = stored.returns + 1;
    if (returns > deliveryLimit) return this.reject(stored, deliveryLimitReason);
    this.#returned.push({ ...stored, returns });
    this.wake();
  }

  /** Removes all waiting messages, oldest first; each must be settled or put back. */
  takeWaiting(): readonly Stored[] {
    const taken: Stored[] = [];
    for (let next = this.#returned.pop(); next; next = this.#returned.pop()) taken.push(next);
    return [...taken, ...this.#ready.clear()];
  }

  /** The message returns to its place, as if it had never been taken. */
  putBack(stored: Stored): void {
    this.#returned.push(stored);
    this.wake();
  }

  #append({ posted, bytes, attempt, failures, returns }: Unplaced): void {
    this.#places += 1;
    this.#ready.push({ posted, place: this.#places, attempt, failures, returns, bytes });
    this.wake();
  }

  #handOver(): void {
    for (let stored = this.#peek(); stored; stored = this.#peek()) {
      const reader = this.#nextFree();
      if (!reader) return;
      if (!this.#returned.pop()) this.#ready.shift();
      reader.take(stored);
    }
  }

  #peek(): Stored | undefined {
    this.#dropExpired();
    return this.#returned.peek() ?? this.#ready.peek();
  }

  /** Selects readers in turn, or the first one. */
  #nextFree(): QueueReader | undefined {
    if (this.#options.isOrdered) return this.#readers[0]?.isFree ? this.#readers[0] : undefined;
    const index = this.#readers.findIndex(({ isFree }) => isFree);
    const [reader] = index < 0 ? [] : this.#readers.splice(index, 1);
    if (reader) this.#readers.push(reader);
    return reader;
  }

  /** Like RabbitMQ, checks only the head: requests expire roughly in arrival order. */
  #dropExpired(): void {
    for (let head = this.#returned.peek(); head && hasExpired(head); head = this.#returned.peek()) {
      this.#returned.pop();
      this.drop(head);
    }
    for (let head = this.#ready.peek(); head && hasExpired(head); head = this.#ready.peek()) {
      this.#ready.shift();
      this.drop(head);
    }
  }
}

/** How a message is to be redelivered. */
interface Comeback {
  readonly delayMs: number;
  readonly isFailure?: boolean;
}

type Unplaced = Omit<Stored, 'place'>;

function toDeadLetter({ posted, attempt }: Stored, death: DeathRecord): Posted {
  const { message, routingKey } = posted;
  return {
    routingKey,
    message: { ...message, headers: deadLetterHeaders({ headers: message.headers, attempt }, death) },
  };
}
