import type { QueueSubscription } from '@restmapper/bus';
import type { WorkerGate } from './worker-gate.ts';

/** A shorter interruption is waited out: what is held keeps its place in the queue. */
const patienceMs = 1_000;

/**
 * Stops consuming a queue whose messages cannot be worked on, and consumes it again when they can.
 *
 * What a worker holds while its gate is shut would be taken back by RabbitMQ at its `consumer_timeout`, and counted
 * against the message each time. So it goes back after a moment, uncounted, and waits in its queue.
 */
export class Intermission {
  readonly #subscription: QueueSubscription;
  readonly #gate: WorkerGate;
  #timer: NodeJS.Timeout | undefined;
  #isPaused = false;
  #hasEnded = false;

  constructor(subscription: QueueSubscription, gate: WorkerGate) {
    this.#subscription = subscription;
    this.#gate = gate;
    // Nothing is taken before there is something to do it with.
    if (gate.heldFor !== undefined) void this.#pause();
  }

  /** The gate has shut or opened. */
  update(): void {
    if (this.#hasEnded) return;
    if (this.#gate.heldFor === undefined) return this.#resume();
    if (this.#isPaused) return;
    this.#timer ??= setTimeout(() => void this.#pause(), patienceMs);
  }

  /** Lets go of what waits at the gate; the subscription is about to be closed. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#gate.letGo();
  }

  async #pause(): Promise<void> {
    this.#isPaused = true;
    // First, or what is let go would come again.
    await this.#subscription.pause();
    if (this.#isPaused) this.#gate.letGo();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#gate.holdAgain();
    this.#subscription.resume();
  }
}
