import { setTimeout as sleep } from 'node:timers/promises';
import { BusError } from '@restmapper/bus';

export interface AskOptions {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly body?: object;
  /** How long brokers that do not answer are asked again. @default 60000 */
  readonly patienceMs?: number;
}

const requestTimeoutMs = 10_000;
const pauseMs = 1_000;

/**
 * Gives definitions to RabbitMQ; what is there already with the same name is kept, but for policies, and
 * the password and the permissions of users.
 *
 * @see https://www.rabbitmq.com/docs/definitions
 * @throws BusError as `askManagement`.
 */
export async function importDefinitions(urls: readonly string[], definitions: object): Promise<void> {
  await askManagement(urls, { method: 'POST', path: '/api/definitions', body: definitions });
}

/**
 * Asks RabbitMQ's management through the first of the URLs that answers; resolves with the answer's text.
 *
 * The URLs hold an administrator: `http://user:password@host:15672`.
 * @throws BusError BROKER_REFUSED with RabbitMQ's reason; BROKER_UNAVAILABLE when none answers in time.
 */
export async function askManagement(
  urls: readonly string[],
  { method, path, body, patienceMs = 60_000 }: AskOptions,
): Promise<string> {
  const endMs = performance.now() + patienceMs;
  const question = { method, path, text: body && JSON.stringify(body) };
  for (;;) {
    const reasons: string[] = [];
    for (const url of urls) {
      const { answer, reason = '' } = await ask(new URL(url), question);
      if (answer !== undefined) return answer;
      reasons.push(reason);
    }
    if (performance.now() > endMs) throw new BusError('BROKER_UNAVAILABLE', reasons.join('; '));
    await sleep(pauseMs);
  }
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly text: string | undefined;
}

/** Gives the answer, or why it should be tried again, or elsewhere. */
async function ask(
  url: URL,
  { method, path, text }: Question,
): Promise<{ readonly answer?: string; readonly reason?: string }> {
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  const response = await fetchWhole(new URL(path, url.origin), {
    method,
    ...(text !== undefined && { body: text }),
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((error: unknown) => reasonOf(error));
  if (typeof response === 'string') return { reason: `${url.host}: ${response}` };
  const { status, isOk, text: answer } = response;
  if (isOk) return { answer };
  const reason = `${url.host} answers ${status} ${answer.slice(0, 500)}`.trim();
  if (status < 500) throw new BusError('BROKER_REFUSED', reason);
  return { reason };
}

/** Rejects also where an answer begins and breaks off. */
async function fetchWhole(url: URL, request: RequestInit) {
  const response = await fetch(url, request);
  return { status: response.status, isOk: response.ok, text: await response.text() };
}

/** What fetch says of a failure stands in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}
