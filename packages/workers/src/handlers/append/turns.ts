/** Runs one attempt of a piece of work, after all pieces before it that have failed once and are not done yet. */
export type InTurn = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * Keeps pieces of work in their order when they have to be tried again.
 *
 * As long as none fails, none waits for another. One that has failed lets those behind it wait until it
 * is done, for better or worse.
 */
export class Turns {
  readonly #failed = new Map<number, Promise<unknown>>();
  #taken = 0;

  /** Takes the next turn for work that makes its attempts by the function it gets. */
  async take<T>(work: (inTurn: InTurn) => Promise<T>): Promise<T> {
    const turn = this.#taken;
    this.#taken += 1;
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const inTurn: InTurn = async (attempt) => {
      await this.#predecessors(turn);
      try {
        return await attempt();
      } catch (error) {
        this.#failed.set(turn, finished);
        throw error;
      }
    };
    try {
      return await work(inTurn);
    } finally {
      this.#failed.delete(turn);
      finish();
    }
  }

  async #predecessors(turn: number): Promise<void> {
    for (;;) {
      const before = [...this.#failed].filter(([other]) => other < turn);
      if (before.length === 0) return;
      await Promise.all(before.map(([, finished]) => finished));
    }
  }
}
