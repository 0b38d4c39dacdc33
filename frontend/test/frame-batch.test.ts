import { expect } from 'chai';
import { FrameBatch } from '../src/lib/frame-batch.ts';

describe('frame batch', () => {
  let pending: (() => void)[];
  let flushed: number[][];
  let rests: number[];
  let nowMs: number;

  /** What a browser does before it paints. */
  function nextFrame(): void {
    const runs = pending;
    pending = [];
    for (const run of runs) run();
  }

  function createBatch(maxItems = 100): FrameBatch<number> {
    pending = [];
    flushed = [];
    rests = [];
    nowMs = 1_000;
    return new FrameBatch<number>({
      flush: (items) => flushed.push([...items]),
      maxItems,
      now: () => nowMs,
      schedule: (run, afterMs) => {
        rests.push(afterMs);
        pending.push(run);
        return () => (pending = pending.filter((other) => other !== run));
      },
    });
  }

  it('hands over once everything since the last frame', () => {
    const batch = createBatch();

    batch.add(1);
    batch.add(2);
    nextFrame();
    batch.add(3);
    nextFrame();
    nextFrame();

    expect(flushed).to.deep.equal([[1, 2], [3]]);
  });

  it('keeps the newest items while no frame comes', () => {
    const batch = createBatch(3);

    for (let item = 1; item <= 100; item += 1) batch.add(item);
    nextFrame();

    expect(flushed).to.deep.equal([[98, 99, 100]]);
  });

  it('hands over at most ten times a second, and at once after a pause', () => {
    const batch = createBatch();

    batch.add(1);
    nextFrame();
    nowMs += 30;
    batch.add(2);
    nowMs += 70;
    nextFrame();
    nowMs += 500;
    batch.add(3);
    nextFrame();

    expect(rests).to.deep.equal([0, 70, 0]);
    expect(flushed).to.deep.equal([[1], [2], [3]]);
  });

  it('drops waiting items when it is cleared', () => {
    const batch = createBatch();
    batch.add(1);

    batch.clear();
    nextFrame();

    expect(flushed).to.deep.equal([]);
  });
});
