import { AuthFailure } from './principal.ts';

/** Lets so much work be done at once, and so much more wait. */
export class Slots {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor({ max, maxWaiting }: { readonly max: number; readonly maxWaiting: number }) {
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws Refusal `unavailable` when too much waits already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#max) this.#taken += 1;
    else if (this.#waiting.length >= this.#maxWaiting)
      throw new AuthFailure('unavailable', 'too many at once');
    else await new Promise<void>((resolve) => this.#waiting.push(resolve)); // Takes over the slot.
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }
}
