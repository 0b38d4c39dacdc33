import { type Bus, encodeEnvelope, openMemoryBus } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import { createFindRoute, type Model, parseEndpoints, sourcesOf, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createAbsentDatabase } from '../../src/database/absent-database.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import { defineHandler, type Handler } from '../../src/work/handler.ts';

const file = `
endpoints:
  PUT /start: { rpc: true, body: true }
  POST /priced: { rpc: { routingKey: data.region }, body: &regional { type: object, required: [region], properties: { region: { enum: [eu, us] } } } }
internal:
  check: { fanout: { routingKey: data.region, expires: 5s }, body: *regional }
  results: { fanout: true, body: { type: object, properties: { member: { type: string } } } }
workers:
  start: { on: PUT /start, use: ./start.ts, database: false }
  checker: { on: check, use: ./checker.ts, database: false, only: [eu] }
  pricer: { on: POST /priced, use: ./pricer.ts, database: false, only: [eu] }
  engine: { on: results, use: ./engine.ts, database: false, orderingKey: data.member, partitions: 4, concurrency: 8 }
`;

const parse = (text: string): Model => parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' });

/** Runs the workers of the file, each of which has the handler of its name. */
async function startWorkers(handlers: Readonly<Record<string, Handler>>) {
  const model = parse(file);
  const bus = use(openMemoryBus({ topology: topologyOf(model) }), (it) => it.close({ timeoutMs: 100 }));
  const workers = use(
    await openWorkers({
      model,
      bus,
      db: createAbsentDatabase('there is none'),
      loadModule: async (path) => {
        const name = /(\w+)\.ts$/.exec(path)?.[1] ?? '';
        return { default: defineHandler(handlers[name] ?? (async () => null)) };
      },
    }),
    (it) => it.close({ timeoutMs: 500 }),
  );
  await workers.ready;
  const sourceOf = (key: string) => {
    const source = sourcesOf(model).find((each) => each.key === key);
    if (!source) throw new Error(`the file has ${key}`);
    return source;
  };
  return { bus, workers, sourceOf };
}

/** A message with these data. */
function messageOf(data: unknown, headers = {}) {
  const body = encodeEnvelope({ data: Buffer.from(JSON.stringify(data)), args: Buffer.from('null') });
  return { body, messageId: createMessageId(), type: 'test', timestampMs: Date.now(), headers };
}

async function ask(bus: Bus, exchange: string): Promise<unknown> {
  const reply = await bus.request(exchange, messageOf({}), { deadlineEpochMs: Date.now() + 5_000 });
  return JSON.parse(String(reply.body));
}

describe('workers with several queues', () => {
  it('get the messages of their values only, with the value as routing key', async () => {
    const got: unknown[] = [];
    const { bus, sourceOf } = await startWorkers({
      checker: async ({ data }, { message }) => void got.push([data, message.routingKey]),
      start: async (_call, { publish }) => {
        await publish('check', { data: { region: 'us' } });
        await publish('check', { data: { region: 'eu' } });
      },
    });

    await ask(bus, sourceOf('PUT /start').exchange);

    await until(() => got.length === 1);
    expect(got).to.deep.equal([[{ region: 'eu' }, 'eu']]);
    const depths = await bus.inspect();
    expect(depths.find(({ name }) => name === 'internal:check@us')?.messages).to.equal(1);
  });

  it('publish events that expire', async () => {
    const { bus, sourceOf } = await startWorkers({
      start: async (_call, { publish }) => publish('check', { data: { region: 'us' } }),
    });
    const before = Date.now();

    await ask(bus, sourceOf('PUT /start').exchange);

    const expiries: unknown[] = [];
    const subscription = bus.consume('internal:check@us', async (batch) => {
      expiries.push(...batch.map(({ expiresEpochMs }) => expiresEpochMs));
      return batch.map(() => ({ kind: 'ack' }));
    });
    use(subscription, (it) => it.close());
    await until(() => expiries.length === 1);
    expect(expiries[0]).to.be.within(before + 5_000, Date.now() + 5_000);
  });

  it('answer requests of handlers for their values; those of others have no worker', async () => {
    const { bus, sourceOf } = await startWorkers({
      pricer: async (_call, { message }) => message.routingKey,
      start: async (_call, { request }) => ({
        eu: await request('POST /priced', { data: { region: 'eu' } }),
        us: await request('POST /priced', { data: { region: 'us' } }).catch((error: unknown) =>
          String(error),
        ),
      }),
    });

    const { eu, us } = (await ask(bus, sourceOf('PUT /start').exchange)) as Record<string, unknown>;

    expect(eu).to.equal('/priced:POST@eu');
    expect(us).to.match(/nothing consumes \/priced:POST@us/);
  });

  it('of requests stay until the end of a reload whose workers take other values', async () => {
    const { bus, workers, sourceOf } = await startWorkers({ pricer: async () => 7 });
    const { exchange } = sourceOf('POST /priced');
    const priceIn = async (region: string): Promise<unknown> => {
      const routingKey = `${exchange}@${region}`;
      const options = { routingKey, deadlineEpochMs: Date.now() + 5_000 };
      const message = messageOf({ region });
      const body = await bus.request(exchange, message, options).then(({ body }) => body, String);
      return String(body);
    };
    const next = await workers.prepare(parse(file.replace(/(\.\/pricer.*only: \[)eu/, '$1us')));
    await next.start();

    next.adopt();
    expect([await priceIn('us'), await priceIn('eu')]).to.deep.equal(['7', '7']);

    await next.retire({});
    expect(await priceIn('eu')).to.match(/nothing consumes/);
    expect(await priceIn('us')).to.equal('7');
  });

  it('process the messages of a key one after the other, and those of others beside them', async () => {
    const runs: string[] = [];
    const [running, overlaps] = [new Set<string>(), [] as string[]];
    let mostAtOnce = 0;
    const { bus, sourceOf } = await startWorkers({
      engine: async ({ data }) => {
        const { member, n } = data as { readonly member: string; readonly n: number };
        if (running.has(member)) overlaps.push(member);
        running.add(member);
        mostAtOnce = Math.max(mostAtOnce, running.size);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running.delete(member);
        runs.push(`${member}${n}`);
      },
    });
    const results = sourceOf('results');
    const findRoute = createFindRoute(results);
    const members = ['ann', 'bob', 'eve'];

    for (let n = 0; n < 10; n += 1) {
      for (const member of members) {
        const data = { member, n };
        const { routingKey, headers } = findRoute?.({ data: Buffer.from(JSON.stringify(data)) }) ?? {};
        const options = { routingKey, deadlineEpochMs: Date.now() + 5_000 };
        await bus.publish(results.exchange, messageOf(data, headers), options);
      }
    }

    await until(() => runs.length === 30);
    expect(overlaps).to.deep.equal([]);
    expect(mostAtOnce).to.be.greaterThan(1);
    for (const member of members) {
      expect(runs.filter((run) => run.startsWith(member))).to.deep.equal(
        Array.from({ length: 10 }, (_none, n) => `${member}${n}`),
      );
    }
  });
});
