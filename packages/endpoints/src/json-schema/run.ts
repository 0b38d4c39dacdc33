import { canonical } from './canonical.ts';
import { type Location, Memory, type Seen } from './location.ts';
import { bounded, maxViolations } from './violation.ts';
import type { Violation } from '@restmapper/core';

/** Judges the value at a location; notes in `seen`, where there is one, what of the value it evaluated. */
export type Evaluate = (at: Location, run: Run, seen: Seen | undefined) => boolean;

export interface RunOptions {
  /** How much is noted: nothing, what ends the judging, or every violation. */
  readonly notes: 'nothing' | 'first' | 'all';
  /** Most schemas that may be applied, before the value counts as one that cannot be judged. */
  readonly maxSteps: number;
  /** Whether what references lead to is judged once for each location, which takes memory. @default false */
  readonly remembers?: boolean;
}

const maxRemembered = 20_000;

/** Thrown where a value takes more work than its size allows. */
export class TooMuchWork extends Error {}

/** The judging of one value by one schema. */
export class Run {
  readonly #notes: RunOptions['notes'];
  readonly #violations: Violation[] = [];
  /** The schema resources that were entered, for `$dynamicRef`; the outermost one first. */
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

  /** Whether violations are not noted at present. */
  get isQuiet(): boolean {
    return this.#quiet > 0;
  }

  /** Whether nothing that follows a failure can change what the caller is told. */
  get isDecided(): boolean {
    return this.#quiet > 0 || this.#notes !== 'all' || this.#violations.length >= maxViolations;
  }

  /** Counts a schema that is applied. @throws TooMuchWork */
  step(): void {
    this.#take(1);
  }

  /** Counts items, members or characters that one keyword goes through; four are a step. @throws TooMuchWork */
  pass(count: number): void {
    this.#take(count >>> 2);
  }

  /** The text that equal values share. @throws TooMuchWork */
  canonical(value: unknown): string {
    const text = canonical(value);
    this.pass(text.length);
    return text;
  }

  /** Notes a violation at a location; returns false, for its caller to return. */
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

  /** Drops the notes made since there were this many. */
  forgetAfter(count: number): void {
    this.#violations.length = Math.min(this.#violations.length, count);
  }

  /** Judges without noting violations, since none of them need be the caller's fault. */
  quietly(judge: () => boolean): boolean {
    this.#quiet += 1;
    try {
      return judge();
    } finally {
      this.#quiet -= 1;
    }
  }
}
