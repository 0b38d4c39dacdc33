import { expect } from 'chai';
import { requestIdFrom } from '../../src/request/request-id.ts';

describe('requestIdFrom', () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(128)]) {
    it(`uses ${id.slice(0, 12)} from the caller`, () => {
      expect(requestIdFrom(id, 'own')).to.equal(id);
    });
  }

  for (const id of [undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'é', 'a, b', ['a', 'b']]) {
    it(`uses our own in place of ${JSON.stringify(id)?.slice(0, 12)}`, () => {
      expect(requestIdFrom(id, 'own')).to.equal('own');
    });
  }
});
