import { setTimeout as sleep } from 'node:timers/promises';
import { BusError } from '@restmapper/bus';

export interface ImportOptions {
  /** How long brokers that do not answer are asked again. @default 60000 */
  readonly patienceMs?: number;
}

const requestTimeoutMs = 10_000;
const pauseMs = 1_000;

/**
 * Gives definitions to RabbitMQ through the first of the URLs that answers; what is there already with
 * the same name is kept, but for the password and the permissions of users.
 *
 * The URLs hold an administrator: `http://user:password@host:15672`.
 * @see https://www.rabbitmq.com/docs/definitions
 * @throws BusError BROKER_REFUSED with RabbitMQ's reason; BROKER_UNAVAILABLE when none answers in time.
 */
export async function importDefinitions(
  urls: readonly string[],
  definitions: object,
  { patienceMs = 60_000 }: ImportOptions = {},
): Promise<void> {
  const endMs = performance.now() + patienceMs;
  const body = JSON.stringify(definitions);
  for (;;) {
    const reasons: string[] = [];
    for (const url of urls) {
      const reason = await offer(new URL(url), body);
      if (reason === undefined) return;
      reasons.push(reason);
    }
    if (performance.now() > endMs) throw new BusError('BROKER_UNAVAILABLE', reasons.join('; '));
    await sleep(pauseMs);
  }
}

/** Gives why it should be tried again, or elsewhere. */
async function offer(url: URL, body: string): Promise<string | undefined> {
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  const response = await fetch(new URL('/api/definitions', url.origin), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((error: unknown) => reasonOf(error));
  if (typeof response === 'string') return `${url.host}: ${response}`;
  const answer = await response.text();
  if (response.ok) return undefined;
  const reason = `${url.host} answers ${response.status} ${answer.slice(0, 500)}`.trim();
  if (response.status < 500) throw new BusError('BROKER_REFUSED', reason);
  return reason;
}

/** What fetch says of a failure stands in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}
