import { randomBytes } from 'node:crypto';
import { type Bus, encodeEnvelope, type Message, openAmqpBus, openMemoryBus } from '@restmapper/bus';
import { createMessageId, RequestError, silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../../../../test/support/amqp.ts';
import { idOf, parentOf, recordSpans } from '../../../../test/support/recorded-spans.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createAbsentDatabase } from '../../src/database/absent-database.ts';
import { defineHandler, type Handler, type HandlerContext } from '../../src/work/handler.ts';
import { openWorkers } from '../../src/runtime/workers.ts';

/** Asks `b`, which asks `c`. */
const file = (id: string): string => `
endpoints:
  PUT /${id}/{n}: { rpc: { timeout: 700ms }, body: true }
  POST /${id}/audit:
    fanout: true
    body: { type: object, required: [n], properties: { n: { type: integer } } }
    query: { properties: { limit: { type: integer, default: 20 } } }
internal:
  ${id}.b: { rpc: true, body: true }
  ${id}.c:
    rpc: { timeout: 5s }
    body: { type: object, required: [n], properties: { n: { type: integer } } }
    args: { properties: { unit: { type: string, default: cent } } }
    reply: { type: integer }
workers:
  a: { on: "PUT /${id}/{n}", use: ./a.ts }
  b: { on: ${id}.b, use: ./b.ts }
  c: { on: ${id}.c, use: ./c.ts }
  audit: { on: POST /${id}/audit, use: ./audit.ts }
`;

type Handlers = Readonly<Partial<Record<'a' | 'b' | 'c' | 'audit', Handler>>>;

interface Chain {
  readonly id: string;
  /** The contexts of `a`, `b` and `c`, as they were called. */
  readonly contexts: readonly HandlerContext[];
  /** Asks `a`; resolves with the reply, or the error that the caller of a gateway would get. */
  call(data?: unknown, message?: Partial<Message>): Promise<unknown>;
}

type OpenBus = (model: Model) => Promise<Bus>;

const kinds: Readonly<Record<string, () => OpenBus>> = {
  'in one process': () => {
    let shared: Bus | undefined;
    return async (model) =>
      (shared ??= use(openMemoryBus({ topology: topologyOf(model) }), (bus) =>
        bus.close({ timeoutMs: 500 }),
      ));
  },
  'over RabbitMQ, each worker on a connection of its own': () => {
    let isDeleted = false;
    return async (model) => {
      const topology = topologyOf(model);
      if (!isDeleted) use(topology, deleteTopology);
      isDeleted = true;
      const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'requests', log: silentLog });
      return use(bus, (bus) => bus.close({ timeoutMs: 500 }));
    };
  },
};

async function openChain(openBus: OpenBus, handlers: (id: string) => Handlers): Promise<Chain> {
  const id = `r${randomBytes(6).toString('hex')}`;
  const model = parseEndpoints(file(id), { file: 'endpoints.yaml', directory: '/app' });
  const contexts: HandlerContext[] = [];
  const given = handlers(id);
  const db = createAbsentDatabase('there is none');
  for (const [name, handle] of Object.entries(given)) {
    const recorded: Handler = (call, context) => {
      contexts.push(context);
      return handle(call, context);
    };
    const loadModule = async () => ({ default: defineHandler(recorded) });
    const bus = await openBus(model);
    const workers = await openWorkers({ model, bus, db, names: [name], loadModule });
    use(workers, (workers) => workers.close({ timeoutMs: 500 }));
    await workers.ready;
  }
  const bus = await openBus(model);
  await until(() => bus.status.state === 'up');
  const exchange = `/${id}/{n}:PUT`;
  return {
    id,
    contexts,
    async call(data = null, fields = {}) {
      const message: Message = {
        body: encodeEnvelope({
          data: Buffer.from(JSON.stringify(data)),
          args: Buffer.from('null'),
          params: Buffer.from('{"n":"1"}'),
          identity: Buffer.from('{"subject":"u1","scheme":"s","scopes":[],"claims":{}}'),
        }),
        messageId: createMessageId(),
        type: `PUT /${id}/{n}`,
        timestampMs: Date.now(),
        headers: { 'x-request-id': 'r1' },
        ...fields,
      };
      const reply = await bus.request(exchange, message, { deadlineEpochMs: Date.now() + 700 });
      return { status: reply.status, body: JSON.parse(String(reply.body)) as unknown };
    },
  };
}

