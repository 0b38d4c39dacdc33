import { expect } from 'chai';
import { validate, version } from 'uuid';
import { createMessageId, messageIdTimeMs, toMessageId } from '../src/message-id.ts';

describe('createMessageId', () => {
  it('makes UUIDv7s that are unique and in order', () => {
    const ids = Array.from({ length: 10_000 }, createMessageId);

    expect(
      ids.every((id) => /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id)),
    ).to.equal(true);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids).to.deep.equal(ids.toSorted());
  });

  it('starts each id with the time in milliseconds', () => {
    const before = Date.now();

    const id = createMessageId();

    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(time).to.be.within(before, Date.now());
  });
});

describe('toMessageId', () => {
  it('keeps a UUID, in lower case', () => {
    expect(toMessageId('0190F3C2-1B6E-7B6A-8C55-0123456789AB')).to.equal(
      '0190f3c2-1b6e-7b6a-8c55-0123456789ab',
    );
    expect(toMessageId('00000000-0000-0000-0000-000000000001')).to.equal(
      '00000000-0000-0000-0000-000000000001',
    );
  });

  it('maps any other id to one stable UUID', () => {
    const id = toMessageId('order-7');

    expect(validate(id)).to.equal(true);
    expect(version(id)).to.equal(5);
    expect(toMessageId('order-7')).to.equal(id);
    expect(toMessageId('order-8')).to.not.equal(id);
  });
});

describe('messageIdTimeMs', () => {
  it('returns when one of our ids was created', () => {
    const before = Date.now();

    const timeMs = messageIdTimeMs(createMessageId());

    expect(timeMs).to.be.within(before, Date.now());
  });

  it('returns nothing for other ids', () => {
    expect(messageIdTimeMs('0190f3c2-1b6e-4b6a-8c55-0123456789ab')).to.equal(undefined);
    expect(messageIdTimeMs('order number: 7, of today')).to.equal(undefined);
    expect(messageIdTimeMs('')).to.equal(undefined);
  });
});
