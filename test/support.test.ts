import { connect, type ConfirmChannel } from 'amqplib';
import { expect } from 'chai';
import { Client } from 'pg';
import { openBroker } from './support/broker.ts';
import { openPostgres } from './support/postgres.ts';
import { until } from './support/until.ts';
import { use } from './support/use.ts';

describe('the private broker', () => {
  it('is killed, and returns with its durable queue and persistent message', async function () {
    this.timeout(90_000);
    const broker = use(await openBroker(), (broker) => broker.close());
    await withChannel(broker.url, async (channel) => {
      await channel.assertQueue('kept', { durable: true });
      channel.sendToQueue('kept', Buffer.from('one'), { persistent: true });
      await channel.waitForConfirms();
    });

    // A queue that was just declared may not be in the log on disk yet; the message is.
    await broker.rabbitmqctl('eval', 'mnesia:sync_log().');
    await broker.kill();
    const refused = await withChannel(broker.url, async () => {}).catch((error: unknown) => error);
    await broker.start();

    expect(refused).to.have.property('code', 'ECONNREFUSED');
    // `list_queues` omits a queue whose process does not answer at that moment. The node answers before it
    // has recovered its virtual host.
    await until(async () => (await broker.rabbitmqctl('eval', 'length(rabbit_amqqueue:list()).')) === '1\n');
    await withChannel(broker.url, async (channel) => {
      const message = await channel.get('kept', { noAck: true });
      expect(message && message.content.toString()).to.equal('one');
    });
  });
});

describe('the private PostgreSQL', () => {
  it('is killed, and returns with the committed rows', async () => {
    const postgres = use(await openPostgres(), (postgres) => postgres.close());
    const url = await postgres.createDatabase();
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS id');

    await postgres.kill();
    const refused = await query(url, 'SELECT 1').catch((error: unknown) => error);
    await postgres.start();

    expect(refused).to.have.property('code', 'ECONNREFUSED');
    expect(await query(url, 'SELECT id FROM kept')).to.deep.equal([{ id: 1 }]);
  });

  it('ends its sessions when it restarts', async () => {
    const postgres = use(await openPostgres({ fsync: false }), (postgres) => postgres.close());
    const client = new Client({ connectionString: postgres.url });
    let ended = false;
    client.on('error', () => {}).on('end', () => (ended = true));
    await client.connect();

    await postgres.restart();

    await until(() => ended);
    expect(await query(postgres.url, 'SHOW fsync')).to.deep.equal([{ fsync: 'off' }]);
  });
});

async function withChannel(url: string, work: (channel: ConfirmChannel) => Promise<void>): Promise<void> {
  const connection = await connect(url);
  try {
    await work(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
