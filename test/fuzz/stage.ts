import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { openServers } from '../faults/support/servers.ts';
import type { Broker } from '../support/broker.ts';
import { freePorts } from '../support/free-ports.ts';
import { type Command, openCommand, openFolder } from '../system/command.ts';

/** A gateway, a worker and a live bridge, each in a process of its own, on servers whose logs are read. */
export interface Stage {
  readonly broker: Broker;
  readonly gateway: Command;
  readonly bridge: Command;
  readonly worker: Command;
  /** Of the gateway's endpoints. */
  readonly paths: readonly string[];
  /** Of the first path and of the feed. */
  readonly name: string;
  /** Starts another process; resolves when it is ready. */
  open(role: string, at?: { readonly host: string; readonly port: number }): Promise<Command>;
  /** How many calls of `POST /<name>` were answered with 200, and how many are stored or dead-lettered. */
  count(): Promise<{ readonly accepted: number; readonly kept: number }>;
}

const endpointsOf = (name: string): string => `
endpoints:
  POST /${name}:
    fanout: true
    body: true
    maxBody: 32KB
    feed: ${name}
  PUT /${name}/{room}/things/{thing}:
    fanout: true
    params: { properties: { room: { type: integer }, thing: { type: string, pattern: '^[a-z]+$' } } }
    query: { properties: { since: { type: string, format: date-time }, on: { type: boolean } } }
    body: { type: object, properties: { a: { type: string, maxLength: 10 } }, additionalProperties: false }
    feed: ${name}
  GET /${name}:
    rpc: true
    query: { properties: { limit: { type: integer }, offset: { type: integer } } }
workers:
  store: { on: POST /${name}, use: append, table: message }
  read: { on: GET /${name}, use: page, table: message }
`;

export async function openStage(): Promise<Stage> {
  const { broker, postgres } = await openServers();
  const name = `fuzz-${randomBytes(4).toString('hex')}`;
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, endpointsOf(name));
  const databaseUrl = await postgres.createDatabase();
  const env = { AMQP_URL: broker.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' };
  const open: Stage['open'] = async (role, at) => {
    const [adminPort = 0] = await freePorts(1);
    const place = at && { host: at.host, ports: { port: at.port, adminPort } };
    return openCommand({ args: [role, '--file', file], env, ...place });
  };
  const [gateway, bridge, worker] = await Promise.all([open('serve'), open('live'), open('work')]);
  const labels = `endpoint="POST /${name}",method="POST",status="200"`;
  return {
    broker,
    gateway,
    bridge,
    worker,
    name,
    open,
    paths: [`/${name}`, `/${name}/7/things/chair`],
    count: async () => ({
      accepted: await sumCounters(gateway, 'restmapper_http_requests_total', labels),
      kept: (await countRows(databaseUrl)) + (await countMessages(broker, `/${name}:POST.dead`)),
    }),
  };
}

/** The sum of a process's counters with this name and these labels. */
export async function sumCounters({ adminUrl }: Command, name: string, labels = ''): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const lines = metrics
    .split('\n')
    .filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function countRows(url: string): Promise<number> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM message');
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}

async function countMessages({ url }: Broker, queue: string): Promise<number> {
  const model = await connect(url);
  try {
    const channel = await model.createChannel();
    return (await channel.checkQueue(queue)).messageCount;
  } finally {
    await model.close();
  }
}
