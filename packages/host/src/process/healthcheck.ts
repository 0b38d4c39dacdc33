/** The timeout of a health check. */
const timeoutMs = 3_000;

export interface HealthAddress {
  /** The address that the process listens on; for an unspecified one, loopback is used. */
  readonly host: string;
  readonly adminPort: number;
}

/**
 * Checks whether a process on this machine is ready.
 *
 * @throws Error saying what is not ready, or that there was no response.
 */
export async function checkHealth({ host, adminPort }: HealthAddress): Promise<void> {
  const url = `http://${reachable(host)}:${adminPort}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw new Error(`${url} does not respond`, { cause: error });
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`not ready: ${body.trim()}`);
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
