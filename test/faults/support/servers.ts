import { after } from 'mocha';
import { type Broker, openBroker } from '../../support/broker.ts';
import { openPostgres, type Postgres } from '../../support/postgres.ts';

/** The RabbitMQ and the PostgreSQL that the fault tests may kill. */
export interface Servers {
  readonly broker: Broker;
  readonly postgres: Postgres;
}

let opening: Promise<Servers> | undefined;

/** Starts the servers of the fault tests, or restarts those that a test stopped; they stay until the end. */
export async function openServers(): Promise<Servers> {
  opening ??= open();
  const { broker, postgres } = await opening;
  await Promise.all([broker.start(), postgres.start()]);
  return { broker, postgres };
}

async function open(): Promise<Servers> {
  const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);
  return { broker, postgres };
}

after('close the servers of the fault tests', async () => {
  const servers = await opening;
  await Promise.all([servers?.broker.close(), servers?.postgres.close()]);
});
