import { expect } from 'chai';
import { WorkSlots } from '../../src/dispatch/work-slots.ts';

describe('the slots of a subscription', () => {
  it('are granted in turn to the callers that wait, each once', () => {
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

  it('pass to the next caller when one does not use its slot', () => {
    const slots = new WorkSlots(1);
    const turns: string[] = [];
    slots.take(() => {});

    slots.take(() => turns.push('idle'));
    slots.take(() => turns.push('next'));
    slots.release();

    expect(turns).to.deep.equal(['idle', 'next']);
  });
});
