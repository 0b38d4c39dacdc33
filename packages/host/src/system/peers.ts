import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { parseProcessStatus, type ProcessStatus } from '../process/process-status.ts';

/** An unreachable process. */
export interface Unreachable {
  /** Its address, or the unresolvable name: `http://10.0.0.7:9082` */
  readonly peer: string;
  readonly why: string;
}

export interface PeersAnswer {
  readonly processes: readonly ProcessStatus[];
  readonly unreachable: readonly Unreachable[];
}

export interface AskOptions {
  /** The timeout per process. @default 1500 */
  readonly timeoutMs?: number;
  /** Resolves all addresses of a host. @default the system's resolver */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

/**
 * Queries the status of the processes behind admin URLs.
 *
 * A host name may stand for many processes, as that of a scaled service does: each of its addresses is
 * queried, preferring IPv4, since most processes then have an address of either kind.
 */
export async function askPeers(
  peers: readonly string[],
  { timeoutMs = 1500, resolve = resolveAll }: AskOptions = {},
): Promise<PeersAnswer> {
  const asked = peers.map(async (peer): Promise<readonly (ProcessStatus | Unreachable)[]> => {
    try {
      const urls = await addressesOf(new URL(peer), resolve);
      return await Promise.all(urls.map((url) => ask(url, timeoutMs)));
    } catch (error) {
      return [{ peer, why: reasonOf(error) }];
    }
  });
  const answers = (await Promise.all(asked)).flat();
  return {
    processes: answers.filter((answer) => 'id' in answer),
    unreachable: answers.filter((answer) => 'peer' in answer),
  };
}

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return lookup(host, { all: true });
}

async function addressesOf(peer: URL, resolve: typeof resolveAll): Promise<readonly URL[]> {
  const addresses = await resolve(peer.hostname.replace(/^\[|\]$/g, ''));
  const [preferred] = addresses.map(({ family }) => family).sort((a, b) => a - b);
  return addresses
    .filter(({ family }) => family === preferred)
    .map(({ address, family }) => {
      const url = new URL(peer);
      url.hostname = family === 6 ? `[${address}]` : address;
      return url;
    });
}

async function ask(url: URL, timeoutMs: number): Promise<ProcessStatus | Unreachable> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL('/status', url), { signal, redirect: 'error' });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return parseProcessStatus(await response.json());
  } catch (error) {
    return { peer: url.origin, why: reasonOf(error) };
  }
}

/** The reason of a failed fetch is in its cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  if (name === 'TimeoutError') return 'it does not respond in time';
  return cause instanceof Error ? cause.message : message;
}
