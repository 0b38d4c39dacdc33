import { expect } from 'chai';
import { requestIdFrom } from '../src/request-id.ts';

const uuidV7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('requestIdFrom', () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(128)]) {
    it(`takes ${id.slice(0, 12)} from the caller`, () => {
      expect(requestIdFrom(id)).to.equal(id);
    });
  }

  for (const id of [undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'é', 'a, b', ['a', 'b']]) {
    it(`makes a UUIDv7 in place of ${JSON.stringify(id)?.slice(0, 12)}`, () => {
      expect(requestIdFrom(id)).to.match(uuidV7);
    });
  }
});
