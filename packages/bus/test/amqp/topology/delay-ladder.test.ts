import { expect } from 'chai';
import { findRung, rungs } from '../../../src/amqp/topology/delay-ladder.ts';

describe('the delay ladder', () => {
  for (const [delayMs, name] of [
    [0, undefined],
    [249, undefined],
    [250, 'retry:250ms'],
    [999, 'retry:250ms'],
    [1000, 'retry:1s'],
    [3_600_000, 'retry:1024s'],
  ] as const) {
    it(`begins a delay of ${delayMs} ms with ${name ?? 'no rung'}`, () => {
      expect(findRung(delayMs)?.name).to.equal(name);
    });
  }

  it('needs few rungs for any delay', () => {
    for (const delayMs of [1, 999, 3999, 63_999, 1_023_999, 1_500_000]) {
      let [leftMs, hops] = [delayMs, 0];
      for (let rung = findRung(leftMs); rung; rung = findRung(leftMs)) {
        leftMs -= rung.delayMs;
        hops += 1;
      }

      expect(hops).to.be.at.most(3 * rungs.length);
      expect(leftMs).to.be.within(0, 249);
    }
  });
});
