/** Runs one attempt of a task, after all earlier tasks that have failed once and are not done yet. */
export type InTurn = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * Keeps tasks in order when they are retried.
 *
 * As long as none fails, none waits for another. After a failure, later tasks wait until the failed one has
 * succeeded or was abandoned.
 */
export class Turns {
  readonly #failed = new Map<number, Promise<unknown>>();
  #taken = 0;

  /** Takes the next turn for a task, which runs its attempts with the function passed to it. */
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
