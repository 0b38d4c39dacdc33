import { createMessageId, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { decodeProtectedHeader, errors } from 'jose';
import { type IdentityProvider, openIdentityProvider } from '../../../../test/support/identity-provider.ts';
import { until } from '../../../../test/support/until.ts';
import { AuthFailure } from '../../src/caller/principal.ts';
import { RemoteKeys } from '../../src/remote/remote-keys.ts';

interface Opened {
  readonly provider: IdentityProvider;
  /** Looks up the key of a token, by default of the provider's current one; returns the error, if any. */
  readonly find: (kid?: string) => Promise<unknown>;
}

async function openKeys({ cooldownMs = 60_000, maxAgeMs = 60_000 } = {}): Promise<Opened> {
  const provider = await openIdentityProvider();
  const keys = new RemoteKeys({ kind: 'jwks', url: provider.jwksUrl, cooldownMs, maxAgeMs }, silentLog);
  return {
    provider,
    find: async (kid) => {
      const header = decodeProtectedHeader(await provider.sign({}, kid === undefined ? {} : { kid }));
      try {
        await keys.find({ alg: 'ES256', ...header }, { payload: '', signature: '' });
        return undefined;
      } catch (error) {
        return error;
      }
    },
  };
}

describe('the keys of an identity provider', () => {
  it('are fetched once for all callers that need them at the same time', async () => {
    const { provider, find } = await openKeys();

    const found = await Promise.all(Array.from({ length: 20 }, () => find()));

    expect(new Set(found)).to.deep.equal(new Set([undefined]));
    expect(provider.fetches).to.equal(1);
  });

  it('are fetched at most once in a cooldown, whatever keys tokens name', async () => {
    const { provider, find } = await openKeys({ cooldownMs: 300 });
    await find();

    const beganMs = performance.now();
    const outcomes: unknown[] = [];
    await until(async () => {
      outcomes.push(await find(createMessageId()));
      return provider.fetches > 2 && outcomes.length > 20;
    });

    const cooldowns = (performance.now() - beganMs) / 300;
    expect(outcomes.every((error) => error instanceof errors.JWKSNoMatchingKey)).to.equal(true);
    expect(provider.fetches).to.be.at.most(2 + cooldowns);
    expect(provider.fetches).to.be.below(outcomes.length);
  });

  it('are fetched at most once in a cooldown also while they are unavailable', async () => {
    const { provider, find } = await openKeys();
    provider.isAway = true;

    const outcomes = [await find(), await find(), await find('other')];

    expect(outcomes.map((error) => error instanceof AuthFailure && error.kind)).to.deep.equal(
      Array.from({ length: 3 }, () => 'unavailable'),
    );
    expect(provider.fetches).to.equal(1);
  });

  it('are followed when the provider changes them', async () => {
    const { provider, find } = await openKeys({ cooldownMs: 1 });
    await find();
    const { kid: old } = decodeProtectedHeader(await provider.sign());

    provider.rotate();

    await until(async () => (await find()) === undefined);
    expect(await find(old)).to.be.instanceOf(errors.JWKSNoMatchingKey);
  });

  it('expire at their maximum age', async () => {
    const { provider, find } = await openKeys({ cooldownMs: 20, maxAgeMs: 100 });
    expect(await find()).to.equal(undefined);

    provider.isAway = true;

    await until(async () => (await find()) instanceof AuthFailure);
    provider.isAway = false;
    await until(async () => (await find()) === undefined);
  });
  it('are fetched again in the background at half their maximum age', async () => {
    const { provider, find } = await openKeys({ cooldownMs: 20, maxAgeMs: 3_000 });
    await find();
    const fetchedMs = performance.now();

    await until(async () => (await find()) === undefined && provider.fetches === 2);

    expect(performance.now() - fetchedMs).to.be.within(1_400, 2_900);
  });

  it('are refused when the answer is far too large', async () => {
    const { provider, find } = await openKeys();
    provider.showUnnamed(Array.from({ length: 3_000 }, () => ({ kty: 'oct', k: 'A'.repeat(100) })));

    const error = await find();

    expect(error).to.be.instanceOf(AuthFailure).with.property('kind', 'unavailable');
  });
});
