import { expect } from 'chai';
import { WorkSlots } from '../../src/dispatch/work-slots.ts';

describe('the slots of a subscription', () => {
  it('are given to those who wait in turn, each once', () => {
    const slots = new WorkSlots(1);
    const turns: string[] = [];
    const waiter = (name: string) => {
      const retry = (): void => {
        if (slots.take(retry)) turns.push(name);
      };
      return retry;
    };
    const [a, b] = [waiter('a'), waiter('b')];

    for (const retry of [a, b, a, b]) retry();
    for (let i = 0; i < 3; i += 1) {
      slots.release();
      a();
    }

    expect(turns).to.deep.equal(['a', 'b', 'a', 'a']);
  });

  it('go on to the next when one who waited has nothing to do any more', () => {
    const slots = new WorkSlots(1);
    const turns: string[] = [];
    slots.take(() => {});

    slots.take(() => turns.push('idle'));
    slots.take(() => turns.push('next'));
    slots.release();

    expect(turns).to.deep.equal(['idle', 'next']);
  });
});
