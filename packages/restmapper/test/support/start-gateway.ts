import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAuthenticator } from '@restmapper/auth';
import { type Bus, type MemoryBroker, openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { use } from '../../../../test/support/use.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/index.ts';
import { deferContinue } from '../../src/request/expect-continue.ts';
import { answerMalformed } from '../../src/answer/malformed.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';

export interface StartedGateway {
  readonly gateway: Gateway;
  readonly bus: Bus;
  readonly log: MemoryLog;
  readonly server: Server;
  readonly port: number;
  /** Sends a request to a path. */
  readonly call: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Serves the endpoints of a YAML text over HTTP from a bus in memory, until the test ends. */
export async function startGateway(
  endpoints: string,
  {
    broker,
    ...options
  }: Pick<GatewayOptions, 'limits' | 'metrics' | 'isTimed' | 'clientAddress' | 'originRules'> & {
    /** Shared with another bus. */
    readonly broker?: MemoryBroker;
  } = {},
): Promise<StartedGateway> {
  const model = parseEndpoints(`endpoints:\n${endpoints}`, { file: 'endpoints.yaml', directory: '/' });
  const bus = use(
    openMemoryBus({ topology: topologyOf(model), log: silentLog, ...(broker && { broker }) }),
    (bus) => bus.close({ timeoutMs: 100 }),
  );
  const log = createMemoryLog();
  const authenticator = use(openAuthenticator(model.auth, { log, filesEveryMs: 20 }), (it) => it.close());
  const gateway = createGateway({ model, bus, log, authenticator, version: '1.2.3', ...options });
  const serve = gateway.app.callback();
  const server = createServer(
    { requireHostHeader: false },
    (request, response) => void serve(request, response),
  );
  answerMalformed(server);
  deferContinue(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  use(server, async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  const call: StartedGateway['call'] = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { gateway, bus, log, server, port, call };
}

/** The init of a POST with a JSON text. */
export function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
}

/** Status and code of a problem; fails unless the response is one. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`not a problem: ${response.status} ${text}`);
  }
  return JSON.parse(text) as Problem;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly requestId: string;
  readonly messageId?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}
