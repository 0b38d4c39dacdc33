import { createProblem, ProblemError, parseProblem } from './problem.ts';

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** @default 15000 */
  readonly timeoutMs?: number;
  /** What is sent besides its usual headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is posted as JSON. @default nothing: it is a GET */
  readonly json?: object;
  /** The page polls on its own; the system does not count it as traffic. */
  readonly isPoll?: boolean;
}

/**
 * Gets the text that a URL on this host answers with.
 *
 * @throws ProblemError when the answer is no success, or does not come in time; the reason of a signal that aborts.
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
    const why = timeout.aborted ? `None came within ${timeoutMs / 1000} s.` : 'The server cannot be reached.';
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
