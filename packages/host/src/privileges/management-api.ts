import { setTimeout as sleep } from 'node:timers/promises';
import { BusError } from '@restmapper/bus';

export interface AskOptions {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly body?: object;
  /** How long to retry brokers that do not respond. @default 60000 */
  readonly patienceMs?: number;
  /** How long one broker may take to respond. @default 10000 */
  readonly timeoutMs?: number;
}

const pauseMs = 1_000;

/**
 * Imports definitions into RabbitMQ; existing objects of the same name are kept, except policies, and
 * passwords and permissions of users.
 *
 * @see https://www.rabbitmq.com/docs/definitions
 * @throws BusError like `askManagement`.
 */
export async function importDefinitions(urls: readonly string[], definitions: object): Promise<void> {
  await askManagement(urls, { method: 'POST', path: '/api/definitions', body: definitions });
}

/**
 * Calls RabbitMQ's management API at the first URL that responds; resolves with the response text.
 *
 * The URLs include an administrator: `http://user:password@host:15672`.
 * @throws BusError BROKER_REFUSED with RabbitMQ's reason; BROKER_UNAVAILABLE if none responds in time.
 */
export async function askManagement(
  urls: readonly string[],
  { method, path, body, patienceMs = 60_000, timeoutMs = 10_000 }: AskOptions,
): Promise<string> {
  const endMs = performance.now() + patienceMs;
  const question = { method, path, text: body && JSON.stringify(body), timeoutMs };
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
  readonly timeoutMs: number;
}

/** Returns the response, or why to retry, or to try another node. */
async function ask(
  url: URL,
  { method, path, text, timeoutMs }: Question,
): Promise<{ readonly answer?: string; readonly reason?: string }> {
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  const response = await fetchWhole(new URL(path, url.origin), {
    method,
    ...(text !== undefined && { body: text }),
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => reasonOf(error));
  if (typeof response === 'string') return { reason: `${url.host}: ${response}` };
  const { status, isOk, text: answer } = response;
  if (isOk) return { answer };
  const reason = `${url.host} answers ${status} ${answer.slice(0, 500)}`.trim();
  if (status < 500) throw new BusError('BROKER_REFUSED', reason);
  return { reason };
}

/** Also rejects if a response breaks off. */
async function fetchWhole(url: URL, request: RequestInit) {
  const response = await fetch(url, request);
  return { status: response.status, isOk: response.ok, text: await response.text() };
}

/** The reason of a failed fetch is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}
