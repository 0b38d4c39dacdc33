/** How long a channel may be missing before that counts as an outage. */
const graceMs = 3_000;

/** Tracks whether, and why, a channel has been missing for a while although the connection is up. */
export class Outage {
  readonly #onBegin: (reason: string) => void;
  #reason = '';
  #timer: NodeJS.Timeout | undefined;
  #hasBegun = false;
  #isClosed = false;

  /** The listener is called once for each outage; it must not throw. */
  constructor(onBegin: (reason: string) => void = () => {}) {
    this.#onBegin = onBegin;
  }

  /** `undefined` while there is no outage. */
  get reason(): string | undefined {
    return this.#hasBegun ? this.#reason : undefined;
  }

  /** The channel could not be opened, or cannot be opened for now. */
  fail(reason: string): void {
    this.#reason = reason;
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#hasBegun = true;
      this.#onBegin(this.#reason);
    }, graceMs);
  }

  /** The channel is open, or the whole connection is missing. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hasBegun = false;
  }

  /** The channel is no longer wanted. */
  close(): void {
    this.#isClosed = true;
    this.end();
  }
}
