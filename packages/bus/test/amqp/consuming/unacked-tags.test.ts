import { expect } from 'chai';
import { array, assert, boolean, integer, property, record, uniqueArray } from 'fast-check';
import { UnackedTags } from '../../../src/amqp/consuming/unacked-tags.ts';
import type { AckFrame } from '../../../src/amqp/consuming/unacked-tags.ts';

function ledgerOf(...tags: readonly number[]): UnackedTags {
  const ledger = new UnackedTags();
  for (const tag of tags) ledger.add(tag);
  return ledger;
}

describe('the unacked tags', () => {
  it('are acked with one frame for a run from the first open tag', () => {
    expect(ledgerOf(1, 2, 3, 4).ack([1, 2, 3])).to.deep.equal([{ tag: 3, multiple: true }]);
  });

  it('are acked singly behind an open one', () => {
    expect(ledgerOf(1, 2, 3, 4).ack([1, 3, 4])).to.deep.equal([
      { tag: 1, multiple: true },
      { tag: 3, multiple: false },
      { tag: 4, multiple: false },
    ]);
  });

  it('are acked with one frame up to the next open tag once a gap closes', () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.ack([2]);

    expect(ledger.ack([1, 3])).to.deep.equal([{ tag: 3, multiple: true }]);
  });

  it('skip tags that were nacked', () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.drop(1);

    expect(ledger.ack([2])).to.deep.equal([{ tag: 2, multiple: true }]);
  });

  it('are acked once, and only if they were delivered', () => {
    const ledger = ledgerOf(1);
    ledger.ack([1]);

    expect(ledger.ack([1, 7])).to.deep.equal([]);
  });

  it('match the open tags of the broker exactly, in whatever order they are settled', () => {
    const step = record({ tags: uniqueArray(integer({ min: 1, max: 30 })), isNack: boolean() });
    const all = Array.from({ length: 30 }, (_, i) => i + 1);
    assert(
      property(array(step, { maxLength: 20 }), (steps) => {
        const ledger = ledgerOf(...all);
        const [open, atBroker] = [new Set(all), new Set(all)];
        for (const { tags, isNack } of steps) {
          if (isNack) for (const tag of tags) nack(tag, ledger, atBroker);
          else for (const frame of ledger.ack(tags)) ackAtBroker(frame, atBroker);
          for (const tag of tags) open.delete(tag);
        }
        expect([...atBroker]).to.deep.equal([...open]);
        expect(ledger.size).to.equal(open.size);
      }),
    );
  });
});

function nack(tag: number, ledger: UnackedTags, atBroker: Set<number>): void {
  ledger.drop(tag);
  atBroker.delete(tag);
}

function ackAtBroker({ tag, multiple }: AckFrame, atBroker: Set<number>): void {
  if (!atBroker.has(tag)) throw new Error('RabbitMQ closes the channel of a client that acks an unknown tag');
  for (const open of atBroker) if (open === tag || (multiple && open < tag)) atBroker.delete(open);
}
