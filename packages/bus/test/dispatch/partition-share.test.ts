import { expect } from 'chai';
import { array, assert, integer, nat, property, record } from 'fast-check';
import { excessOf } from '../../src/dispatch/partition-share.ts';

/** Which process has each of the queues. */
type Owners = readonly number[];

/** Lets every process give up its excess once; each queue goes to the process that waits longest for it. */
function balanceOnce(owners: Owners, lines: number[][], processes: number): Owners {
  const after = [...owners];
  for (let process = 0; process < processes; process += 1) {
    const held = owners.map((owner, index) => ({ index, isActive: owner === process, oldestRunMs: 0 }));
    for (const { index: queue } of excessOf(held, processes)) {
      const line = lines[queue] ?? [];
      after[queue] = line.shift() ?? process;
      line.push(process);
    }
  }
  return after;
}

function sharesOf(owners: Owners, processes: number): readonly number[] {
  return Array.from(
    { length: processes },
    (_, process) => owners.filter((owner) => owner === process).length,
  );
}

function placeOf(process: number, seed = 0): number {
  return (process * 31 + seed) % 17;
}

describe('the excess of a process', () => {
  it('is nothing while it is alone', () => {
    const all = [0, 1, 2].map((index) => ({ index, isActive: true, oldestRunMs: 0 }));

    expect(excessOf(all, 1)).to.deep.equal([]);
  });

  it('is all but the one that runs longest if there are more processes than queues', () => {
    const all = [10, 30, 20].map((oldestRunMs) => ({ isActive: true, oldestRunMs }));

    expect(excessOf(all, 5).map(({ oldestRunMs }) => oldestRunMs)).to.deep.equal([20, 10]);
  });

  it('never leaves the shares more than one apart, however the queues were spread before', () => {
    const worlds = record({
      queues: integer({ min: 1, max: 64 }),
      processes: integer({ min: 1, max: 12 }),
      seed: array(nat(), { minLength: 64, maxLength: 64 }),
    });
    assert(
      property(worlds, ({ queues, processes, seed }) => {
        let owners: Owners = seed.slice(0, queues).map((n) => n % processes);
        // The others wait for each queue, in an order of its own.
        const lines = owners.map((owner, queue) =>
          Array.from({ length: processes }, (_, process) => process)
            .filter((process) => process !== owner)
            .toSorted((a, b) => placeOf(a, seed[queue]) - placeOf(b, seed[queue])),
        );
        for (let round = 0; round < 2 * processes * processes; round += 1) {
          owners = balanceOnce(owners, lines, processes);
        }
        const shares = sharesOf(owners, processes);
        expect(Math.max(...shares) - Math.min(...shares)).to.be.lessThan(2);
      }),
    );
  });
});
