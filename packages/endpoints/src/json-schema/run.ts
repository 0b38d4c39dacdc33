import { canonical } from './canonical.ts';
import { type Location, Memory, type Seen } from './location.ts';
import { bounded, maxViolations } from './violation.ts';
import type { Violation } from '@restmapper/core';

/** Validates the value at a location; records evaluated members in `seen`, if given. */
export type Evaluate = (at: Location, run: Run, seen: Seen | undefined) => boolean;

export interface RunOptions {
  /** What to record: nothing, the first violation, or all. */
  readonly notes: 'nothing' | 'first' | 'all';
  /** The maximum number of schemas applied before the value is refused. */
  readonly maxSteps: number;
  /** Whether to cache results of references per location, which takes memory. @default false */
  readonly remembers?: boolean;
}

const maxRemembered = 20_000;

/** Thrown if a value takes more work than its size allows. */
export class TooMuchWork extends Error {}

/** The validation of one value by one schema. */
export class Run {
  readonly #notes: RunOptions['notes'];
  readonly #violations: Violation[] = [];
  /** The entered schema resources, for `$dynamicRef`; the outermost first. */
  readonly scope: number[] = [];
  readonly remembers: boolean;
  readonly memory: Memory;
  #stepsLeft: number;
  #quiet: number;

  constructor({ notes, maxSteps, remembers = false }: RunOptions) {
    this.remembers = remembers;
    this.memory = new Memory(remembers ? maxRemembered : 0);
    this.#notes = notes;
    this.#stepsLeft = maxSteps;
    this.#quiet = notes === 'nothing' ? 1 : 0;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** Whether violations are currently not recorded. */
  get isQuiet(): boolean {
    return this.#quiet > 0;
  }

  /** Whether nothing after a failure can change the result. */
  get isDecided(): boolean {
    return this.#quiet > 0 || this.#notes !== 'all' || this.#violations.length >= maxViolations;
  }

  /** Counts an applied schema. @throws TooMuchWork */
  step(): void {
    this.#take(1);
  }

  /** Counts items, members or characters examined by a keyword; four are a step. @throws TooMuchWork */
  pass(count: number): void {
    this.#take(count >>> 2);
  }

  /** The canonical text of a value. @throws TooMuchWork */
  canonical(value: unknown): string {
    const text = canonical(value);
    this.pass(text.length);
    return text;
  }

  /** Records a violation at a location; returns false, for its caller to return. */
  fail(at: Location, detail: string): false {
    if (this.#quiet === 0) this.note([{ pointer: at.pointer, detail: bounded(detail) }]);
    return false;
  }

  note(violations: readonly Violation[]): void {
    for (const violation of violations) {
      if (this.#quiet > 0 || this.#violations.length >= maxViolations) return;
      const { pointer, detail } = violation;
      const isKnown = this.#violations.some((known) => known.pointer === pointer && known.detail === detail);
      if (!isKnown) this.#violations.push(violation);
    }
  }

  #take(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new TooMuchWork();
  }

  /** Drops the violations after this number. */
  forgetAfter(count: number): void {
    this.#violations.length = Math.min(this.#violations.length, count);
  }

  /** Validates without recording violations, since they may be irrelevant to the caller. */
  quietly(judge: () => boolean): boolean {
    this.#quiet += 1;
    try {
      return judge();
    } finally {
      this.#quiet -= 1;
    }
  }
}
