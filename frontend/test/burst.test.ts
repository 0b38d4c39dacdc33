import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { type BurstProgress, runBurst } from '../src/lib/burst.ts';

const still = new AbortController().signal;

describe('a burst', () => {
  it('makes every call, never more at once than allowed, and counts the outcomes', async () => {
    let open = 0;
    let mostOpen = 0;
    let sent = 0;
    const seen: number[] = [];
    const send = async (): Promise<number> => {
      const n = sent++;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      await setImmediate();
      open -= 1;
      if (n % 10 === 3) throw new Error('no answer');
      return n % 10 === 4 ? 503 : 200;
    };

    const result = await runBurst({
      count: 100,
      concurrency: 6,
      send,
      signal: still,
      onProgress: ({ done }) => seen.push(done),
    });

    expect([...result.outcomes]).to.have.deep.members([
      [200, 80],
      [503, 10],
      ['failed', 10],
    ]);
    expect(result.durationsMs).to.have.length(90);
    expect(mostOpen).to.equal(6);
    expect(seen).to.deep.equal(Array.from({ length: 100 }, (_none, index) => index + 1));
  });

  it('ends when it is told to: it starts nothing more, and does not count cancelled calls', async () => {
    const controller = new AbortController();
    let sent = 0;
    const send = async (signal: AbortSignal): Promise<number> => {
      sent += 1;
      await setImmediate();
      signal.throwIfAborted();
      return 200;
    };
    const onProgress = ({ done }: BurstProgress) => {
      if (done === 10) controller.abort();
    };

    const result = await runBurst({
      count: 100,
      concurrency: 2,
      send,
      signal: controller.signal,
      onProgress,
    });

    expect(result.done).to.equal(10);
    expect([...result.outcomes]).to.deep.equal([[200, 10]]);
    expect(sent).to.be.within(10, 12);
  });

  it('measures each call by the clock it is given', async () => {
    let clock = 0;
    const send = async (): Promise<number> => {
      clock += 5;
      return 200;
    };

    const { durationsMs, elapsedMs } = await runBurst({
      count: 3,
      concurrency: 1,
      send,
      signal: still,
      onProgress: () => {},
      now: () => clock,
    });

    expect(durationsMs).to.deep.equal([5, 5, 5]);
    expect(elapsedMs).to.equal(15);
  });
});
