/** The fraction of the limit below which a full account accepts messages again; prevents flapping. */
const resumeAt = 0.9;

/** Counts the bytes held by all queues of a broker, and reports when they exceed the limit. */
export class MemoryAccount {
  readonly #maxBytes: number;
  readonly #onChange: () => void;
  #bytes = 0;
  #isFull = false;

  constructor(maxBytes: number, onChange: () => void) {
    this.#maxBytes = maxBytes;
    this.#onChange = onChange;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True from reaching the limit until a tenth of it is free again. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= this.#maxBytes) this.#turn(true);
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < this.#maxBytes * resumeAt) this.#turn(false);
  }

  #turn(isFull: boolean): void {
    if (this.#isFull === isFull) return;
    this.#isFull = isFull;
    this.#onChange();
  }
}
