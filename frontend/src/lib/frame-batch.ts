export interface FrameBatchOptions<Item> {
  /** Takes what came since the last time, oldest first. */
  readonly flush: (items: readonly Item[]) => void;
  /** While the page is hidden no frame comes; what goes beyond this gives way, oldest first. */
  readonly maxItems: number;
  /** Runs a function once, no sooner than after a time; returns what cancels it. @default in a frame of the page */
  readonly schedule?: (run: () => void, afterMs: number) => () => void;
  /** Milliseconds on a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

/** From one time to the next: drawing costs the same for one item as for a hundred, and people read no faster. */
const restMs = 100;

/** Gathers items so that they are handled together, at once after a pause and else ten times a second at most. */
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

  /** Forgets what waits. */
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

/** Before the page is painted, or after half a second when it is hidden. */
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
