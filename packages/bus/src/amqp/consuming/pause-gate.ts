import { aborted } from '@restmapper/core';
import type { Prerequisite } from '../connection/recovering-channel.ts';

/** Holds back the opening of a channel while its subscription is paused. */
export class PauseGate {
  #isClosed = false;
  #waiting: (() => void)[] = [];

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  open(): void {
    this.#isClosed = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Makes it a prerequisite before another one. */
  before({ refusal, available }: Prerequisite): Prerequisite {
    return {
      refusal,
      available: async (signal) => {
        await this.opened(signal);
        await available(signal);
      },
    };
  }

  /** Resolves when it is open. @throws the signal's reason if it aborts first. */
  async opened(signal: AbortSignal): Promise<void> {
    while (this.#isClosed) {
      const opening = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await Promise.race([opening, aborted(signal)]);
      signal.throwIfAborted();
    }
  }
}
