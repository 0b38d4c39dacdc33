/** How long a process may take to answer for its health. */
const timeoutMs = 3_000;

export interface HealthAddress {
  /** The address the process listens on; an unspecified one is asked on loopback. */
  readonly host: string;
  readonly adminPort: number;
}

/**
 * Asks a process on this machine whether it is ready.
 *
 * @throws Error saying what is not ready, or that nobody answered.
 */
export async function checkHealth({ host, adminPort }: HealthAddress): Promise<void> {
  const url = `http://${reachable(host)}:${adminPort}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw new Error(`${url} does not answer`, { cause: error });
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`not ready: ${body.trim()}`);
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
