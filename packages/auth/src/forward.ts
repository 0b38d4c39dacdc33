import type { ForwardScheme } from '@restmapper/endpoints';
import { type Credentials, headerOf, isSubject } from './credentials.ts';
import { type Principal, Refusal } from './principal.ts';
import { Slots } from './slots.ts';
import type { Verifier } from './verifier.ts';

/** How many questions may be under way; more are not asked. */
const slots = { max: 256, maxWaiting: 0 };

/** Asks a service who the caller is. */
export function openForward(scheme: ForwardScheme): Verifier {
  const { name, headers } = scheme;
  const questions = new Slots(slots);
  const sent = (credentials: Credentials): [string, string][] =>
    headers.flatMap((header) => {
      const value = headerOf(credentials, header);
      return value === undefined ? [] : [[header, value]];
    });
  return {
    name,
    challenge: `Forward realm="${name}"`,
    recognises: (credentials) => sent(credentials).length > 0,
    verify: (credentials) => questions.run(() => ask(scheme, sent(credentials))),
    close() {},
  };
}

/** @throws Refusal `unavailable` when the service gives no answer, or one that means nothing. */
async function ask(scheme: ForwardScheme, headers: [string, string][]): Promise<Principal> {
  const { status, headers: answer } = await request(scheme, headers);
  if (status === 401) throw new Refusal('invalid', 'the auth service answered 401');
  if (status === 403) throw new Refusal('forbidden', 'the auth service answered 403');
  if (status < 200 || status > 299) throw new Refusal('unavailable', `the auth service answered ${status}`);
  const subject = answer.get(scheme.subjectHeader);
  if (!isSubject(subject)) {
    throw new Refusal('unavailable', `the auth service answered without a sound ${scheme.subjectHeader}`);
  }
  const scopes = (scheme.scopeHeader && answer.get(scheme.scopeHeader)) || '';
  const claims = Object.entries(scheme.claimHeaders).flatMap(([claim, header]) => {
    const value = answer.get(header);
    return value === null ? [] : [[claim, value]];
  });
  return {
    identity: {
      subject,
      scheme: scheme.name,
      scopes: scopes.split(' ').filter((scope) => scope !== ''),
      claims: Object.fromEntries(claims),
    },
    expiresEpochMs: undefined,
  };
}

async function request(
  { url, timeoutMs }: ForwardScheme,
  headers: [string, string][],
): Promise<{ readonly status: number; readonly headers: Headers }> {
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response;
  } catch (error) {
    throw new Refusal('unavailable', 'the auth service gave no answer', { cause: error });
  }
}
