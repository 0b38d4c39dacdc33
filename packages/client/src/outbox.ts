import type { Clock } from './clock.ts';

/** Half of the server's limit, since its seconds start at other times than the client's. */
const maxPerSecond = 9;

/** Sends frames in order, within the server's rate limit. */
export class Outbox {
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #waiting: string[] = [];
  #left = maxPerSecond;
  #cancelRefill: (() => void) | undefined;

  constructor(clock: Clock, send: (text: string) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  push(frame: object): void {
    this.#waiting.push(JSON.stringify(frame));
    this.#flush();
  }

  /** Drops pending frames. */
  close(): void {
    this.#waiting.length = 0;
    this.#cancelRefill?.();
  }

  #flush(): void {
    for (const text of this.#waiting.splice(0, this.#left)) {
      this.#left -= 1;
      this.#cancelRefill ??= this.#clock.after(1_000, () => this.#refill());
      this.#send(text);
    }
  }

  #refill(): void {
    this.#cancelRefill = undefined;
    this.#left = maxPerSecond;
    this.#flush();
  }
}
