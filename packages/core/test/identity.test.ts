import { expect } from 'chai';
import { parseIdentity } from '../src/identity.ts';

const sound = { subject: 'u1', scheme: 'users', scopes: ['orders:write'], claims: { tenant: 't1' } };

function parse(value: unknown) {
  return parseIdentity(Buffer.from(JSON.stringify(value)));
}

describe('the identity in an envelope', () => {
  it('is read as it was written, without other members', () => {
    expect(parse(sound)).to.deep.equal(sound);
    expect(parse({ ...sound, admin: true })).to.deep.equal(sound);
  });

  for (const [what, value] of Object.entries({
    'a name alone': 'u1',
    null: null,
    'a list': [sound],
    'one without a subject': { ...sound, subject: undefined },
    'one with a number for its subject': { ...sound, subject: 1 },
    'one without a scheme': { ...sound, scheme: undefined },
    'one with text for its scopes': { ...sound, scopes: 'orders:write' },
    'one with a number among its scopes': { ...sound, scopes: ['orders:write', 1] },
    'one without claims': { ...sound, claims: undefined },
    'one with a list for its claims': { ...sound, claims: [] },
  })) {
    it(`is refused: ${what}`, () => {
      expect(() => parse(value)).to.throw(SyntaxError);
    });
  }
});
