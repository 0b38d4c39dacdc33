import { createProblem, ProblemError, parseProblem } from './problem.ts';

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** @default 15000 */
  readonly timeoutMs?: number;
  /** Additional headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body to POST as JSON. @default none: a GET */
  readonly json?: object;
  /** A poll by the page itself, which the system does not count as traffic. */
  readonly isPoll?: boolean;
}

/**
 * Fetches the text at a URL on this host.
 *
 * @throws ProblemError on a failure or a timeout; the reason of an aborted signal.
 */
export async function fetchText(
  url: string,
  { signal, timeoutMs = 15_000, ...options }: FetchOptions = {},
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    return await fetchWhole(url, { ...options, signal: both });
  } catch (error) {
    if (error instanceof ProblemError || signal?.aborted) throw error;
    const why = timeout.aborted
      ? `The server did not respond within ${timeoutMs / 1000} s.`
      : 'The server cannot be reached.';
    throw new ProblemError(createProblem('No answer', why), { cause: error });
  }
}

async function fetchWhole(
  url: string,
  {
    signal,
    headers,
    json,
    isPoll = false,
  }: Omit<FetchOptions, 'timeoutMs'> & { readonly signal: AbortSignal },
): Promise<string> {
  const response = await fetch(url, {
    headers: {
      ...headers,
      accept: 'application/json',
      ...(json && { 'content-type': 'application/json' }),
      ...(isPoll && { 'x-restmapper-poll': 'true' }),
    },
    ...(json && { method: 'POST', body: JSON.stringify(json) }),
    signal,
  });
  const body = await response.text();
  if (!response.ok) throw new ProblemError(parseProblem(response.status, body));
  return body;
}
