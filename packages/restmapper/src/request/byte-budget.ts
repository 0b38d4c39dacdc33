import { requestError, type RequestError } from '@restmapper/core';

export interface ByteBudgetOptions {
  /** Most bytes held at once. */
  readonly maxBytes: number;
  /** How long a transfer is safe from giving way to others. @default 5000 */
  readonly patienceMs?: number;
}

interface Transfer {
  readonly sinceMs: number;
  readonly giveUp: () => void;
}

/**
 * Counts the bytes of bodies and answers that a process holds for its callers, and bounds them.
 *
 * Where there is no room, transfers that have gone on for longer than the patience give way, the oldest
 * first, so that slow callers cannot keep others out.
 */
export class ByteBudget {
  readonly #maxBytes: number;
  readonly #patienceMs: number;
  /** In the order of their beginnings. */
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

  /** @throws RequestError OVERLOADED when nothing more can be held */
  assertRoom(): void {
    if (this.#held >= this.#maxBytes && !this.#hasRoomFor(1)) throw overloaded();
  }

  /** Opens what one request holds; it holds nothing yet. */
  open(): Holding {
    return new Holding(this);
  }

  /** Counts this many bytes more, if there is room for them. */
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

/** The bytes that are held for one request. */
export class Holding {
  readonly #budget: ByteBudget;
  #bytes = 0;
  #isTransfer = false;
  #isClosed = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Holds this many bytes more. @throws RequestError OVERLOADED */
  take(bytes: number): void {
    if (!this.#budget.take(bytes)) throw overloaded();
    this.#bytes += bytes;
    if (!this.#isClosed) return;
    // Making room may have ended this very transfer.
    this.release();
    throw overloaded();
  }

  /** Holds this many bytes, whatever it held before. @throws RequestError OVERLOADED; then it holds nothing */
  resize(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.release();
    this.take(bytes);
  }

  /** Holds nothing any more, but may again. */
  release(): void {
    this.endTransfer();
    this.#budget.giveBack(this.#bytes);
    this.#bytes = 0;
  }

  /** The bytes are on their way from or to the caller; `giveUp` ends that where others need the room. */
  beginTransfer(giveUp: () => void): void {
    this.#isTransfer = true;
    this.#budget.beginTransfer(this, giveUp);
  }

  endTransfer(): void {
    if (!this.#isTransfer) return;
    this.#isTransfer = false;
    this.#budget.endTransfer(this);
  }

  /** Holds nothing from now on. */
  close(): void {
    this.#isClosed = true;
    this.release();
  }
}

/** Why a body or an answer is not held. */
export function overloaded(): RequestError {
  return requestError('OVERLOADED', { detail: 'too many bytes are held for callers' });
}
