import { expect } from 'chai';
import { until } from '../support/until.ts';
import { type Outcomes, post, postMany } from './calls.ts';
import { openCommand, startCommand, stopCommand, untilReady } from './command.ts';
import { ascending, openDistributed, range, readStored } from './distributed.ts';
import { openLiveSocket } from './live-socket.ts';
import { openBroker } from '../support/broker.ts';
import { openPostgres } from '../support/postgres.ts';
import { use } from '../support/use.ts';

/** Answers that promise nothing: not accepted, or unknown. */
const honestFailures = new Set([503, 504]);

/** Waits until everything that was confirmed is stored; fails when something is lost, doubled or unexpected. */
async function expectNothingLost(databaseUrl: string, outcomes: Outcomes, sent: number): Promise<void> {
  const confirmed = outcomes.get(200) ?? [];
  const stored = await until(
    async () => {
      const now = await readStored(databaseUrl);
      const held = new Set(now.numbers);
      return confirmed.every((n) => held.has(n)) && now;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  expect(new Set(stored.numbers).size, 'no duplicates').to.equal(stored.numbers.length);
  expect(stored.positions, 'dense').to.deep.equal(range(stored.positions.length, 1));
  const possible = new Set(range(sent));
  expect(
    stored.numbers.filter((n) => !possible.has(n)),
    'nothing unexpected',
  ).to.deep.equal([]);
  for (const status of outcomes.keys()) {
    if (status !== 200) expect(honestFailures, `status ${status}`).to.include(status);
  }
}

describe('faults under load', function () {
  this.timeout(240_000);

  it('lose nothing confirmed when a worker, the broker and PostgreSQL go in turn', async () => {
    const count = 5_000;
    const { broker, postgres, workers, messageUrls, env } = await openDistributed();
    const faults = new Map<number, () => Promise<unknown>>([
      [1_000, async () => workers[0].child.kill('SIGKILL')],
      [2_000, () => broker.stop().then(() => broker.start())],
      [3_500, () => postgres.restart()],
    ]);
    const running: Promise<unknown>[] = [];

    const outcomes = await postMany({
      urls: messageUrls,
      count,
      onAnswer: (answered) => {
        const fault = faults.get(answered);
        if (fault) running.push(fault());
      },
    });

    await Promise.all(running);
    expect(running).to.have.length(3);
    await openCommand({ args: ['work'], env });
    await expectNothingLost(postgres.url, outcomes, count);
    expect(outcomes.get(200)?.length ?? 0, 'confirmed').to.be.above(1_000);
  });

  it('lose nothing confirmed when the broker is killed, and publishing goes on by itself', async () => {
    const count = 3_000;
    const { broker, postgres, messageUrls, gateways } = await openDistributed();
    let restarted: Promise<unknown> | undefined;

    const outcomes = await postMany({
      urls: messageUrls,
      count,
      onAnswer: (answered) => {
        if (answered === 1_000) restarted = broker.kill().then(() => broker.start());
      },
    });
    await restarted;

    await Promise.all(gateways.map(untilReady));
    expect((await post(messageUrls[0] ?? '', { n: count })).status).to.equal(200);
    await expectNothingLost(postgres.url, outcomes, count + 1);
  });

  it('lose nothing when every process is asked to stop in mid-load', async () => {
    const count = 2_000;
    const { postgres, gateways, workers, lives, messageUrls, env } = await openDistributed();
    const stopping: Promise<unknown>[] = [];

    const outcomes = await postMany({
      urls: messageUrls,
      count,
      onAnswer: (answered) => {
        if (answered === 500) stopping.push(stopCommand(workers[0]), stopCommand(lives[0]));
        if (answered === 1_000) stopping.push(stopCommand(gateways[0]));
      },
    });

    expect(await Promise.all(stopping)).to.deep.equal([0, 0, 0]);
    expect(await stopCommand(workers[1])).to.equal(0);
    await openCommand({ args: ['work'], env });
    const reached = new Map([...outcomes].filter(([status]) => status !== 0));
    await expectNothingLost(postgres.url, reached, count);
  });

  it('hold messages while PostgreSQL is away, say so, and store them when it is back', async () => {
    const { postgres, workers, messageUrls } = await openDistributed();
    await postgres.stop();

    const outcomes = await postMany({ urls: messageUrls, count: 300 });
    const notReady = await until(async () => {
      const response = await fetch(`${workers[0].adminUrl}/readyz`);
      return response.status === 503 && (await response.text());
    });
    await postgres.start();

    expect([...outcomes.keys()]).to.deep.equal([200]);
    expect(notReady).to.contain('database');
    await expectNothingLost(postgres.url, outcomes, 300);
    await Promise.all(workers.map(untilReady));
  });

  it('start without a broker, answer 503 meanwhile, and recover when it appears', async () => {
    const broker = use(await openBroker(), (broker) => broker.close());
    const postgres = use(await openPostgres(), (postgres) => postgres.close());
    await broker.stop();
    const env = { AMQP_URL: broker.url, DATABASE_URL: postgres.url, LOG_LEVEL: 'silent' };
    const commands = await Promise.all(
      ['serve', 'work', 'live'].map((role) => startCommand({ args: [role], env })),
    );
    const [gateway, , live] = commands;
    if (!gateway || !live) throw new Error('not started');
    const readyz = await until(() => fetch(`${gateway.adminUrl}/readyz`));

    const refused = await post(`${gateway.url}/messages/`, { n: 0 });

    expect(readyz.status).to.equal(503);
    expect(await readyz.text()).to.contain('down');
    expect(refused.status).to.equal(503);
    expect(Number(refused.headers.get('retry-after'))).to.be.above(0);
    expect(await refused.json()).to.include({ code: 'BROKER_UNAVAILABLE' });

    await broker.start();
    await Promise.all(commands.map(untilReady));
    const { received } = await openLiveSocket(live.url);
    const accepted = await post(`${gateway.url}/messages/`, { n: 1 });

    expect(accepted.status).to.equal(200);
    await until(async () => (await readStored(postgres.url)).numbers.includes(1));
    await until(() => received.length > 0);
    expect(ascending((await readStored(postgres.url)).numbers)).to.deep.equal([1]);
  });
});
