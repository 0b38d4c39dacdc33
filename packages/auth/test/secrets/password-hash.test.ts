import { expect } from 'chai';
import { hashPassword, isPasswordOf } from '../../src/secrets/password-hash.ts';

describe('a password hash', () => {
  it('is salted scrypt in the PHC string format', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);

    expect(one).to.match(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).to.not.equal(other);
  });

  it('is that of one password', async () => {
    const hash = await hashPassword('secret');

    expect(await isPasswordOf(hash, 'secret')).to.equal(true);
    expect(await isPasswordOf(hash, 'Secret')).to.equal(false);
    expect(await isPasswordOf(hash, '')).to.equal(false);
  });

  it('agrees with the test vector of RFC 7914, at its cost', async () => {
    // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), of which the first 32 bytes.
    const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const phc = `$scrypt$ln=14,r=8,p=1$${salt}$${hash.toString('base64').replace(/=+$/, '')}`;

    expect(await isPasswordOf(phc, 'pleaseletmein')).to.equal(true);
  });

  it('is nothing else', async () => {
    expect(await isPasswordOf('secret', 'secret')).to.equal(false);
  });
});
