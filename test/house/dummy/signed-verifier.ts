import { createHmac } from 'node:crypto';
import { AuthFailure } from '@restmapper/auth';
import type { OpenVerifier } from '../../../packages/auth/src/schemes/verifier.ts';
import type { SignedScheme } from './signed-spec.ts';

/** Verifies the signature of a body once it is read. */
export const openSigned: OpenVerifier<SignedScheme> = ({ name, header, secret }) => ({
  name,
  headers: [header],
  challenge: `Signed realm="${name}"`,
  recognises: (credentials) => credentials[header] !== undefined,
  async verify(credentials, readBody) {
    const signature = createHmac('sha256', secret).update(await readBody());
    if (credentials[header] !== signature.digest('hex')) throw new AuthFailure('invalid', 'wrong signature');
    const identity = { subject: 'hook', scheme: name, scopes: [], claims: {} };
    return { identity, expiresEpochMs: undefined };
  },
  close() {},
});
