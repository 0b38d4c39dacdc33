import { expect } from 'chai';
import { createUuid } from '../src/lib/uuid.ts';

describe('a random UUID', () => {
  it('has the form of version 4, and differs each time', () => {
    const ids = Array.from({ length: 1_000 }, createUuid);

    for (const id of ids)
      expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(ids).size).to.equal(1_000);
  });
});
