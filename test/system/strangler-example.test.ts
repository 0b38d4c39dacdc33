import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { type Broker, openBroker } from '../support/broker.ts';
import { openPostgres } from '../support/postgres.ts';
import { openPython } from '../support/python.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { type Command, openFolder, runCommand, startCommand, untilReady } from './command.ts';

const project = fileURLToPath(new URL('../../examples/strangler', import.meta.url));
/** A missing exchange is looked up again within 15 s; a message is retried after 16 s at the latest. */
const patience = { timeoutMs: 60_000 };

interface Rig {
  readonly broker: Broker;
  readonly serve: Command;
  readonly work: Command;
}

// Only the sources' loader reads TypeScript on every version of Node.
async function openRig(): Promise<Rig> {
  const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);
  use(broker, () => broker.close());
  use(postgres, () => postgres.close());
  const env = { AMQP_URL: broker.url, DATABASE_URL: postgres.url, LOG_LEVEL: 'error' };
  const start = async (role: string): Promise<Command> => {
    const args = [role, '--file', `${project}/endpoints.yaml`];
    return startCommand({ args, cwd: await openFolder(), env, fromSource: true });
  };
  const [serve, work] = await Promise.all([start('serve'), start('work')]);
  await Promise.all([serve, work].map(untilReady));
  return { broker, serve, work };
}

const openDepot = (broker: Broker) => openPython(`${project}/depot.py`, broker.url);

/** How many of an article the depot has; undefined while it does not answer. */
async function stockOf(url: string, article: string): Promise<number | undefined> {
  const answer = await post(`${url}/quotes`, { article, count: 1 });
  return answer.ok ? ((await answer.json()) as { readonly left: number }).left : undefined;
}

/** Deletes the depot's exchange, as an operator may, while it is away. */
async function deleteExchange({ url }: Broker): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.deleteExchange('depot');
  await connection.close();
}

/** How the depot's stock of an article has changed, as this system has stored it, newest first. */
async function changesOf(url: string, article: string): Promise<readonly { readonly left: number }[]> {
  const answer = await fetch(`${url}/stock?article=${article}`);
  return ((await answer.json()) as { readonly messages: readonly { readonly left: number }[] }).messages;
}

async function checksOf(command: Command): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(`${command.adminUrl}/readyz`);
  return ((await response.json()) as { readonly checks: Record<string, string> }).checks;
}

const tea = { article: 'tea', count: 2 };
const statusOf = async (url: string, body: unknown): Promise<number> => (await post(url, body)).status;

async function expectDepotMissing({ serve, work }: Rig): Promise<void> {
  const missing = 'unavailable: the exchange depot does not exist';
  await until(async () => (await checksOf(work))['output returned'] === missing, patience);
  await until(async () => (await checksOf(work))['input stock from depot'] === missing, patience);
  await until(async () => (await checksOf(serve))['endpoint POST /orders/{region}'] === missing, patience);
  const quote = await post(`${serve.url}/quotes`, tea);
  const order = await post(`${serve.url}/orders/eu`, tea);

  expect([quote.status, order.status]).to.deep.equal([503, 503]);
  expect(await order.json()).to.include({ code: 'NOT_DECLARED' });
  expect(await statusOf(`${serve.url}/returns`, { article: 'tea', count: 5 })).to.equal(200);
}

describe('the example strangler', function () {
  this.timeout(240_000);

  it('passes its cases', async () => {
    const { code, stdout } = await runCommand({ args: ['test', project], fromSource: true });

    expect(stdout).to.match(/\n6 passed, 0 failed in/);
    expect(code).to.equal(0);
  });

  it('serves REST in front of the depot, whose exchange comes late, is deleted and made again', async () => {
    const rig = await openRig();
    const { broker, serve } = rig;
    const { url } = serve;

    await expectDepotMissing(rig);
    const depot = await openDepot(broker);
    await until(async () => (await stockOf(url, 'tea')) === 15, patience);
    const quote = await post(`${url}/quotes`, tea);
    const unknown = await post(`${url}/quotes`, { article: 'milk', count: 1 });
    const order = await until(async () => {
      const answer = await post(`${url}/orders/eu`, tea);
      return answer.status === 202 && answer;
    }, patience);

    expect(await quote.json()).to.deep.equal({ cents: 900, left: 15 });
    expect(unknown.status).to.equal(404);
    expect(await unknown.json()).to.include({ code: 'WORKER_ERROR', detail: 'there is no article milk' });
    expect(await order.json()).to.have.property('id');
    await until(async () => (await stockOf(url, 'tea')) === 13);
    await until(async () => (await changesOf(url, 'tea'))[0]?.left === 13);

    await depot.kill();
    await deleteExchange(broker);
    await expectDepotMissing(rig);
    await openDepot(broker);
    await until(async () => (await statusOf(`${url}/orders/us`, tea)) === 202, patience);
    await until(async () => (await stockOf(url, 'tea')) === 13, patience);
    // What the depot told before its new exchange was bound is lost.
    const coffee = { article: 'coffee', count: 1 };
    await until(async () => {
      await post(`${url}/orders/eu`, coffee);
      return (await changesOf(url, 'coffee')).length > 0;
    }, patience);
    const returned = (await (await fetch(`${url}/returns`)).json()) as { readonly messages: unknown };

    const five = { article: 'tea', count: 5 };
    expect(returned.messages).to.deep.equal([five, five]);
  });
});
