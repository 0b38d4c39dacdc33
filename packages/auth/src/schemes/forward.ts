import type { ForwardScheme } from '@restmapper/endpoints';
import { type Credentials, headerOf, isSubject } from '../caller/credentials.ts';
import { type Principal, AuthFailure } from '../caller/principal.ts';
import { ask, type ServiceAnswer } from '../remote/question.ts';
import { Slots } from '../caller/slots.ts';
import type { Verifier } from './verifier.ts';

/** The maximum number of concurrent requests; further ones are not sent. */
const slots = { max: 256, maxWaiting: 0 };

/** Seconds, or the date of RFC 9110, section 5.6.7. */
const soundRetryAfter = /^(?:\d{1,9}|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/;

/** Authenticates callers by an external service. */
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
    headers,
    challenge: `Forward realm="${name}"`,
    recognises: (credentials) => sent(credentials).length > 0,
    verify: (credentials) => questions.run(() => identify(scheme, sent(credentials))),
    close() {},
  };
}

/**
 * Converts the service's answer to a caller.
 *
 * | the service answers | failure |
 * |---|---|
 * | 2xx with one valid subject | none |
 * | 401 | `invalid` |
 * | 403 | `forbidden` |
 * | 429 | `limited`, with its `Retry-After` |
 * | anything else, or nothing in time | `unavailable` |
 *
 * @throws AuthFailure
 */
async function identify(scheme: ForwardScheme, headers: [string, string][]): Promise<Principal> {
  const answer = await request(scheme, headers);
  refuseStatus(answer);
  const subject = headerOfAnswer(answer, scheme.subjectHeader);
  if (!isSubject(subject)) {
    throw new AuthFailure('unavailable', `the auth service answered without a valid ${scheme.subjectHeader}`);
  }
  const scopes = (scheme.scopeHeader && headerOfAnswer(answer, scheme.scopeHeader)) || '';
  const claims = Object.entries(scheme.claimHeaders).flatMap(([claim, header]) => {
    const value = headerOfAnswer(answer, header);
    return value === undefined ? [] : [[claim, value]];
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

function refuseStatus({ status, valuesOf }: ServiceAnswer): void {
  const reason = `the auth service answered ${status}`;
  if (status === 401) throw new AuthFailure('invalid', reason);
  if (status === 403) throw new AuthFailure('forbidden', reason);
  if (status === 429) {
    const [retryAfter] = valuesOf('retry-after').filter((value) => soundRetryAfter.test(value));
    throw new AuthFailure('limited', reason, { retryAfter });
  }
  if (status < 200 || status > 299) throw new AuthFailure('unavailable', reason);
}

/** A repeated header cannot be trusted. @throws AuthFailure */
function headerOfAnswer({ valuesOf }: ServiceAnswer, name: string): string | undefined {
  const [value, ...others] = valuesOf(name);
  if (others.length === 0) return value;
  throw new AuthFailure('unavailable', `the auth service answered with more than one ${name}`);
}

async function request(
  { url, timeoutMs }: ForwardScheme,
  headers: [string, string][],
): Promise<ServiceAnswer> {
  try {
    return await ask({ url, headers, timeoutMs });
  } catch (error) {
    throw new AuthFailure('unavailable', 'the auth service did not answer', { cause: error });
  }
}
