import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openAuthenticator, sha256 } from '@restmapper/auth';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import {
  type IdentityProvider,
  openIdentityProvider,
  usersOf,
} from '../../../../test/support/identity-provider.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import type { LiveLimits } from '../../src/index.ts';
import { type LiveServer, openLive, publish } from './open-live.ts';

export interface GuardedServer extends LiveServer {
  readonly bus: Bus;
  readonly provider: IdentityProvider;
  readonly url: string;
  /** Sends a message to a feed, by the feed's name. */
  publishTo(feed: string, data: object): Promise<void>;
  /** Denies the tokens with these `jti`. */
  deny(...ids: string[]): Promise<void>;
  /** Makes these keys, and no others, those of the client `bob`. */
  setKeys(...keys: string[]): Promise<void>;
}

export interface GuardedOptions {
  readonly limits?: Partial<LiveLimits>;
  /** Whether there is a public feed `news`. */
  readonly hasNews?: boolean;
}

/**
 * Serves feeds that only known callers may read.
 *
 * Of `orders` each customer sees their own; `audit` needs the scope `audit:read`; tokens must have a
 * `jti`, the keys of `bob` are in a file, and the service that knows sessions is asked too often.
 */
export async function openGuarded({ limits, hasNews = false }: GuardedOptions = {}): Promise<GuardedServer> {
  const provider = await openIdentityProvider();
  const folder = await makeTemporaryFolder('guarded');
  use(folder, () => rm(folder, { recursive: true }));
  const deny = (...ids: string[]) => writeFile(join(folder, 'denied.txt'), ids.join('\n'));
  const setKeys = (...keys: string[]) =>
    writeFile(join(folder, 'clients.json'), JSON.stringify({ bob: { keys: keys.map(hexDigest) } }));
  await Promise.all([deny(), setKeys('key')]);
  const model = parseEndpoints(
    `endpoints:
  POST /orders/: { fanout: true, body: true, feed: orders }
  POST /audit/: { fanout: true, body: true, feed: audit }
  ${hasNews ? 'POST /news/: { fanout: true, body: true, feed: news }' : ''}
feeds:
  orders: { where: { customer: subject } }
  audit: { scopes: [audit:read] }
  ${hasNews ? 'news: { public: true }' : ''}
auth:
  schemes:
    ${usersOf(provider, ', deniedFile: ./denied.txt')}
    machines: { apiKey: { clientsFile: ./clients.json } }
    sessions: { forward: { url: "${provider.limitedUrl}", headers: [x-session], subject: x-user } }
`,
    { file: 'endpoints.yaml', directory: folder },
  );
  const authenticator = use(openAuthenticator(model.auth, { log: silentLog, filesEveryMs: 10 }), (it) =>
    it.close(),
  );
  const bus = use(openMemoryBus({ topology: topologyOf(model), log: silentLog }), (bus) => bus.close());
  const server = await openLive(bus, limits, { model, authenticator });
  return {
    ...server,
    bus,
    provider,
    url: `http://127.0.0.1:${server.port}`,
    publishTo: (feed, data) => publish(bus, JSON.stringify(data), `/${feed}/`),
    deny,
    setKeys,
  };
}

function hexDigest(key: string): string {
  return sha256(key).toString('hex');
}

/** The headers of a caller with a token. */
export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
