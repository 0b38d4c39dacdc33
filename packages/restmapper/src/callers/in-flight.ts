import { requestError } from '@restmapper/core';

/** Counts the requests being worked on, and admits no more than a fixed number. */
export class InFlight {
  readonly #max: number;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Does a piece of work, if there is room for it.
   *
   * @throws RequestError OVERLOADED.
   */
  async admit(work: () => Promise<unknown>): Promise<void> {
    if (this.#count >= this.#max) {
      throw requestError('OVERLOADED', { detail: 'too many requests are being worked on' });
    }
    this.#count += 1;
    try {
      await work();
    } finally {
      this.#count -= 1;
    }
  }
}
