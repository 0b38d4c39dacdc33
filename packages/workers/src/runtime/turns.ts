import { abortable } from './abort.ts';

/** Lets so much work run at once, in the order in which it comes. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /**
   * Runs the work when its turn has come.
   *
   * @throws what the work throws, and the signal's reason when that aborts before the turn
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#take();
    try {
      await abortable(turn, signal);
      return await work();
    } finally {
      // Also a turn that nobody waits for any more comes, and is passed on.
      void turn.then(() => this.#pass());
    }
  }

  #take(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve();
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
