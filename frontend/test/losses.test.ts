import { expect } from 'chai';
import type { GapEntry } from '../src/lib/feed-entry.ts';
import { addLoss, lossesTitle } from '../src/lib/losses.ts';

function gap(key: number, [from, to]: readonly [number, number], why = 'slow'): GapEntry {
  return { kind: 'gap', key, atMs: key, from, to, why };
}

describe('the losses of a feed', () => {
  it('add up, and know the last gap', () => {
    const losses = addLoss(addLoss(undefined, gap(1, [1, 1])), gap(2, [5, 14]));

    expect(losses).to.include({ gaps: 2, messages: 11, isUncertain: false });
    expect(losses.last.key).to.equal(2);
  });

  it('are described in a sentence', () => {
    const one = addLoss(undefined, gap(1, [1, 1]));
    const restarted = addLoss(undefined, gap(1, [0, 7], 'epoch'));
    const titles = [one, restarted, addLoss(one, gap(2, [3, 4])), addLoss(one, gap(2, [0, 9], 'epoch'))].map(
      lossesTitle,
    );

    expect(titles).to.deep.equal([
      '1 message was not shown',
      'Messages may be missing',
      '3 messages were not shown, in 2 gaps',
      '1 message was not shown, in 2 gaps, and more may be missing',
    ]);
  });
});
