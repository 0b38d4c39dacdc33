/** Within this time of its opening, a channel has handed out the first message of its queue. */
const openingMs = 100;

/** An ack needs some time to leave the process. */
const ackMs = 10;

interface Suspect {
  readonly returns: number;
  readonly tie: number;
  readonly start: () => void;
}

/**
 * Lets the messages that came back too often start one after the other, over all queues of a subscription.
 *
 * What waits while the process dies comes back too. Those that came back least start first, and in random order if they
 * came back alike: so what only waited behind the message on which processes die is soon done.
 */
export class SuspectLine {
  readonly #waiting = new Set<Suspect>();
  #running: Suspect | undefined;
  #notBeforeMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** A channel was opened: what it hands out may have to start first. */
  open(): void {
    this.#waitFor(openingMs);
  }

  /** Starts a message when it is its turn; returns what is to be called when the message is settled, or lost. */
  enter(returns: number, start: () => void): () => void {
    const suspect = { returns, tie: Math.random(), start };
    this.#waiting.add(suspect);
    this.#next();
    return () => {
      this.#waiting.delete(suspect);
      if (this.#running !== suspect) return;
      this.#running = undefined;
      this.#waitFor(ackMs);
      this.#next();
    };
  }

  #waitFor(ms: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + ms);
  }

  #next(): void {
    clearTimeout(this.#timer);
    if (this.#running || this.#waiting.size === 0) return;
    const waitMs = this.#notBeforeMs - performance.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#next(), Math.ceil(waitMs));
      return;
    }
    const [first] = [...this.#waiting].sort((a, b) => a.returns - b.returns || a.tie - b.tie);
    if (!first) return;
    this.#waiting.delete(first);
    this.#running = first;
    first.start();
  }
}
