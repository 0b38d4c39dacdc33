import { generateKeyPairSync } from 'node:crypto';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { parseKey } from '../../src/secrets/static-key.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const ed = generateKeyPairSync('ed25519').publicKey;
const pemOf = (key: typeof ec): string => key.export({ format: 'pem', type: 'spki' }).toString();

function parsePublic(text: string, ...algorithms: string[]) {
  return parseKey(text, { kind: 'public', algorithms, place: 'jwt.pem' });
}

describe('a key that does not change', () => {
  it('is read from PEM and from a JWK', () => {
    expect(parsePublic(pemOf(ec), 'ES256').asymmetricKeyType).to.equal('ec');
    expect(parsePublic(`\n${pemOf(rsa)}\n`, 'RS256', 'PS512').asymmetricKeyType).to.equal('rsa');
    expect(parsePublic(JSON.stringify(ed.export({ format: 'jwk' })), 'EdDSA').asymmetricKeyType).to.equal(
      'ed25519',
    );
  });

  it('has to fit every algorithm', () => {
    for (const [key, algorithm] of [
      [ec, 'ES384'],
      [ec, 'RS256'],
      [weak, 'RS256'],
      [rsa, 'EdDSA'],
    ] as const) {
      expect(() => parsePublic(pemOf(key), algorithm)).to.throw(
        ConfigError,
        `jwt.pem: the key does not fit the algorithm ${algorithm}`,
      );
    }
  });

  it('is refused without being repeated', () => {
    expect(() => parsePublic('hunter2', 'RS256')).to.throw(
      ConfigError,
      /^jwt\.pem: the key is neither a public key/,
    );
    const options = { kind: 'secret', algorithms: ['HS256'], place: 'jwt.key' } as const;
    expect(() => parseKey('short', options)).to.throw(
      ConfigError,
      /^jwt\.key: the key must have at least 32 bytes$/,
    );
    expect(() => parseKey(pemOf(rsa), options)).to.throw(ConfigError, /must be a secret, not a public key$/);
  });
});
