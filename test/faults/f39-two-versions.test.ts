import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Channel } from 'amqplib';
import { expect } from 'chai';
import { openEventSource } from '../support/event-source.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, stopCommand } from '../system/command.ts';
import { type Application, openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { expectKeptBy } from './support/last-message.ts';
import { startLoad } from './support/load.ts';

/** Long enough for every process to have retried its declarations. */
const recovery = { timeoutMs: 150_000, everyMs: 200 };

const workersOf = (key: string): string => `  store: { on: ${key}, use: append, table: message }`;

/** An endpoint that stays, one that is renamed, and one that changes from rpc to fanout. */
const firstEndpoints = (path: string): string => `  GET ${path}: { rpc: true }
  POST ${path}old/: { fanout: true }
  PUT ${path}turned/: { rpc: true }
`;

/** The next version of the file; an operator has already declared the queue of `limited`. */
const secondFile = (name: string): string => `endpoints:
  POST /${name}/: { fanout: true, body: true, feed: ${name} }
  GET /${name}/: { rpc: true }
  POST /${name}/new/: { fanout: true }
  PUT /${name}/turned/: { fanout: true }
  POST /${name}/limited/: { fanout: true }
feeds:
  ${name}: { maxAge: 2h }
workers:
${workersOf(`POST /${name}/`)}
  read: { on: GET /${name}/, use: page, table: message }
  limited: { on: POST /${name}/limited/, use: append, table: limited }
`;

type Role = 'serve' | 'live' | 'work';

/** Starts processes of the next version; all become ready, even if parts of it are unavailable. */
async function openSecond({ name, broker, databaseUrl }: Application): Promise<Record<Role, Command>> {
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, secondFile(name));
  const env = { AMQP_URL: broker.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' };
  const open = (role: Role) => openCommand({ args: [role, '--file', file], env });
  const [serve, live, work] = await Promise.all([open('serve'), open('live'), open('work')]);
  return { serve, live, work };
}

/** The failed checks of a process. */
async function faultsOf({ adminUrl }: Command): Promise<readonly string[]> {
  const { checks } = (await (await fetch(`${adminUrl}/readyz`)).json()) as { checks: Record<string, string> };
  return Object.keys(checks).filter((name) => checks[name] !== 'ok');
}

async function statusOf(method: string, url: string): Promise<string> {
  const response = await fetch(url, { method });
  const { code = 'ok' } = (await response.json()) as { code?: string };
  return `${response.status} ${code}`;
}

async function openChannel({ broker }: Application): Promise<Channel> {
  const model = use(await connect(broker.url), (model) => model.close());
  return model.createChannel();
}

/** A queue that an operator has declared with a limit. */
async function makeLimited(channel: Channel, { name }: Application): Promise<string> {
  const limited = `/${name}/limited/:POST`;
  await channel.assertQueue(limited, { arguments: { 'x-queue-type': 'quorum', 'x-max-length': 10 } });
  return limited;
}

/** Deletes the objects that differ from the next version, as docs/operations.md says. */
async function putRight(channel: Channel, { name, broker }: Application, limited: string): Promise<void> {
  await channel.deleteExchange(`/${name}/turned/:PUT`);
  for (const queue of [limited, `/${name}/turned/:PUT`, `feed:${name}`]) {
    await broker.rabbitmqctl('delete_queue', queue);
  }
}

describe('F39: two versions of the file at once', function () {
  this.timeout(faultTimeoutMs);

  it('continue with everything they share, name the rest, and take over once it is repaired', async () => {
    const rounds = sized({ short: 1, full: 10 });
    const totals = { rounds, 'watcher got': 0, gaps: 0, sent: 0, lost: 0, duplicate: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const application = await openApplication({
        hasFeed: true,
        endpoints: firstEndpoints,
        workers: (key) =>
          `${workersOf(key)}\n  read: { on: ${key.replace('POST', 'GET')}, use: page, table: message }`,
      });
      const { name } = application;
      const channel = await openChannel(application);
      const limited = await makeLimited(channel, application);
      const first = await Promise.all(
        (['serve', 'live', 'work'] as const).map((role) => application.open(role)),
      );
      const [gateway] = first;
      if (!gateway) throw new Error('there is no gateway');
      const load = startLoad({ call: postTo(application.urlAt(gateway)), perSecond: 100 });
      await load.confirmMore(100);

      const second = await openSecond(application);

      const [old, next] = [`${gateway.url}/${name}/`, `${second.serve.url}/${name}/`];
      expect(await faultsOf(second.serve)).to.have.members([
        `endpoint PUT /${name}/turned/`,
        `endpoint POST /${name}/limited/`,
      ]);
      expect(await faultsOf(second.work)).to.deep.equal(['worker limited']);
      expect(await faultsOf(second.live)).to.deep.equal([]);
      expect(await statusOf('PUT', `${next}turned/`)).to.equal('503 NOT_DECLARED');
      expect(await statusOf('POST', `${next}limited/`)).to.equal('503 NOT_DECLARED');
      expect(await statusOf('POST', `${next}new/`)).to.equal('200 ok');
      expect(await statusOf('GET', next)).to.equal('200 ok');
      expect(await statusOf('POST', `${old}old/`)).to.equal('200 ok');
      expect(await statusOf('PUT', `${old}turned/`)).to.equal('503 NO_WORKER');

      const watcher = await openEventSource(`${second.live.url}/sse/v1/${name}`);
      await load.confirmMore(100);
      const log = await load.stop();
      await Promise.all(first.map((command) => stopCommand(command)));
      await until(() => watcher.events.filter(({ event }) => event === 'message').length >= 100);

      await putRight(channel, application, limited);

      for (const command of Object.values(second)) {
        await until(async () => (await faultsOf(command)).length === 0, recovery);
      }
      await until(async () => (await statusOf('PUT', `${next}turned/`)) === '200 ok', recovery);
      await until(async () => (await statusOf('POST', `${next}limited/`)) === '200 ok', recovery);
      const post = postTo(next);
      const after = startLoad({ call: (id) => post(`later ${id}`), count: 100 });
      await after.ended;
      const isGap = ({ event }: { readonly event: string }): boolean => event === 'gap';
      await until(() => watcher.events.some(isGap), recovery);
      for (const id of after.log.ids('confirmed')) log.record(`later ${id}`, 'confirmed');
      const verdict = await expectKeptBy(application, log);
      totals['watcher got'] += watcher.events.filter(({ event }) => event === 'message').length;
      totals.gaps += watcher.events.filter(isGap).length;
      totals.sent += verdict.sent;
      totals.lost += verdict.lost;
      totals.duplicate += verdict.duplicate;
      await Promise.all(Object.values(second).map((command) => stopCommand(command)));
    }
    printFigures('F39', totals);
    expect(totals.gaps).to.equal(rounds);
  });
});
