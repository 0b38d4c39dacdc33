import { type BasicScheme, type BasicUser, parseUsers } from '@restmapper/endpoints';
import { authorizationOf, type Credentials } from '../caller/credentials.ts';
import { isPasswordOf } from '../secrets/password-hash.ts';
import { AuthFailure } from '../caller/principal.ts';
import { Slots } from '../caller/slots.ts';
import { openSource } from '../files/source.ts';
import { VerifiedPasswords } from '../secrets/verified-passwords.ts';
import type { Verifier } from './verifier.ts';
import type { FileOptions } from '../files/watched-file.ts';

/** A dummy hash, so that an unknown name takes as long as a known one. */
const decoy = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** A hash takes a tenth of a second, 32 MiB and one of four threads. */
const slots = { max: 2, maxWaiting: 32 };

/** Authenticates users by passwords, of which it has only the scrypt hashes. @throws ConfigError */
export function openBasic(scheme: BasicScheme, options: FileOptions): Verifier {
  const { name } = scheme;
  const users = openSource(scheme.users, { ...options, parse: (text, path) => parseUsers(text, path) });
  const verified = new VerifiedPasswords();
  const work = new Slots(slots);

  async function isTheirs(user: BasicUser | undefined, given: Given): Promise<boolean> {
    const hash = user?.password ?? decoy;
    if (verified.has(hash, given.password)) return user !== undefined;
    const isTrue = await work.run(() => isPasswordOf(hash, given.password));
    if (isTrue && user) verified.add(hash, given.password);
    return isTrue && user !== undefined;
  }

  return {
    name,
    headers: ['authorization'],
    challenge: `Basic realm="${name}", charset="UTF-8"`,
    recognises: (credentials) => authorizationOf(credentials, 'basic') !== undefined,
    async verify(credentials) {
      const given = parseBasic(credentials);
      const user = users.value.find((user) => user.name === given.name);
      if (!(await isTheirs(user, given)) || !user)
        throw new AuthFailure('invalid', 'no user has this password');
      const { name: subject, scopes, claims } = user;
      return { identity: { subject, scheme: name, scopes, claims }, expiresEpochMs: undefined };
    },
    close: () => users.close(),
  };
}

interface Given {
  readonly name: string;
  readonly password: string;
}

/** @see RFC 7617, section 2 */
function parseBasic(credentials: Credentials): Given {
  const text = Buffer.from(authorizationOf(credentials, 'basic') ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw new AuthFailure('invalid', 'there is no colon between name and password');
  return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
