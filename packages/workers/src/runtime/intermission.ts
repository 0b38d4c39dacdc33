import type { QueueSubscription } from '@restmapper/bus';
import type { WorkerGate } from '../work/worker-gate.ts';

/** Waits out shorter interruptions, so that messages keep their places in the queue. */
const patienceMs = 1_000;

/**
 * Stops consuming a queue while its messages cannot be processed, and resumes when they can.
 *
 * RabbitMQ takes back messages that are held for longer than its `consumer_timeout`, and counts it against
 * them. So messages behind a closed gate are returned to their queue after a moment, uncounted.
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
    // No message is consumed before the worker is ready.
    if (gate.heldFor !== undefined) void this.#pause();
  }

  /** The gate has closed or opened. */
  update(): void {
    if (this.#hasEnded) return;
    if (this.#gate.heldFor === undefined) return this.#resume();
    if (this.#isPaused) return;
    this.#timer ??= setTimeout(() => void this.#pause(), patienceMs);
  }

  /** Releases the work waiting at the gate; the subscription is about to be closed. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#gate.letGo();
  }

  async #pause(): Promise<void> {
    this.#isPaused = true;
    // First, or released messages would be delivered again.
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
