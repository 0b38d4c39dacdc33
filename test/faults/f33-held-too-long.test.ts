import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, silentLog } from '@restmapper/core';
import { openAmqpBus } from '@restmapper/bus';
import { topologyOf } from '@restmapper/endpoints';
import { defineHandler, openPostgres, openWorkers } from '@restmapper/workers';
import { expect } from 'chai';
import { openBroker } from '../support/broker.ts';
import { printFigures } from '../support/figures.ts';
import { openPostgres as openPostgresServer } from '../support/postgres.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Application, openApplication, openBusOf } from './support/application.ts';
import { createEvent, publishTo } from './support/calls.ts';
import { startLoad } from './support/load.ts';
import { expectKept } from './support/oracle.ts';

/** So short that every long hold exceeds it; RabbitMQ checks every second here. */
const timeoutMs = 3_000;

const restarts = 25;

/** An application on its own servers, whose broker soon requeues messages that are held. */
async function openHasty(options: Parameters<typeof openApplication>[0] = {}): Promise<Application> {
  const settings = { consumer_timeout: String(timeoutMs) };
  const [broker, postgres] = await Promise.all([openBroker({ settings }), openPostgresServer()]);
  use(broker, () => broker.close());
  use(postgres, () => postgres.close());
  // By default it checks once a minute; rabbitmq.conf has no setting for that.
  await broker.rabbitmqctl('eval', 'application:set_env(rabbit, channel_tick_interval, 1000).');
  return openApplication({ ...options, servers: { broker, postgres } });
}

interface Parts {
  readonly log?: Log;
  readonly loadModule?: () => Promise<unknown>;
}

/** A worker, within this process. */
async function startWorkers(
  { model, broker, databaseUrl }: Application,
  { log = silentLog, loadModule }: Parts = {},
) {
  const bus = openAmqpBus({ urls: [broker.url], topology: topologyOf(model), name: 'f33', log });
  const db = openPostgres({ url: databaseUrl });
  const workers = await openWorkers({ model, bus, db, ...(loadModule && { loadModule }) });
  const close = async (): Promise<void> => {
    await workers.close({ timeoutMs: 2_000 });
    await bus.close({ timeoutMs: 2_000 });
    await db.close();
  };
  return { workers, bus, close };
}

/** Records the warnings of the log. */
function createWarnings(): { readonly log: Log; readonly warnings: string[] } {
  const warnings: string[] = [];
  const warn = (fields: object, message: string): void => {
    const cause = 'err' in fields && fields.err instanceof Error ? fields.err.message : '';
    warnings.push(`${message} ${cause}`);
  };
  return { log: { ...silentLog, warn }, warnings };
}

const endedByBroker = /the broker ended a consumer/;

describe('F33: messages that are held for longer than the broker allows', function () {
  this.timeout(faultTimeoutMs);

  it('never run concurrently with a run whose signal has not aborted, and the log says why', async () => {
    const application = await openHasty({
      workers: (key) => `  slow: { on: ${key}, use: ./slow.js, concurrency: 8 }`,
    });
    const runs: {
      readonly id: string;
      readonly signal: AbortSignal;
      hasEnded: boolean;
      isBeside: boolean;
    }[] = [];
    const handler = defineHandler<{ id: string }>(async ({ data: { id } }, { signal }) => {
      const before = runs.filter((run) => run.id === id);
      const run = {
        id,
        signal,
        hasEnded: false,
        isBeside: before.some((other) => !other.hasEnded && !other.signal.aborted),
      };
      runs.push(run);
      // Every other run ignores its signal.
      if (before.length === 0) await sleep(10_000, undefined, Number(id) % 2 === 0 ? { signal } : {});
      run.hasEnded = true;
    });
    const { log, warnings } = createWarnings();
    const loadModule = async () => ({ default: handler });
    const { bus, close } = await startWorkers(application, { log, loadModule });
    use(bus, close);
    const count = sized({ short: 4, full: 40 });
    const done = (): number => new Set(runs.filter(({ hasEnded }) => hasEnded).map(({ id }) => id)).size;

    await until(() => bus.status.state === 'up', { timeoutMs: 30_000 });
    for (let id = 0; id < count; id += 1) {
      await bus.publish(application.exchange, createEvent(String(id)), {
        deadlineEpochMs: Date.now() + 10_000,
      });
    }
    await until(() => done() === count, { timeoutMs: faultTimeoutMs / 2 });

    const beside = runs.filter(({ isBeside }) => isBeside).length;
    const { dead } = await findDead(application);
    printFigures('F33', { messages: count, runs: runs.length, beside, dead });
    expect({ beside, dead }).to.deep.equal({ beside: 0, dead: 0 });
    expect(runs.length).to.be.above(count);
    expect(warnings.filter((text) => endedByBroker.test(text))).to.not.deep.equal([]);
    expect(warnings.join('\n')).to.match(/timed out|cancelled/);
  });

  it('do not occur while the database is away: messages wait queued, and are stored later', async () => {
    const application = await openHasty();
    const { log, warnings } = createWarnings();
    const { workers, bus, close } = await startWorkers(application, { log });
    use(bus, close);
    const load = startLoad({
      call: publishTo({ bus: await openBusOf(application), exchange: application.exchange }),
      perSecond: 100,
    });
    await load.confirmMore(50);

    await application.postgres.stop();
    await until(() => workers.paused, { timeoutMs: 30_000 });
    await sleep(sized({ short: 4 * timeoutMs, full: 300_000 }));
    await application.postgres.start();
    const verdict = await expectKept(await load.stop(), () => application.find(), faultTimeoutMs / 3);

    printFigures('F33', { ...verdict, 'ended consumers': warnings.length });
    expect(verdict).to.include({ dead: 0, unknown: 0 });
    expect(warnings.filter((text) => endedByBroker.test(text))).to.deep.equal([]);
  });

  it(`do not occur in ${restarts} restarts while the database is away`, async () => {
    const application = await openHasty();
    const first = await startWorkers(application);
    const publisher = await openBusOf(application);
    await application.postgres.stop();
    const load = startLoad({
      call: publishTo({ bus: publisher, exchange: application.exchange }),
      // With many messages, each would be redelivered only a few times: returned ones go behind the others.
      count: 2,
    });
    await load.ended;
    await first.close();

    for (let n = 0; n < restarts; n += 1) {
      const { workers, close } = await startWorkers(application);
      await workers.ready;
      // A worker that consumes would receive the waiting messages in that time.
      await sleep(1_000);
      await close();
    }
    await application.postgres.start();
    const last = await startWorkers(application);
    use(last, () => last.close());
    const verdict = await expectKept(load.log, () => application.find(), faultTimeoutMs / 3);

    printFigures('F33', { restarts, ...verdict });
    expect(verdict).to.include({ dead: 0, unknown: 0 });
  });
});

/** The number of dead letters; a handler stores nothing. */
async function findDead({ model, broker, exchange }: Application): Promise<{ dead: number }> {
  const bus = await openBusOf({ model, broker });
  const depth = (await bus.inspect()).find(({ name }) => name === `${exchange}.dead`);
  return { dead: depth?.messages ?? 0 };
}
