/** A pause of the event loop that may have outlasted the connection: a heartbeat has 10 s by default. */
const defaultStallMs = 5_000;

/** The time that sockets get to report what happened meanwhile. */
const recoveryMs = 100;

/**
 * Notices that this process stood still: then the broker may have given its messages to another one, which the sockets
 * have not reported yet.
 */
export class LoopWatch {
  #beat: NodeJS.Timeout | undefined;
  #aliveMs = 0;
  #recoveredMs = 0;
  readonly #stallMs: number;

  constructor(stallMs: number = defaultStallMs) {
    this.#stallMs = stallMs;
  }

  /** How long to wait before the state of the connection can be trusted; 0 if the process did not stand still. */
  get remainingMs(): number {
    const nowMs = this.#check();
    return nowMs < this.#recoveredMs ? Math.ceil(this.#recoveredMs - nowMs) : 0;
  }

  start(): void {
    if (this.#beat) return;
    this.#aliveMs = performance.now();
    this.#beat = setInterval(() => this.#check(), this.#stallMs / 5);
    this.#beat.unref();
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  /** Returns the time. */
  #check(): number {
    const now = performance.now();
    if (!this.#beat) return now;
    if (now - this.#aliveMs > this.#stallMs) this.#recoveredMs = now + recoveryMs;
    this.#aliveMs = now;
    return now;
  }
}