/** `a` asks `b`, and `b` asks `c` with what it got. */
const asking = (id: string): Handlers => ({
  a: ({ data }, { request }) => request(`${id}.b`, { data }),
  b: ({ data }, { request }) => request(`${id}.c`, { data }),
});

for (const [kind, busOf] of Object.entries(kinds)) {
  describe(`a worker that asks another one, ${kind}`, function () {
    this.timeout(20_000);

    it('is in one trace with all that it asks, each span below the one that caused it', async () => {
      const spans = recordSpans();
      const { call, id } = await openChain(busOf(), (id) => ({
        ...asking(id),
        c: async (_call, { publish }) => {
          await publish(`POST /${id}/audit`, { data: { n: 1 } });
          return 7;
        },
        audit: async () => undefined,
      }));
      const queues = [`/${id}/{n}:PUT`, `internal:${id}.b`, `internal:${id}.c`];
      const chain = queues.flatMap((queue) => [`request ${queue}`, `process ${queue}`]);

      await call({ n: 1 });

      const names = [...chain, `publish /${id}/audit:POST`];
      const ended = await until(() => {
        const found = names.map((name) => spans.all().find((span) => span.name === name));
        return found.every((span) => span !== undefined) && found;
      });
      expect(new Set(ended.map((span) => span.spanContext().traceId)).size).to.equal(1);
      expect(ended.map(parentOf)).to.deep.equal([undefined, ...ended.slice(0, -1).map(idOf)]);
    });

    it('gets the value of its reply, through any number of workers', async () => {
      const calls: unknown[] = [];
      const { call, contexts, id } = await openChain(busOf(), (id) => ({
        ...asking(id),
        c: async (call) => {
          calls.push(call);
          return 7;
        },
      }));

      expect(await call({ n: 1 })).to.deep.equal({ status: undefined, body: 7 });
      const identity = { subject: 'u1', scheme: 's', scopes: [], claims: {} };
      expect(calls).to.deep.equal([
        { data: { n: 1 }, args: { unit: 'cent' }, params: {}, headers: {}, identity },
      ]);
      expect(
        contexts.map(({ message }) => [message.worker, message.source, message.requestId]),
      ).to.deep.equal([
        ['a', `PUT /${id}/{n}`, 'r1'],
        ['b', `${id}.b`, 'r1'],
        ['c', `${id}.c`, 'r1'],
      ]);
    });

    it('leaves the identity out if told so', async () => {
      const { call } = await openChain(busOf(), (id) => ({
        a: (_call, { request }) => request(`${id}.b`, {}, { identity: false }),
        b: async ({ identity }) => identity,
      }));

      expect(await call()).to.deep.equal({ status: undefined, body: null });
    });

    it('has 503 at once for its caller when the last one is away', async () => {
      const { call } = await openChain(busOf(), asking);
      await call({ n: 1 });
      const startedMs = performance.now();

      const answer = await call({ n: 1 });

      expect(answer).to.deep.equal({
        status: 503,
        body: {
          error: {
            code: 'NO_WORKER',
            description: 'the worker needs another one, which cannot be reached right now',
          },
        },
      });
      expect(performance.now() - startedMs).to.be.lessThan(100);
    });

    it("is aborted with all others at the caller's deadline when the last one is slow", async () => {
      const abortedMs: number[] = [];
      const slow: Handler = (_call, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      const { call, contexts } = await openChain(busOf(), (id) => ({ ...asking(id), c: slow }));
      const failed = call({ n: 1 }).catch((error: unknown) => ({ error, atMs: Date.now() }));
      await until(() => contexts.length === 3);
      for (const { signal } of contexts) signal.addEventListener('abort', () => abortedMs.push(Date.now()));
      const deadlines = contexts.map(({ deadlineEpochMs = 0 }) => deadlineEpochMs);

      const { error, atMs } = (await failed) as { error: unknown; atMs: number };

      expect(error).to.include({ code: 'RPC_TIMEOUT' });
      await until(() => abortedMs.length === 3);
      for (const at of [...abortedMs, ...deadlines]) expect(Math.abs(at - atMs)).to.be.lessThan(200);
    });

    it('passes on the RequestError of the last one, with status, code, violations and headers', async () => {
      const seen: unknown[] = [];
      const { call } = await openChain(busOf(), (id) => ({
        ...asking(id),
        a: ({ data }, { request }) =>
          request(`${id}.b`, { data }).catch((error: unknown) => {
            seen.push(error);
            throw error;
          }),
        c: async () => {
          throw new RequestError(402, 'NO_FUNDS', {
            detail: 'empty',
            violations: [{ pointer: '/n', detail: 'is too much' }],
            headers: { 'retry-after': '9' },
          });
        },
      }));

      expect(await call({ n: 1 })).to.deep.equal({
        status: 402,
        body: {
          error: {
            code: 'NO_FUNDS',
            description: 'empty',
            errors: [{ pointer: '/n', detail: 'is too much' }],
            headers: { 'retry-after': '9' },
          },
        },
      });
      expect(seen[0]).to.be.instanceOf(RequestError).and.include({ status: 402, message: 'empty' });
    });

    it('answers 500 when the last one throws or replies with something else', async () => {
      let reply: () => unknown = () => {
        throw new Error('it broke');
      };
      const { call } = await openChain(busOf(), (id) => ({ ...asking(id), c: async () => reply() }));

      const thrown = await call({ n: 1 });
      reply = () => 'not an integer';
      const garbage = await call({ n: 1 });

      expect(thrown).to.deep.include({
        status: 500,
        body: { error: { code: 'WORKER_ERROR', description: 'the worker failed' } },
      });
      expect(garbage).to.have.property('status', 502);
      expect(garbage).to.have.nested.property('body.error.code', 'BAD_REPLY');
      expect(garbage).to.have.nested.property('body.error.description').that.contains('must be integer');
    });

    it('is answered 508 in a circle', async () => {
      const { call, contexts } = await openChain(busOf(), (id) => ({
        a: (_call, { request }) => request(`${id}.b`),
        b: (_call, { request }) => request(`${id}.b`),
      }));
      const startedMs = performance.now();

      const answer = await call();

      expect(answer).to.have.property('status', 508);
      expect(answer).to.have.nested.property('body.error.code', 'LOOP');
      expect(contexts).to.have.length(9);
      expect(performance.now() - startedMs).to.be.lessThan(500);
    });

    it('stops waiting with its own signal, or its own timeout', async () => {
      const seen: unknown[] = [];
      const stop = new AbortController();
      const { call } = await openChain(busOf(), (id) => ({
        a: async (_call, { request }) => {
          const left = request(`${id}.b`, {}, { signal: stop.signal }).catch((error: unknown) => error);
          const late = request(`${id}.b`, {}, { timeoutMs: 50 }).catch((error: unknown) => error);
          stop.abort(new Error('the caller left'));
          seen.push(await left, await late);
          return await request(`${id}.b`, {}, { signal: stop.signal }).catch((error: Error) => error.message);
        },
        b: (_call, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))),
      }));

      expect(await call()).to.deep.equal({ status: undefined, body: 'the caller left' });
      expect(seen[0]).to.have.property('message', 'the caller left');
      expect(seen[1]).to.include({ code: 'RPC_TIMEOUT' });
    });

    it('learns at once what is wrong with what it sends', async () => {
      const errors: string[] = [];
      const audited: unknown[] = [];
      const { call } = await openChain(busOf(), (id) => ({
        a: async (_call, { request, publish }) => {
          const wrong = [
            () => request(`${id}.c`, { data: { n: 'one' } }),
            () => request(`${id}.c`, { data: { n: 1 }, args: { unti: 'x' } }),
            () => request(`${id}.b`, { params: { n: 1 } }),
            () => request(`${id}.d`),
            () => request(`POST /${id}/audit`, { data: { n: 1 } }),
            () => publish(`${id}.b`, {}),
            () => publish(`POST /${id}/audit`, { data: {} }),
          ];
          for (const send of wrong) {
            await send().catch((error: Error) => errors.push(`${error.name}: ${error.message}`));
          }
          await publish(`POST /${id}/audit`, { data: { n: 2, gone: undefined } });
        },
        audit: async (call) => void audited.push(call),
      }));

      await call();

      expect(errors.map((error) => error.replaceAll(/r[\da-f]{12}/g, 'r'))).to.deep.equal([
        'TypeError: r.c refuses its data: /n must be integer',
        'TypeError: r.c refuses its args: /unti is not declared',
        'TypeError: r.b takes no params',
        'TypeError: the file has no source r.d; did you mean r.b?',
        'TypeError: POST /r/audit is an event, which is not answered: use publish',
        'TypeError: r.b is a request, which needs an answer: use request',
        'TypeError: POST /r/audit refuses its data: /n is required',
      ]);
      await until(() => audited.length === 1);
      expect(audited[0]).to.deep.include({ data: { n: 2 }, args: { limit: 20 }, identity: null });
    });
  });
}
