import { ProblemError, parseProblem } from './problem.ts';

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** @default 15000 */
  readonly timeoutMs?: number;
}

/**
 * Gets the text of a URL on this host.
 *
 * @throws ProblemError when the answer is no success, or does not come in time.
 */
export async function fetchText(
  url: string,
  { signal, timeoutMs = 15_000 }: FetchOptions = {},
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  const body = await response.text();
  if (!response.ok) throw new ProblemError(parseProblem(response.status, body));
  return body;
}
