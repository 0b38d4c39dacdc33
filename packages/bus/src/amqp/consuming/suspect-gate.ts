import type { ConsumeMessage } from 'amqplib';
import { Fifo } from '@restmapper/core';
import type { SuspectLine } from './suspect-line.ts';

/** Most messages come back because their queue goes to another process; one that came back this often is suspicious. */
const suspectReturns = 10;

/** A message of an ordered queue. */
export interface OrderedMessage {
  readonly received: ConsumeMessage;
  /** How often it was returned unsettled. */
  readonly returns: number;
}

export interface SuspectGateOptions<Item> {
  readonly suspects: SuspectLine;
  /** Takes a message whose turn it is. */
  readonly pass: (item: Item) => void;
  /** Called once until `clear`, when the first suspect arrives. */
  readonly onSuspect: () => void;
}

/**
 * Lets the messages of an ordered queue pass in their order, and one at a time those on which processes may have died.
 *
 * A prefetch of 1 would isolate them as well, but not keep the order: RabbitMQ puts a message that it takes back behind
 * those that it took back before and did not hand out again. So every consumer of the queue gets all of them at once.
 */
export class SuspectGate<Item extends OrderedMessage> {
  readonly #options: SuspectGateOptions<Item>;
  readonly #waiting = new Fifo<Item>();
  #current: Item | undefined;
  #leaveLine = (): void => {};
  #isIsolating = false;

  constructor(options: SuspectGateOptions<Item>) {
    this.#options = options;
  }

  /** The first message that waits for its turn. */
  get first(): Item | undefined {
    return this.#waiting.peek();
  }

  push(item: Item): void {
    if (item.returns < suspectReturns && this.#waiting.size === 0) return this.#options.pass(item);
    this.#waiting.push(item);
    this.#advance();
  }

  /** The process has survived them, or they are settled. */
  survived(items: readonly OrderedMessage[]): void {
    if (!this.#current) return;
    const { received } = this.#current;
    if (!items.some((item) => item.received === received)) return;
    this.#leave();
    this.#advance();
  }

  /** Forgets all messages. */
  clear(): void {
    this.#isIsolating = false;
    this.#waiting.clear();
    this.#leave();
  }

  #leave(): void {
    this.#current = undefined;
    this.#leaveLine();
  }

  #advance(): void {
    for (let next = this.#waiting.peek(); next; next = this.#waiting.peek()) {
      if (next.returns >= suspectReturns) return this.#queueUp(next);
      this.#waiting.shift();
      this.#options.pass(next);
    }
  }

  #queueUp(item: Item): void {
    if (this.#current) return;
    const { suspects, pass, onSuspect } = this.#options;
    if (!this.#isIsolating) onSuspect();
    this.#isIsolating = true;
    this.#current = item;
    this.#leaveLine = suspects.enter(item.returns, () => {
      this.#waiting.shift();
      pass(item);
      this.#advance();
    });
  }
}
