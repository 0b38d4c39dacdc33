import { requestError } from '@restmapper/core';

/** Limits the number of concurrent requests. */
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
   * Runs a task, if there is room for it.
   *
   * @throws RequestError OVERLOADED.
   */
  async admit(work: () => Promise<unknown>): Promise<void> {
    if (this.#count >= this.#max) {
      throw requestError('OVERLOADED', { detail: 'too many requests are in progress' });
    }
    this.#count += 1;
    try {
      await work();
    } finally {
      this.#count -= 1;
    }
  }
}
