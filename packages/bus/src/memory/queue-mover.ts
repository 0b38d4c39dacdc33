import type { MemoryBroker } from './memory-broker.ts';
import type { MemoryQueue, QueueReader } from './memory-queue.ts';
import type { Stored } from './stored-message.ts';

/** Moves the messages of a foreign queue, once that exists, to one of the topology. */
export class QueueMover implements QueueReader {
  readonly isFree = true;
  readonly ready: Promise<void>;
  readonly #broker: MemoryBroker;
  readonly #queue: string;
  readonly #to: string;
  readonly #stopWaiting: () => void;
  #markReady = (): void => {};
  #source: MemoryQueue | undefined;
  #isPaused = false;

  constructor(broker: MemoryBroker, { queue, to }: { readonly queue: string; readonly to: string }) {
    this.#broker = broker;
    this.#queue = queue;
    this.#to = to;
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.#stopWaiting = broker.onDeclared(() => this.#open());
    this.#open();
  }

  get trouble(): string | undefined {
    return this.#source ? undefined : `the queue ${this.#queue} does not exist`;
  }

  take(stored: Stored): void {
    this.#broker.queue(this.#to).post(stored.posted);
    this.#source?.drop(stored);
  }

  pause(): void {
    this.#isPaused = true;
    this.#source?.removeReader(this);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#source?.addReader(this);
  }

  close(): void {
    this.#stopWaiting();
    this.#source?.removeReader(this);
  }

  #open(): void {
    if (this.#source || !this.#broker.hasQueue(this.#queue)) return;
    this.#source = this.#broker.queue(this.#queue);
    if (!this.#isPaused) this.#source.addReader(this);
    this.#markReady();
  }
}
