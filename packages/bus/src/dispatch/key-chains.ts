import { Fifo } from '@restmapper/core';

/** An item that may start, and its key. */
export interface Startable<Item> {
  readonly key: string;
  readonly item: Item;
}

interface Chain<Item> {
  /** The item that starts before those that wait: the first one of its key, or one that starts again. */
  next: Item | undefined;
  /** Absent until there are several: most keys have one item at a time. */
  waiting: Fifo<Item> | undefined;
  isBusy: boolean;
}

interface Ready {
  readonly key: string;
  readonly sinceMs: number;
}

/**
 * Lines up items by key: of each key one item is in progress at a time, in the order in which they were added.
 *
 * Keys take turns: one with many items does not keep the others waiting.
 */
export class KeyChains<Item> {
  readonly #chains = new Map<string, Chain<Item>>();
  #ready = new Fifo<Ready>();
  #size = 0;

  /** The number of items that wait or are held. */
  get size(): number {
    return this.#size;
  }

  /** The number of items that may start now. */
  get startable(): number {
    return this.#ready.size;
  }

  /** Since when an item may start, by `performance.now()`; `undefined` if none may. */
  get startableSinceMs(): number | undefined {
    return this.#ready.peek()?.sinceMs;
  }

  /** The first waiting or held item of each key. */
  get heads(): readonly Item[] {
    return [...this.#chains.values()].flatMap(({ next, waiting }) => next ?? waiting?.peek() ?? []);
  }

  add(key: string, item: Item): void {
    this.#size += 1;
    const chain = this.#chains.get(key);
    if (chain) {
      chain.waiting ??= new Fifo();
      return chain.waiting.push(item);
    }
    this.#chains.set(key, { next: item, waiting: undefined, isBusy: false });
    this.#markReady(key);
  }

  /** Takes the next item that may start; its key is busy until `finish`. */
  take(): Startable<Item> | undefined {
    const { key = '' } = this.#ready.shift() ?? {};
    const chain = this.#chains.get(key);
    const item = chain && (chain.next ?? chain.waiting?.shift());
    if (!chain || item === undefined) return undefined;
    this.#size -= 1;
    chain.next = undefined;
    chain.isBusy = true;
    return { key, item };
  }

  /** The item in progress is done. */
  finish(key: string): void {
    const chain = this.#chains.get(key);
    if (!chain) return;
    chain.isBusy = false;
    if (chain.waiting && chain.waiting.size > 0) this.#markReady(key);
    else this.#chains.delete(key);
  }

  /** The item in progress has to start again later, before the others of its key. */
  hold({ key, item }: Startable<Item>): void {
    const chain = this.#chains.get(key);
    if (!chain) return;
    this.#size += 1;
    chain.next = item;
    chain.isBusy = false;
  }

  /** The held item of a key may start again. */
  release(key: string): void {
    if (this.#chains.get(key)?.next !== undefined) this.#markReady(key);
  }

  /** Removes the items that wait or are held; keys stay busy until their items in progress are done. */
  clear(): readonly Item[] {
    this.#ready = new Fifo();
    this.#size = 0;
    return [...this.#chains].flatMap(([key, chain]) => {
      const items = [...(chain.next === undefined ? [] : [chain.next]), ...(chain.waiting?.clear() ?? [])];
      chain.next = undefined;
      if (!chain.isBusy) this.#chains.delete(key);
      return items;
    });
  }

  #markReady(key: string): void {
    this.#ready.push({ key, sinceMs: performance.now() });
  }
}
