// First: what is made of the registries while modules load has to see the rooms.
import './plug-in.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { asyncApiOf, openApiOf, parseEndpoints, topologyOf, typesOf } from '@restmapper/endpoints';
import { createGateway } from '@restmapper/restmapper';
import { type Database, openWorkers } from '@restmapper/workers';
import { describeFile } from '../../../packages/endpoints/src/file/schema-file.ts';

const source = `endpoints:
  POST /mirror: { mirror: { timeout: 2s }, body: { type: object } }
  POST /length: { rpc: true, body: true }
workers:
  count: { on: POST /length, use: length, table: none }
`;

/** Its handlers ask nothing of it. */
const db = {
  query: async () => [],
  transaction: async () => {},
  close: async () => {},
} as unknown as Database;

/** Prints what a file with a kind of endpoint and a handler from outside comes to, as JSON. */
async function main(): Promise<void> {
  const model = parseEndpoints(source, { file: 'endpoints.yaml', directory: '/' });
  const topology = topologyOf(model);
  const bus = openMemoryBus({ topology, log: silentLog });
  const workers = await openWorkers({ model, bus, db, log: silentLog });
  const gateway = createGateway({ model, bus, log: silentLog, version: '1.0.0' });
  const serve = gateway.app.callback();
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const call = async (path: string, body: string): Promise<string> => {
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
    return `${response.status} ${await response.text()}`;
  };
  const answers = { mirror: await call('/mirror', '{"a":1.0}'), length: await call('/length', '"four"') };
  server.close();
  await workers.close();
  await bus.close();
  const documents = {
    openApi: openApiOf(model, { version: '1' }),
    asyncApi: asyncApiOf(model, { version: '1' }),
  };
  const types = typesOf(model);
  process.stdout.write(JSON.stringify({ answers, topology, schema: describeFile(), types, ...documents }));
}

await main();
