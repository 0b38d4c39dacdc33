export interface FrameBatchOptions<Item> {
  /** Takes what came since the last time, oldest first. */
  readonly flush: (items: readonly Item[]) => void;
  /** While the page is hidden no frame comes; what goes beyond this gives way, oldest first. */
  readonly maxItems: number;
  /** Runs a function once, no sooner than after a time; returns what cancels it. @default in a frame of the page */
  readonly schedule?: (run: () => void, afterMs: number) => () => void;
}

/** More items at once than a screen has room for: nobody could tell every frame from every third. */
const manyItems = 30;
const restMs = 50;

/** Gathers items so that a frame of the page handles all that came since the last one. */
export class FrameBatch<Item> {
  readonly #options: FrameBatchOptions<Item>;
  #items: Item[] = [];
  #cancel: (() => void) | undefined;
  #afterMs = 0;

  constructor(options: FrameBatchOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#items.push(item);
    const { maxItems, schedule = nextFrame } = this.#options;
    // Twice the bound, so that dropping costs little per item.
    if (this.#items.length > 2 * maxItems) this.#items = this.#items.slice(-maxItems);
    this.#cancel ??= schedule(() => this.#flush(), this.#afterMs);
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
    this.#afterMs = items.length > manyItems ? restMs : 0;
    this.#options.flush(items);
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
