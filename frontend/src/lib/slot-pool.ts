/**
 * Assigns each key in use its own slot, and reuses freed slots for new keys.
 *
 * Elements keyed by slot are reused, while elements keyed by item would be created and removed.
 */
export class SlotPool {
  #slots: ReadonlyMap<number, number> = new Map();
  #free: number[] = [];
  #made = 0;

  /** The slots of these keys, in their order; a key keeps its slot from call to call. */
  assign(keys: readonly number[]): readonly number[] {
    const slots = new Map<number, number>();
    const wanted = new Set(keys);
    for (const [key, slot] of this.#slots) {
      if (wanted.has(key)) slots.set(key, slot);
      else this.#free.push(slot);
    }
    const assigned = keys.map((key) => {
      const slot = slots.get(key) ?? this.#take();
      slots.set(key, slot);
      return slot;
    });
    this.#slots = slots;
    return assigned;
  }

  #take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    return this.#made;
  }
}
