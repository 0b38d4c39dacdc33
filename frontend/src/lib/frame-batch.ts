export interface FrameBatchOptions<Item> {
  /** Receives the items since the last call, oldest first. */
  readonly flush: (items: readonly Item[]) => void;
  /** The most items kept while the page is hidden and renders no frames; the oldest are dropped. */
  readonly maxItems: number;
  /**
   * Runs a function once after a minimum delay; returns a function that cancels it. @default in an animation
   * frame
   */
  readonly schedule?: (run: () => void, afterMs: number) => () => void;
  /** A monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** The interval between batches: rendering one item costs as much as a hundred, and people read no faster. */
const restMs = 100;

/** Batches items: the first after a pause is handled at once, later ones at most ten times a second. */
export class FrameBatch<Item> {
  readonly #options: FrameBatchOptions<Item>;
  #items: Item[] = [];
  #cancel: (() => void) | undefined;
  #restsUntilMs = 0;

  constructor(options: FrameBatchOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#items.push(item);
    const { maxItems, schedule = nextFrame } = this.#options;
    // Twice the bound, so that dropping costs little per item.
    if (this.#items.length > 2 * maxItems) this.#items = this.#items.slice(-maxItems);
    this.#cancel ??= schedule(() => this.#flush(), Math.max(0, this.#restsUntilMs - this.#now()));
  }

  /** Drops pending items. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#items = [];
  }

  #flush(): void {
    const items = this.#items.slice(-this.#options.maxItems);
    this.clear();
    this.#restsUntilMs = this.#now() + restMs;
    this.#options.flush(items);
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }
}

const hiddenDelayMs = 500;

/** In the next animation frame, or after half a second while the page is hidden. */
function nextFrame(run: () => void, afterMs: number): () => void {
  let frame = 0;
  const askFrame = () => (frame = requestAnimationFrame(run));
  const rest = afterMs > 0 ? setTimeout(askFrame, afterMs) : undefined;
  if (rest === undefined) askFrame();
  const hidden = setTimeout(run, afterMs + hiddenDelayMs);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    clearTimeout(hidden);
  };
}
