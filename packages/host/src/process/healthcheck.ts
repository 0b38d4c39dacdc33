import { reachableHost } from '../http/reachable-host.ts';

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
  const url = `http://${reachableHost(host)}:${adminPort}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw new Error(`${url} does not respond`, { cause: error });
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`not ready: ${body.trim()}`);
}
