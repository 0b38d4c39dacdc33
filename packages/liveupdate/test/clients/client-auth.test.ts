import { AuthFailure, type Authenticator, type Caller, type Credentials } from '@restmapper/auth';
import { expect } from 'chai';
import { ClientAuth } from '../../src/clients/client-auth.ts';
import type { CloseReason } from '../../src/clients/close-reason.ts';

const credentials: Credentials = { authorization: 'Bearer x' };

/** The authenticated client of a token that is refused from now on. */
function openRefused(expiresEpochMs: number) {
  const identity = { scheme: 'users', subject: 'ann', scopes: [], claims: {} };
  const caller: Caller = { principals: [{ identity, expiresEpochMs }], refusals: [] };
  const refused: Caller = { principals: [], refusals: [new AuthFailure('invalid', 'it is not valid')] };
  const ends: CloseReason[] = [];
  const auth = new ClientAuth({
    // No other method of it is used here.
    authenticator: { identify: async () => refused } as unknown as Authenticator,
    schemes: () => ['users'],
    credentials,
    caller,
    onEnd: (reason) => ends.push(reason),
    onReview: () => {},
  });
  return { auth, ends };
}

describe('the authenticated client of a connection', () => {
  it('has expired if a recheck is faster than its timer', async () => {
    const { auth, ends } = openRefused(Date.now());

    await auth.recheck();

    expect(ends.map(({ code }) => code)).to.deep.equal([4003]);
  });

  it('is refused if a recheck fails before it expires', async () => {
    const { auth, ends } = openRefused(Date.now() + 60_000);

    await auth.recheck();

    expect(ends.map(({ code }) => code)).to.deep.equal([4501]);
  });
});
