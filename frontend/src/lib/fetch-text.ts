import { ProblemError, parseProblem } from './problem.ts';

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** @default 15000 */
  readonly timeoutMs?: number;
  /** What is sent besides its usual headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is posted as JSON. @default nothing: it is a GET */
  readonly json?: object;
  /** Nobody asked: the page looks by itself for what is new, and the system does not count it as traffic. */
  readonly isPoll?: boolean;
}

/**
 * Gets the text that a URL on this host answers with.
 *
 * @throws ProblemError when the answer is no success, or does not come in time.
 */
export async function fetchText(
  url: string,
  { signal, timeoutMs = 15_000, headers, json, isPoll = false }: FetchOptions = {},
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    headers: {
      ...headers,
      accept: 'application/json',
      ...(json && { 'content-type': 'application/json' }),
      ...(isPoll && { 'x-restmapper-poll': 'true' }),
    },
    ...(json && { method: 'POST', body: JSON.stringify(json) }),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  const body = await response.text();
  if (!response.ok) throw new ProblemError(parseProblem(response.status, body));
  return body;
}
