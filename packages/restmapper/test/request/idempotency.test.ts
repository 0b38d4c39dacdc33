import { expect } from 'chai';
import { identifyCall } from '../../src/request/idempotency.ts';

const uuid = '0190a5c4-7d7e-7abc-8def-0123456789ab';
const plain = { key: 'POST /a', idempotency: undefined };
const keyed = { key: 'POST /a', idempotency: { keepMs: 1000 } };

function caller(header: string | undefined, subject?: string, scheme = 'users') {
  const identity = subject === undefined ? undefined : { subject, scheme, scopes: [], claims: {} };
  return { header, ownId: 'own', identity };
}

describe('identifyCall', () => {
  it('uses our own id without a key', () => {
    expect(identifyCall(plain, caller(undefined))).to.deep.equal({ messageId: 'own' });
  });

  for (const key of [uuid, uuid.toUpperCase(), `"${uuid}"`]) {
    it(`uses ${key} as the id`, () => {
      expect(identifyCall(plain, caller(key))).to.deep.equal({ messageId: uuid });
    });
  }

  for (const key of ['', '1', `${uuid}0`, '00000000-0000-0000-0000-000000000000', `${uuid}, ${uuid}`]) {
    it(`refuses ${JSON.stringify(key)}`, () => {
      expect(() => identifyCall(plain, caller(key)))
        .to.throw()
        .with.property('code', 'MALFORMED_REQUEST');
    });
  }
});

describe('identifyCall with idempotency', () => {
  const idOf = (...args: Parameters<typeof caller>): string => identifyCall(keyed, caller(...args)).messageId;

  it('maps the same key to the same UUID, with quotes or without', () => {
    expect(idOf('order 7')).to.match(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(idOf('"order 7"')).to.equal(idOf('order 7'));
    expect(identifyCall(keyed, caller(String.raw`"a\"b\\c"`)).key).to.equal(String.raw`a"b\c`);
  });

  it('keeps callers, schemes, keys and endpoints apart', () => {
    const other = identifyCall({ ...keyed, key: 'POST /b' }, caller('k', 'ann')).messageId;

    const ids = [
      idOf('k'),
      idOf('k', 'ann'),
      idOf('k', 'bob'),
      idOf('k', 'ann', 'keys'),
      idOf('l', 'ann'),
      other,
    ];

    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('does not use a UUID as the message id, which may belong to another caller', () => {
    expect(idOf(uuid)).not.to.equal(uuid);
  });

  it('allows a repeat with our own id when the caller sent no key', () => {
    const { messageId, key } = identifyCall(keyed, caller(undefined));

    expect(key).to.equal('own');
    expect(idOf('own')).to.equal(messageId);
  });

  for (const key of ['', '""', 'x'.repeat(256), 'größe', 'a\u0000b']) {
    it(`refuses ${JSON.stringify(key)}`, () => {
      expect(() => idOf(key))
        .to.throw()
        .with.property('code', 'MALFORMED_REQUEST');
    });
  }
});
