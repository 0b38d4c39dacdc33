// First: constants that are computed from the registries at import time must include the rooms.
import './plug-in.ts';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAuthenticator } from '@restmapper/auth';
import { openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import {
  asyncApiOf,
  type Model,
  openApiOf,
  parseEndpoints,
  topologyOf,
  typesOf,
  urlsOf,
} from '@restmapper/endpoints';
import { createGateway } from '@restmapper/restmapper';
import { type Database, openWorkers } from '@restmapper/workers';
import { describeFile } from '../../../packages/endpoints/src/file/schema-file.ts';

const source = `endpoints:
  POST /mirror: { mirror: { timeout: 2s }, body: { type: object }, public: true }
  POST /length: { rpc: true, body: true, public: true }
  POST /hook: { mirror: true, body: true }
workers:
  count: { on: POST /length, use: length, unit: bits }
auth: { schemes: { hooks: { signed: { secret: kept } } } }
`;

/** Its handlers do not query it. */
const db = {
  query: async () => [],
  transaction: async () => {},
  close: async () => {},
} as unknown as Database;

function signatureOf(body: string): string {
  return createHmac('sha256', 'kept').update(body).digest('hex');
}

/** The subject that the scheme derives from the signature of a body. */
async function subjectOf({ auth }: Model, body: string): Promise<string | undefined> {
  const authenticator = openAuthenticator(auth, { log: silentLog });
  const credentials = { 'x-signature': signatureOf('signed') };
  const caller = await authenticator.identify(credentials, ['hooks'], async () => Buffer.from(body));
  authenticator.close();
  return caller.principals[0]?.identity.subject;
}

/** Prints the results of a file with an external kind of endpoint, handler and scheme, as JSON. */
async function main(): Promise<void> {
  const model = parseEndpoints(source, { file: 'endpoints.yaml', directory: '/' });
  const topology = topologyOf(model);
  const bus = openMemoryBus({ topology, log: silentLog });
  const workers = await openWorkers({ model, bus, db, log: silentLog });
  const authenticator = openAuthenticator(model.auth, { log: silentLog });
  const gateway = createGateway({ model, bus, authenticator, log: silentLog, version: '1.0.0' });
  const serve = gateway.app.callback();
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const call = async (path: string, body: string, more = {}): Promise<string> => {
    const headers = { 'content-type': 'application/json', connection: 'close', ...more };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
    const answer = response.headers.get('www-authenticate') ?? (await response.text());
    return `${response.status} ${answer}`;
  };
  const answers = {
    mirror: await call('/mirror', '{"a":1.0}'),
    length: await call('/length', '"four"'),
    hook: await call('/hook', '{}'),
    signed: await call('/hook', 'true', { 'x-signature': signatureOf('true') }),
  };
  const callers = { signed: await subjectOf(model, 'signed'), altered: await subjectOf(model, 'altered') };
  server.close();
  authenticator.close();
  await workers.close();
  await bus.close();
  const documents = {
    openApi: openApiOf(model, { version: '1' }),
    asyncApi: asyncApiOf(model, { version: '1' }),
  };
  const types = typesOf(model);
  const urls = model.auth?.schemes.flatMap(urlsOf);
  process.stdout.write(
    JSON.stringify({ answers, callers, urls, topology, schema: describeFile(), types, ...documents }),
  );
}

await main();
