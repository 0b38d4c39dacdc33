import { expect } from 'chai';
import { messageIdFrom } from '../src/idempotency.ts';

const uuid = '0190a5c4-7d7e-7abc-8def-0123456789ab';

describe('messageIdFrom', () => {
  it('takes our own id without a key', () => {
    expect(messageIdFrom(undefined, 'own')).to.equal('own');
  });

  for (const key of [uuid, uuid.toUpperCase(), `"${uuid}"`]) {
    it(`takes ${key} for the id`, () => {
      expect(messageIdFrom(key, 'own')).to.equal(uuid);
    });
  }

  for (const key of ['', '1', `${uuid}0`, '00000000-0000-0000-0000-000000000000', `${uuid}, ${uuid}`]) {
    it(`refuses ${JSON.stringify(key)}`, () => {
      expect(() => messageIdFrom(key, 'own'))
        .to.throw()
        .with.property('code', 'MALFORMED_REQUEST');
    });
  }
});
