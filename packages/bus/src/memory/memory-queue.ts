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
  /** How often a message may come back unsettled. @default any number of times */
  readonly deliveryLimit?: number;
  /** Where rejected messages go: into another queue, to the end of this one, or nowhere. @default 'dropped' */
  readonly rejected?: MemoryQueue | 'kept' | 'dropped';
}

/** One who takes messages from a queue. */
export interface QueueReader {
  /** Whether it takes one more now. */
  readonly isFree: boolean;
  /** Takes a message, to be settled by one of the queue's methods; does not work on it yet. */
  take(stored: Stored): void;
}

/**
 * Holds messages in order, and hands each to one of its readers.
 *
 * It hands over in turns of the event loop of its own, never on the stack of one who posts or
 * settles, so that timers and sockets get theirs however long the backlog.
 */
export class MemoryQueue {
  readonly name: string;
  readonly #options: MemoryQueueOptions;
  readonly #ready = new Fifo<Stored>();
  /** What came back; each was before everything in `#ready`. */
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

  /** What it holds: waiting, delayed, and handed out but not settled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many messages wait to be handed out, expired ones aside. */
  get waiting(): number {
    this.#dropExpired();
    return this.#ready.size + this.#returned.size;
  }

  get readers(): number {
    return this.#readers.length;
  }

  /** Whether a request would find somebody to work on it. */
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
  }

  /** Hands over soon what the readers are free to take. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => {
      this.#isAwake = false;
      this.#handOver();
    });
  }

  /** The message is done. */
  drop({ bytes }: Stored): void {
    this.#bytes -= bytes;
    this.#options.account.release(bytes);
  }

  /** The message comes back after the delay, behind all others, as its next attempt. */
  retry(stored: Stored, { delayMs, isFailure = false }: Comeback): void {
    const { posted, bytes, attempt } = stored;
    const failures = stored.failures + Number(isFailure);
    const next = { posted, bytes, attempt: attempt + 1, failures, returns: 0 };
    if (delayMs > 0) this.#delayed.add(next, delayMs);
    else this.#append(next);
  }

  /** The message goes where rejected ones go. */
  reject(stored: Stored, reason: string): void {
    const { rejected = 'dropped' } = this.#options;
    if (rejected === 'kept') return this.#append({ ...stored, returns: stored.returns + 1 });
    if (rejected !== 'dropped') rejected.post(toDeadLetter(stored, { queue: this.name, reason }));
    this.drop(stored);
  }

  /** The message goes back to its place, or where rejected ones go when it came back too often. */
  giveBack(stored: Stored): void {
    const { deliveryLimit = Number.POSITIVE_INFINITY } = this.#options;
    const returns = stored.returns + 1;
    if (returns > deliveryLimit) return this.reject(stored, deliveryLimitReason);
    this.#returned.push({ ...stored, returns });
    this.wake();
  }

  /** Takes out everything that waits, oldest first; each is to be settled, or put back. */
  takeWaiting(): readonly Stored[] {
    const taken: Stored[] = [];
    for (let next = this.#returned.pop(); next; next = this.#returned.pop()) taken.push(next);
    return [...taken, ...this.#ready.clear()];
  }

  /** The message goes back to its place, as if it had never been taken. */
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

  /** Readers take turns. */
  #nextFree(): QueueReader | undefined {
    const index = this.#readers.findIndex(({ isFree }) => isFree);
    const [reader] = index < 0 ? [] : this.#readers.splice(index, 1);
    if (reader) this.#readers.push(reader);
    return reader;
  }

  /** Like RabbitMQ, looks at the head only: requests expire about in the order they came. */
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

/** How a handler wants a message to come back. */
interface Comeback {
  readonly delayMs: number;
  readonly isFailure?: boolean;
}

type Unplaced = Omit<Stored, 'place'>;

function toDeadLetter({ posted: { message }, attempt }: Stored, death: DeathRecord): Posted {
  return {
    message: { ...message, headers: deadLetterHeaders({ headers: message.headers, attempt }, death) },
  };
}
