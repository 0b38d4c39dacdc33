import { AuthFailure } from './principal.ts';

/** Limits the number of running and of waiting tasks. */
export class Slots {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor({ max, maxWaiting }: { readonly max: number; readonly maxWaiting: number }) {
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws AuthFailure `unavailable` if too many tasks are waiting. */
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
