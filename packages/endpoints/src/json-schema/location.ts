import { bounded, pointerStep } from './violation.ts';
import type { Violation } from '@restmapper/core';

/**
 * The remaining number of locations to cache: each takes some hundred bytes, and a body may have millions.
 */
export class Memory {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}

/** A value and its place in the validated value. */
export class Location {
  readonly value: unknown;
  readonly #parent: Location | undefined;
  readonly #key: string;
  #pointer: string | undefined;
  #children: Map<string, Location> | undefined;
  #verdicts: Map<string, Verdict> | undefined;

  constructor(value: unknown, parent?: Location, key = '') {
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** The RFC 6901 pointer, truncated for callers: many places may share a deep parent. */
  get pointer(): string {
    this.#pointer ??= this.#parent ? bounded(this.#parent.pointer + pointerStep(this.#key)) : '';
    return this.#pointer;
  }

  /** The location of a member or an item; always the same object while the run caches locations. */
  child(key: string | number, value: unknown, memory: Memory): Location {
    const name = String(key);
    const known = this.#children?.get(name);
    if (known) return known;
    const made = new Location(value, this, name);
    if (memory.take()) {
      this.#children ??= new Map();
      this.#children.set(name, made);
    }
    return made;
  }

  /** A cached result of a schema for this value. */
  verdictOf(schema: string): Verdict | undefined {
    return this.#verdicts?.get(schema);
  }

  remember(schema: string, verdict: Verdict): void {
    this.#verdicts ??= new Map();
    this.#verdicts.set(schema, verdict);
  }
}

export interface Verdict {
  readonly isValid: boolean;
  readonly seen: Seen | undefined;
  /** Whether violations were not recorded. */
  readonly isQuiet: boolean;
  readonly violations: readonly Violation[];
}

/** Which members or items of one value are evaluated, for `unevaluatedProperties` and `unevaluatedItems`. */
export class Seen {
  readonly names = new Set<string>();
  readonly indexes = new Set<number>();
  /** All items before this index are evaluated. */
  itemCount = 0;

  add({ names, indexes, itemCount }: Seen): void {
    for (const name of names) this.names.add(name);
    for (const index of indexes) this.indexes.add(index);
    this.itemCount = Math.max(this.itemCount, itemCount);
  }
}
