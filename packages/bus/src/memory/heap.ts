/** A binary heap: returns the lowest item first, in logarithmic time. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isLower: (a: T, b: T) => boolean;

  constructor(isLower: (a: T, b: T) => boolean) {
    this.#isLower = isLower;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    let hole = this.#items.push(item) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#precedes(item, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#items[hole] = item;
  }

  pop(): T | undefined {
    const lowest = this.#items[0];
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return lowest;
    let hole = 0;
    for (let child = 1; child < this.#items.length; child = 2 * hole + 1) {
      const lower = this.#lowerOf(child, child + 1);
      if (this.#precedes(last, lower)) break;
      this.#move(lower, hole);
      hole = lower;
    }
    this.#items[hole] = last;
    return lowest;
  }

  #lowerOf(left: number, right: number): number {
    const item = this.#items[right];
    return item !== undefined && this.#precedes(item, left) ? right : left;
  }

  #precedes(item: T, place: number): boolean {
    const other = this.#items[place];
    return other === undefined || this.#isLower(item, other);
  }

  #move(from: number, to: number): void {
    const item = this.#items[from];
    if (item !== undefined) this.#items[to] = item;
  }
}
