/** How long a channel may be missing before this counts as an outage, by default. */
const defaultGraceMs = 3_000;

export interface OutageOptions {
  /** @default 3000 */
  readonly graceMs?: number;
  /** Called once per outage, with its reason; must not throw. */
  readonly onBegin?: (reason: string) => void;
}

/** Tracks whether, and why, a channel has been missing for a while although the connection is up. */
export class Outage {
  readonly #options: OutageOptions;
  #reason = '';
  #timer: NodeJS.Timeout | undefined;
  #hasBegun = false;
  #isClosed = false;

  constructor(options: OutageOptions = {}) {
    this.#options = options;
  }

  /** `undefined` while there is no outage. */
  get reason(): string | undefined {
    return this.#hasBegun ? this.#reason : undefined;
  }

  /** The channel could not be opened, or cannot be opened right now. */
  fail(reason: string): void {
    this.#reason = reason;
    if (this.#isClosed) return;
    const { graceMs = defaultGraceMs, onBegin } = this.#options;
    this.#timer ??= setTimeout(() => {
      this.#hasBegun = true;
      onBegin?.(this.#reason);
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
