import { Client } from 'pg';
import { type Broker, openBroker } from '../support/broker.ts';
import { openPostgres, type Postgres } from '../support/postgres.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand } from './command.ts';

/** The shipped application as separate processes, two of each, on a private RabbitMQ and PostgreSQL. */
export interface Distributed {
  readonly broker: Broker;
  readonly postgres: Postgres;
  readonly env: Readonly<Record<string, string>>;
  readonly gateways: readonly [Command, Command];
  readonly lives: readonly [Command, Command];
  readonly workers: readonly [Command, Command];
  /** Every gateway's `POST /messages/`. */
  readonly messageUrls: readonly string[];
}

export async function openDistributed(): Promise<Distributed> {
  const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);
  use(broker, () => broker.close());
  use(postgres, () => postgres.close());
  const env = { AMQP_URL: broker.url, DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' };
  const two = (role: string): Promise<[Command, Command]> =>
    Promise.all([openCommand({ args: [role], env }), openCommand({ args: [role], env })]);
  const [gateways, lives, workers] = await Promise.all([two('serve'), two('live'), two('work')]);
  const messageUrls = gateways.map(({ url }) => `${url}/messages/`);
  return { broker, postgres, env, gateways, lives, workers, messageUrls };
}

/** The rows in the table of the shipped application. */
export interface Stored {
  /** The `n` of every row, in order of position. */
  readonly numbers: readonly number[];
  readonly positions: readonly number[];
}

export async function readStored(url: string): Promise<Stored> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ id: number; n: number }>(
      `select id::int, (message->>'n')::int as n from message order by id`,
    );
    return { numbers: rows.map(({ n }) => n), positions: rows.map(({ id }) => id) };
  } finally {
    await client.end();
  }
}

/** 0, 1, … `count` − 1 */
export function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_none, index) => index + from);
}

export function ascending(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
