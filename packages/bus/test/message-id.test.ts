import { expect } from 'chai';
import { createMessageId } from '../src/message-id.ts';

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
