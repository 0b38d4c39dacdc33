/** How long something may take to come back before it counts as being away. */
const graceMs = 3_000;

/** Why a channel has been away for a while, although the connection is up. */
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

  /** The channel could not be opened, or cannot be for now. */
  fail(reason: string): void {
    this.#reason = reason;
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#hasBegun = true;
      this.#onBegin(this.#reason);
    }, graceMs);
  }

  /** The channel is open, or it is no longer this channel that is missing. */
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
