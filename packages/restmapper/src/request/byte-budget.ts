import { requestError, type RequestError } from '@restmapper/core';

export interface ByteBudgetOptions {
  /** The maximum number of bytes held. */
  readonly maxBytes: number;
  /** How long a transfer is safe from being dropped for others. @default 5000 */
  readonly patienceMs?: number;
}

interface Transfer {
  readonly sinceMs: number;
  readonly giveUp: () => void;
}

/**
 * Counts the bytes of bodies and answers that a process holds for its callers, and bounds them.
 *
 * When space runs out, transfers that take longer than the patience are dropped, the oldest first, so that
 * slow callers cannot block others.
 */
export class ByteBudget {
  readonly #maxBytes: number;
  readonly #patienceMs: number;
  /** In order of their start. */
  readonly #transfers = new Map<Holding, Transfer>();
  #held = 0;

  constructor({ maxBytes, patienceMs = 5_000 }: ByteBudgetOptions) {
    this.#maxBytes = maxBytes;
    this.#patienceMs = patienceMs;
  }

  get held(): number {
    return this.#held;
  }

  get max(): number {
    return this.#maxBytes;
  }

  /** @throws RequestError OVERLOADED if nothing more can be held */
  assertRoom(): void {
    if (this.#held >= this.#maxBytes && !this.#hasRoomFor(1)) throw overloaded();
  }

  /** Opens an account for one request, initially empty. */
  open(): Holding {
    return new Holding(this);
  }

  /** Adds bytes, if there is room for them. */
  take(bytes: number): boolean {
    const hasRoom = this.#hasRoomFor(bytes);
    if (hasRoom) this.#held += bytes;
    return hasRoom;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }

  beginTransfer(holding: Holding, giveUp: () => void): void {
    this.#transfers.set(holding, { sinceMs: performance.now(), giveUp });
  }

  endTransfer(holding: Holding): void {
    this.#transfers.delete(holding);
  }

  #hasRoomFor(bytes: number): boolean {
    if (this.#held + bytes <= this.#maxBytes) return true;
    if (bytes > this.#maxBytes) return false;
    const safeSinceMs = performance.now() - this.#patienceMs;
    for (const [holding, { sinceMs, giveUp }] of this.#transfers) {
      if (sinceMs > safeSinceMs) return false;
      holding.close();
      giveUp();
      if (this.#held + bytes <= this.#maxBytes) return true;
    }
    return false;
  }
}

/** The bytes held for one request. */
export class Holding {
  readonly #budget: ByteBudget;
  #bytes = 0;
  #isTransfer = false;
  #isClosed = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Adds bytes. @throws RequestError OVERLOADED */
  take(bytes: number): void {
    if (!this.#budget.take(bytes)) throw overloaded();
    this.#bytes += bytes;
    if (!this.#isClosed) return;
    // Making room may have dropped this transfer itself.
    this.release();
    throw overloaded();
  }

  /** Replaces the number of bytes held. @throws RequestError OVERLOADED; then it holds none */
  resize(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.release();
    this.take(bytes);
  }

  /** Releases all bytes; more may be added later. */
  release(): void {
    this.endTransfer();
    this.#budget.giveBack(this.#bytes);
    this.#bytes = 0;
  }

  /**
   * Marks the bytes as in transfer from or to the caller; `giveUp` is called to end it when others need the
   * room.
   */
  beginTransfer(giveUp: () => void): void {
    this.#isTransfer = true;
    this.#budget.beginTransfer(this, giveUp);
  }

  endTransfer(): void {
    if (!this.#isTransfer) return;
    this.#isTransfer = false;
    this.#budget.endTransfer(this);
  }

  /** Releases all bytes permanently. */
  close(): void {
    this.#isClosed = true;
    this.release();
  }
}

/** The error for a body or an answer without room. */
export function overloaded(): RequestError {
  return requestError('OVERLOADED', { detail: 'too many bytes are held for callers' });
}
