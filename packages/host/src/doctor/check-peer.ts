import { explainConnection } from '@restmapper/bus';
import { asError } from '@restmapper/core';
import type { Finding } from './finding.ts';

/** Checks whether the internal server of another process answers. */
export async function checkPeer(url: string): Promise<Omit<Finding, 'check'>> {
  const advice = 'start that process, or correct PEERS';
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return { level: 'ok', message: `${url} is ready` };
    const reasons = (await response.text()).trim();
    return { level: 'warning', message: `${url} is not ready: ${reasons}`, advice };
  } catch (error) {
    const cause = asError(error).cause ?? error;
    return {
      level: 'warning',
      message: `${url}: ${explainConnection(cause) ?? asError(cause).message}`,
      advice,
    };
  }
}
