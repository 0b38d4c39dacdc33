import { expect } from 'chai';
import { array, assert, boolean, integer, property, record, uniqueArray } from 'fast-check';
import { UnackedTags } from '../../../src/amqp/consuming/unacked-tags.ts';
import type { AckFrame } from '../../../src/amqp/consuming/unacked-tags.ts';

function ledgerOf(...tags: readonly number[]): UnackedTags {
  const ledger = new UnackedTags();
  for (const tag of tags) ledger.add(tag);
  return ledger;
}

describe('the ack ledger', () => {
  it('acks a run from the first open tag with one frame', () => {
    expect(ledgerOf(1, 2, 3, 4).ack([1, 2, 3])).to.deep.equal([{ tag: 3, multiple: true }]);
  });

  it('acks tags behind an open one singly', () => {
    expect(ledgerOf(1, 2, 3, 4).ack([1, 3, 4])).to.deep.equal([
      { tag: 1, multiple: true },
      { tag: 3, multiple: false },
      { tag: 4, multiple: false },
    ]);
  });

  it('closes a gap with one frame for what comes after it', () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.ack([2]);

    expect(ledger.ack([1, 3])).to.deep.equal([{ tag: 3, multiple: true }]);
  });

  it('passes over tags that were nacked', () => {
    const ledger = ledgerOf(1, 2, 3);
    ledger.drop(1);

    expect(ledger.ack([2])).to.deep.equal([{ tag: 2, multiple: true }]);
  });

  it('acks no tag twice, nor one it never had', () => {
    const ledger = ledgerOf(1);
    ledger.ack([1]);

    expect(ledger.ack([1, 7])).to.deep.equal([]);
  });

  it('leaves the broker with exactly the open tags, whatever is settled in whatever order', () => {
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
  if (!atBroker.has(tag))
    throw new Error('RabbitMQ closes the channel of one who acks a tag that is not open');
  for (const open of atBroker) if (open === tag || (multiple && open < tag)) atBroker.delete(open);
}
