import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { FanOut } from '../../src/feed/fan-out.ts';

/** A fan-out with readers that count how often they are pumped. */
function openFanOut(readers = 1) {
  const fanOut = use(new FanOut(), (fanOut) => fanOut.close());
  const pumps: number[] = Array.from({ length: readers }, () => 0);
  for (const index of pumps.keys()) fanOut.add({ pump: () => void (pumps[index] = (pumps[index] ?? 0) + 1) });
  return { fanOut, pumps };
}

/** Notifies once more, without a wait; every pending notification has been sent by then. */
async function tellOnceMore(fanOut: FanOut, pumps: readonly number[]): Promise<void> {
  const before = pumps[0] ?? 0;
  fanOut.notify(64 * 1024);
  await until(() => (pumps[0] ?? 0) > before);
}

describe('the fan-out of a feed', () => {
  it('notifies at once of a single message', async () => {
    const { fanOut, pumps } = openFanOut();

    fanOut.notify(100);
    await nextTurn();
    await nextTurn();

    expect(pumps).to.deep.equal([1]);
  });

  it('notifies once of all messages of one turn', async () => {
    const { fanOut, pumps } = openFanOut();

    for (let i = 0; i < 50; i += 1) fanOut.notify(1);

    await until(() => pumps[0] === 1);
    await tellOnceMore(fanOut, pumps);
    expect(pumps).to.deep.equal([2]);
  });

  it('lets messages that follow soon wait for more, and notifies of them together', async () => {
    const { fanOut, pumps } = openFanOut();
    fanOut.notify(1);
    while (pumps[0] === 0) await nextTurn();

    fanOut.notify(1);
    await nextTurn();
    fanOut.notify(1);
    await nextTurn();
    const soon = pumps[0];

    await until(() => pumps[0] === 2);
    await tellOnceMore(fanOut, pumps);
    expect([soon, pumps[0]]).to.deep.equal([1, 3]);
  });

  it('does not wait once it is 64 KiB', async () => {
    const { fanOut, pumps } = openFanOut();
    fanOut.notify(1);
    while (pumps[0] === 0) await nextTurn();

    fanOut.notify(60_000);
    fanOut.notify(10_000);
    await nextTurn();
    await nextTurn();

    expect(pumps).to.deep.equal([2]);
  });

  it('notifies every reader, in slices that let other work run', async () => {
    const { fanOut, pumps } = openFanOut(1_200);
    fanOut.notify(1);

    const told = new Set<number>();
    while (pumps.includes(0)) {
      told.add(pumps.filter((count) => count > 0).length);
      await nextTurn();
    }

    expect([...told].sort((a, b) => a - b)).to.deep.equal([0, 500, 1_000]);
  });

  it('notifies again when more messages came meanwhile', async () => {
    const { fanOut, pumps } = openFanOut(600);
    fanOut.add({ pump: () => pumps[0] === 1 && fanOut.notify(1) });

    fanOut.notify(1);

    await until(() => pumps.every((count) => count === 2));
    await tellOnceMore(fanOut, pumps);
    expect(pumps[0]).to.equal(3);
  });

  it('notifies no reader that has left', async () => {
    const { fanOut, pumps } = openFanOut();
    const left = { pump: () => void pumps.push(99) };
    fanOut.add(left);

    const results = [fanOut.delete(left), fanOut.delete(left)];
    fanOut.notify(1);

    await until(() => pumps[0] === 1);
    expect(results).to.deep.equal([true, false]);
    expect(pumps).to.deep.equal([1]);
  });
});
