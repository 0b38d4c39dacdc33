import { expect } from 'chai';
import { type ProcessFigures, readProcessFigures } from '../faults/support/process-figures.ts';
import type { Command } from '../system/command.ts';

/** By how much the minimum of the last third may exceed that of the middle third: a leak raises it. */
const tolerance: ProcessFigures = { heapBytes: 24 << 20, memoryBytes: 64 << 20, descriptors: 16 };

/** Samples the resources that a process uses. */
export class Endurance {
  readonly #process: Command;
  readonly #history: ProcessFigures[] = [];

  constructor(process: Command) {
    this.#process = process;
  }

  async sample(): Promise<void> {
    this.#history.push(await readProcessFigures(this.#process));
  }

  /** Fails unless the process still runs, and needs no more than before. */
  verify(): void {
    expect(this.#process.child.exitCode, this.#process.stderr()).to.equal(null);
    const third = Math.floor(this.#history.length / 3);
    for (const figure of ['heapBytes', 'memoryBytes', 'descriptors'] as const) {
      const least = (from: number, to?: number): number =>
        Math.min(...this.#history.slice(from, to).map((figures) => figures[figure]));
      const grown = least(2 * third) - least(third, 2 * third);
      expect(grown, `${figure} grown`).to.be.below(tolerance[figure]);
    }
  }
}
