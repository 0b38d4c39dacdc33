import { expect } from 'chai';
import { findDelayQueue, delayQueues } from '../../../src/amqp/topology/delay-queues.ts';

describe('the delay queues', () => {
  for (const [delayMs, name] of [
    [0, undefined],
    [249, undefined],
    [250, 'retry:250ms'],
    [999, 'retry:250ms'],
    [1000, 'retry:1s'],
    [3_600_000, 'retry:1024s'],
  ] as const) {
    it(`begins a delay of ${delayMs} ms with ${name ?? 'no queue'}`, () => {
      expect(findDelayQueue(delayMs)?.name).to.equal(name);
    });
  }

  it('needs few delay queues for any delay', () => {
    for (const delayMs of [1, 999, 3999, 63_999, 1_023_999, 1_500_000]) {
      let [leftMs, hops] = [delayMs, 0];
      for (let queue = findDelayQueue(leftMs); queue; queue = findDelayQueue(leftMs)) {
        leftMs -= queue.delayMs;
        hops += 1;
      }

      expect(hops).to.be.at.most(3 * delayQueues.length);
      expect(leftMs).to.be.within(0, 249);
    }
  });
});
