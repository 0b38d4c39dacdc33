import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { silentLog } from '@restmapper/core';
import type { JwtScheme } from '@restmapper/endpoints';
import { expect } from 'chai';
import { SignJWT } from 'jose';
import { audience, issuer, secondsFromNow } from '../../../../test/support/token-signer.ts';
import { use } from '../../../../test/support/use.ts';
import { openJwt } from '../../src/schemes/jwt.ts';
import { noBody } from '../../src/schemes/verifier.ts';

function schemeOf(keys: readonly KeyObject[]): JwtScheme {
  const set = { keys: keys.map((key) => key.export({ format: 'jwk' })) };
  return {
    kind: 'jwt',
    name: 'users',
    issuer,
    audience,
    algorithms: ['RS256'],
    keys: {
      kind: 'jwks',
      url: `data:application/json,${encodeURIComponent(JSON.stringify(set))}`,
      cooldownMs: 60_000,
      maxAgeMs: 60_000,
    },
    clockToleranceMs: 0,
    claims: [],
    scopeClaim: 'scope',
    deniedFile: undefined,
  };
}

describe('a token that names no key', () => {
  it('is valid by one key of a set, also behind one that is too short to be used', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const sound = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const scheme = schemeOf([short.publicKey, sound.publicKey]);
    const verifier = use(openJwt(scheme, { log: silentLog }), (verifier) => verifier.close());
    const token = await new SignJWT({ iss: issuer, aud: audience, sub: 'ana', exp: secondsFromNow(60) })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(sound.privateKey);

    const { identity } = await verifier.verify({ authorization: `Bearer ${token}` }, noBody);

    expect(identity.subject).to.equal('ana');
  });
});
