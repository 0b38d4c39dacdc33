import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AmqpBusOptions, type Bus, decodeEnvelope, openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { openPostgres, openWorkers, type Workers } from '@restmapper/workers';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { until } from '../../support/until.ts';
import { use } from '../../support/use.ts';
import { type Command, openFolder, startCommand, untilReady } from '../../system/command.ts';
import type { Found } from './oracle.ts';
import { openServers, type Servers } from './servers.ts';

export interface ApplicationOptions {
  /** Whether the endpoint `POST /<name>/` has a feed of the application's name. @default false */
  readonly hasFeed?: boolean;
  /** The workers of the file, indented by two; `{}` for none. @default one that appends to the table `message` */
  readonly workers?: (key: string) => string;
  /** Further endpoints of the file, whose paths start with this one; indented by two. @default none */
  readonly endpoints?: (path: string) => string;
  /** Further files in the folder of `endpoints.yaml`, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** @default the ones that the fault tests share */
  readonly servers?: Servers;
}

/** An endpoint and a storing worker, with their own names and database, on servers that may be killed. */
export interface Application extends Servers {
  readonly name: string;
  readonly model: Model;
  /** The endpoint's exchange; its first queue has the same name. */
  readonly exchange: string;
  readonly databaseUrl: string;
  /** Starts a process of the application; resolves when it is ready. */
  open(role: Role, options?: StartOptions): Promise<Command>;
  /** Starts a process of the application without waiting for it. */
  start(role: Role, options?: StartOptions): Promise<Command>;
  /** The URL at which a gateway accepts the application's messages. */
  urlAt(gateway: Command): string;
  /** The messages in the table, and those in the dead letters. */
  find(table?: string): Promise<Found>;
}

export type Role = 'serve' | 'live' | 'work';

export interface StartOptions {
  /** @default the broker's */
  readonly amqpUrl?: string;
  /** Additional settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Describes an application and creates its database; no process is started yet. */
export async function openApplication({
  hasFeed = false,
  workers = (key) => `  store: { on: ${key}, use: append, table: message }`,
  endpoints = () => '',
  files = {},
  servers: given,
}: ApplicationOptions = {}): Promise<Application> {
  const servers = given ?? (await openServers());
  const name = `fault-${randomBytes(5).toString('hex')}`;
  const path = `/${name}/`;
  const key = `POST ${path}`;
  const feed = hasFeed ? `, feed: ${name}` : '';
  const yaml = `endpoints:\n  ${key}: { fanout: true, body: true${feed} }\n${endpoints(path)}\nworkers:\n${workers(key)}\n`;
  const folder = await openFolder();
  const file = join(folder, 'endpoints.yaml');
  for (const [name, text] of Object.entries({ ...files, 'endpoints.yaml': yaml })) {
    await writeFile(join(folder, name), text);
  }
  const databaseUrl = await servers.postgres.createDatabase();
  const exchange = `${path}:POST`;
  const start = (
    role: Role,
    { amqpUrl = servers.broker.url, env: more = {} }: StartOptions = {},
  ): Promise<Command> => {
    const env = { AMQP_URL: amqpUrl, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn', ...more };
    return startCommand({ args: [role, '--file', file], env });
  };
  return {
    ...servers,
    name,
    model: parseEndpoints(yaml, { file, directory: folder }),
    exchange,
    databaseUrl,
    start,
    async open(role, options) {
      const command = await start(role, options);
      await untilReady(command);
      return command;
    },
    urlAt: ({ url }) => `${url}${path}`,
    find: async (table = 'message') => ({
      stored: await readIds(databaseUrl, table),
      dead: await readDeadIds(servers.broker.url, `${exchange}.dead`),
    }),
  };
}

/** The application's bus within this process, once it is up. */
export async function openBusOf(
  { broker, model }: Pick<Application, 'broker' | 'model'>,
  options: Partial<AmqpBusOptions> = {},
): Promise<Bus> {
  const topology = topologyOf(model);
  const bus = openAmqpBus({ urls: [broker.url], topology, name: 'fault test', log: silentLog, ...options });
  use(bus, () => bus.close({ timeoutMs: 2_000 }));
  await until(() => bus.status.state === 'up');
  return bus;
}

export interface WorkersOfOptions {
  readonly bus: Bus;
  /** @default the application's database */
  readonly url?: string;
  /** @default all in the file */
  readonly names?: readonly string[];
}

/** The application's workers within this process, on one of its buses. */
export async function openWorkersOf(
  { model, databaseUrl }: Application,
  { bus, url = databaseUrl, names }: WorkersOfOptions,
): Promise<Workers> {
  const db = use(openPostgres({ url }), (db) => db.close());
  const workers = await openWorkers({ model, bus, db, ...(names && { names }) });
  return use(workers, () => workers.close({ timeoutMs: 2_000 }));
}

async function readIds(url: string, table: string): Promise<readonly string[]> {
  return withDatabase(url, async (client) => {
    const { rows } = await client.query<{ id: string }>(`SELECT message->>'id' AS id FROM ${table}`);
    return rows.map(({ id }) => id);
  });
}

/** Uses a database over a connection of its own. */
export async function withDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  // A server that is killed while the connection is idle makes it emit the error.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Reads every dead letter, and leaves all of them in place. */
async function readDeadIds(url: string, queue: string): Promise<readonly string[]> {
  const model = await connect(url);
  try {
    const channel = await model.createChannel();
    const ids: string[] = [];
    for (;;) {
      const letter = await channel.get(queue);
      if (!letter) return ids;
      const named: unknown = letter.properties.headers?.['x-id'];
      ids.push(typeof named === 'string' ? named : idIn(letter.content));
    }
  } finally {
    await model.close();
  }
}

/** The id in the data of a message. */
export function idIn(body: Buffer): string {
  const { id } = JSON.parse(decodeEnvelope(body).data.toString()) as { readonly id: string };
  return id;
}
