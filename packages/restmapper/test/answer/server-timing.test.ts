import { expect } from 'chai';
import { CallTiming } from '../../src/answer/server-timing.ts';

describe('Server-Timing', () => {
  it('has the known parts, and the rest under their names', () => {
    const timing = new CallTiming();

    const unconfirmed = [timing.format(), timing.formatReplied(undefined), timing.formatReplied(0.04)];
    timing.confirm();
    const confirmed = [timing.format(), timing.formatReplied(undefined), timing.formatReplied(12.34)];

    expect(
      [...unconfirmed, ...confirmed].map((value) => value?.replace(/dur=0\.\d/g, 'dur=…')),
    ).to.deep.equal([
      undefined,
      'queue;desc="publish, queue, worker, reply";dur=…',
      'worker;dur=…, queue;desc="publish, queue, reply";dur=…',
      'publish;dur=…',
      'publish;dur=…, queue;desc="queue, worker, reply";dur=…',
      'publish;dur=…, worker;dur=12.3, queue;desc="queue, reply";dur=…',
    ]);
  });
});
