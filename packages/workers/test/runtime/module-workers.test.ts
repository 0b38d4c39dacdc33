import { fileURLToPath } from 'node:url';
import { ConfigError, createMessageId, RequestError, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { DatabaseError } from '../../src/database/database-error.ts';
import { Reject, Retry } from '../../src/work/errors.ts';
import type { Call, HandlerContext } from '../../src/work/handler.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { createTestDatabase } from '../support/databases.ts';
import type { TestDatabase } from '../support/databases.ts';
import { testModel, useWorkers } from '../support/workers.ts';

describe('a worker with a handler of its own', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = use(await createTestDatabase(), ({ drop }) => drop());
    db = use(openPostgres({ url: database.url }), (db) => db.close());
  });

  it('gets the call and its context, and its value is the reply', async () => {
    const seen: { call: Call; context: HandlerContext }[] = [];
    const { request } = await useWorkers({
      db,
      call: async (call, context) => {
        seen.push({ call, context });
        return { rows: await context.db.query('SELECT 1 AS a') };
      },
    });

    const reply = await request('POST /calls/{id}', {
      data: '{"n":2}',
      params: '{"id":"7"}',
      declared: '{"if-match":"1"}',
      headers: { 'x-request-id': 'r1' },
    });

    expect(reply).to.deep.equal({ status: undefined, body: '{"rows":[{"a":1}]}' });
    expect(seen[0]?.call).to.deep.equal({
      data: { n: 2 },
      args: null,
      params: { id: '7' },
      headers: { 'if-match': '1' },
      identity: null,
    });
    expect(seen[0]?.context.message).to.deep.include({
      source: 'POST /calls/{id}',
      routingKey: '/calls/{id}:POST',
      worker: 'call',
      requestId: 'r1',
      attempt: 1,
    });
    expect(seen[0]?.context.deadlineEpochMs).to.be.greaterThan(Date.now());
  });

  it('answers null when it returns nothing', async () => {
    const { request } = await useWorkers({ db, call: async () => undefined });

    expect(await request('POST /calls/{id}')).to.deep.equal({ status: undefined, body: 'null' });
  });

  it('answers with the status and code of a RequestError', async () => {
    const call = async () => {
      throw new RequestError(402, 'NO_FUNDS', { detail: 'the account is empty' });
    };
    const { request } = await useWorkers({ db, call });

    expect(await request('POST /calls/{id}')).to.deep.equal({
      status: 402,
      body: '{"error":{"code":"NO_FUNDS","description":"the account is empty"}}',
    });
  });

  it('answers 500 without details to any other error, and logs it', async () => {
    const logged: object[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void logged.push(fields) };
    const failure = new Error('password=secret');
    const { request } = await useWorkers({ db, log, call: () => Promise.reject(failure) });

    const { status, body } = await request('POST /calls/{id}');

    expect(status).to.equal(500);
    expect(body).not.to.include('secret');
    expect(logged).to.have.length(1);
    expect(logged[0]).to.include({ worker: 'call', err: failure });
  });

  it('does not run for a request that comes after its deadline', async () => {
    let calls = 0;
    const started: (() => void)[] = [];
    const { request } = await useWorkers({
      db,
      call: async () => {
        calls += 1;
        await new Promise<void>((resolve) => started.push(resolve));
      },
    });
    const busy = Array.from({ length: 16 }, () => request('POST /calls/{id}'));
    await until(() => started.length === 16);

    const late = await request('POST /calls/{id}', { timeoutMs: 50 }).catch((error: unknown) => error);
    for (const finish of started) finish();
    await Promise.all(busy);
    const after = request('POST /calls/{id}');
    await until(() => started.length === 17);
    started[16]?.();
    await after;

    expect(late).to.include({ code: 'RPC_TIMEOUT' });
    expect(calls).to.equal(17);
  });

  it('is notified at the deadline, and frees its slot even if it does not listen', async () => {
    const signals: AbortSignal[] = [];
    let isStuck = true;
    const { request } = await useWorkers({
      db,
      call: (_call, { signal }) => {
        if (!isStuck) return Promise.resolve('free');
        signals.push(signal);
        return new Promise(() => {});
      },
    });

    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => request('POST /calls/{id}', { timeoutMs: 300 })),
    );

    isStuck = false;

    expect(results.every(({ status }) => status === 'rejected')).to.equal(true);
    await until(() => signals.length > 0 && signals.every(({ aborted }) => aborted));
    expect((await request('POST /calls/{id}')).body).to.equal('"free"');
  });

  it('does not get a message whose identity no gateway wrote', async () => {
    const given: unknown[] = [];
    const { publish, deadLetters } = await useWorkers({ db, event: async (call) => void given.push(call) });
    const letters = deadLetters('POST /events');
    const body = Buffer.from('{"data":1,"args":null,"identity":"root"}');

    await publish('POST /events', '1', { body });

    const letter = await until(() => letters[0]);
    expect(letter.headers['x-dead-reason']).to.equal(
      'the message is not an envelope: the identity is not an object',
    );
    expect(given).to.deep.equal([]);
  });

  it('has its event again after the requested delay', async () => {
    const attempts: number[] = [];
    const { publish } = await useWorkers({
      db,
      event: async (_call, { message }) => {
        attempts.push(message.attempt);
        if (attempts.length < 4) throw new Retry(10);
      },
    });

    await publish('POST /events', '1');

    await until(() => attempts.length === 4);
    expect(attempts).to.deep.equal([1, 2, 3, 4]);
  });

  it('has its event dead-lettered for its own reason', async () => {
    const event = () => Promise.reject(new Reject('no such order'));
    const { publish, deadLetters } = await useWorkers({ db, event });
    const letters = deadLetters('POST /events');

    await publish('POST /events', '1');

    const letter = await until(() => letters[0]);
    expect(letter.headers['x-dead-reason']).to.equal('no such order');
  });

  it('has its event retried, and dead-lettered with the error when the retries are used up', async () => {
    let attempts = 0;
    const event = async () => {
      attempts += 1;
      throw new TypeError('boom');
    };
    const { publish, deadLetters } = await useWorkers({ db, event });
    const letters = deadLetters('POST /events');

    await publish('POST /events', '1');

    const letter = await until(() => letters[0]);
    expect(letter.headers).to.include({ 'x-dead-reason': 'TypeError: boom', 'x-attempts': 2 });
    expect(attempts).to.equal(2);
  });

  it('has a message that is not an envelope dead-lettered without being called', async () => {
    const { publish, deadLetters } = await useWorkers({
      db,
      event: () => Promise.reject(new Error('called')),
    });
    const letters = deadLetters('POST /events');

    const foreign = ['{"data":nonsense}', '{"order":7}', '{}', '{"data":"\xff"}', '{"data":1,"args":"\xff"}'];
    for (const text of foreign) await publish('POST /events', '', { body: Buffer.from(text, 'latin1') });

    await until(() => letters.length === foreign.length);
    for (const { headers } of letters) {
      expect(headers['x-dead-reason']).to.match(/^the message is not an envelope: /);
    }
  });

  it('has a request that is not an envelope answered 500 without being called', async () => {
    const { bus } = await useWorkers({ db, call: () => Promise.resolve('called') });
    const exchange = '/calls/{id}:POST';
    const message = { messageId: createMessageId(), type: 'x', timestampMs: Date.now(), headers: {} };

    const reply = await bus.request(
      exchange,
      { ...message, body: Buffer.from('{"order":7}') },
      { deadlineEpochMs: Date.now() + 5000 },
    );

    expect(reply.status).to.equal(500);
    expect(String(reply.body)).to.include('WORKER_ERROR');
  });

  it('has its first failure retried after it requested more retries than it may fail', async () => {
    const logged: object[] = [];
    const note = (level: string) => (fields: object) => void logged.push({ level, ...fields });
    const log = { ...silentLog, debug: note('debug'), warn: note('warn'), error: note('error') };
    const attempts: number[] = [];
    const { publish, deadLetters } = await useWorkers({
      db,
      log,
      event: async (_call, { message }) => {
        attempts.push(message.attempt);
        if (attempts.length <= 4) throw new Retry(1, 'not yet');
        if (attempts.length === 5) throw new Error('boom');
      },
    });
    const letters = deadLetters('POST /events');

    await publish('POST /events', '1');

    await until(() => attempts.length === 6);
    expect(attempts).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(letters).to.deep.equal([]);
    const planned = logged.filter((fields) => 'reason' in fields && fields.reason === 'not yet');
    expect(planned).to.have.length(4);
    for (const fields of planned) {
      expect(fields).to.include({ level: 'debug', delayMs: 1 }).and.not.have.property('err');
    }
    expect(logged.filter((fields) => 'level' in fields && fields.level === 'error')).to.have.length(1);
  });

  it('runs again when it lost the database, without an attempt being counted', async () => {
    const attempts: number[] = [];
    const { workers, publish } = await useWorkers({
      db,
      event: async (_call, { message }) => {
        attempts.push(message.attempt);
        if (attempts.length < 3) throw new DatabaseError('away', '57P01', new Error('terminated'));
      },
    });

    await publish('POST /events', '1');

    await until(() => attempts.length === 3);
    await until(() => workers.paused === undefined);
    expect(attempts).to.deep.equal([1, 1, 1]);
  });

  it('sends events to other endpoints, in the same trace', async () => {
    const headers = { 'x-request-id': 'r1', traceparent: '00-aa-bb-01', other: 'x' };
    const { bus, request } = await useWorkers({
      db,
      names: ['call'],
      call: async ({ data }, { publish }) => await publish('POST /events', { data }),
    });
    const seen = new Promise<object>((resolve) => {
      bus.consume('/events:POST', async ([delivery]) => {
        resolve({ body: String(delivery?.body), type: delivery?.type, headers: delivery?.headers });
        return [{ kind: 'ack' }];
      });
    });

    await request('POST /calls/{id}', { data: '{"n":1}', headers });

    expect(await seen).to.deep.equal({
      body: '{"data":{"n":1},"args":null}',
      type: 'POST /events',
      headers: { 'x-request-id': 'r1', traceparent: '00-aa-bb-01' },
    });
  });

  it('cannot send to an endpoint that does not exist or waits for replies', async () => {
    const errors: unknown[] = [];
    const { request } = await useWorkers({
      db,
      call: async (_call, { publish }) => {
        for (const key of ['POST /none', 'GET /messages/']) {
          await publish(key, {}).catch((error: unknown) => errors.push(error));
        }
      },
    });

    await request('POST /calls/{id}');

    expect(errors.map(String)).to.deep.equal([
      'TypeError: the file has no source POST /none',
      'TypeError: GET /messages/ is a request, which needs an answer: use request',
    ]);
  });

  it('is notified when the process ends, and its message goes back', async () => {
    let calls = 0;
    const { workers, publish, bus } = await useWorkers({
      db,
      event: () => {
        calls += 1;
        return new Promise(() => {});
      },
    });
    await publish('POST /events', '1');
    await until(() => calls === 1);

    await workers.close({ timeoutMs: 200 });

    const back = new Promise<boolean>((resolve) => {
      bus.consume('/events:POST', async ([delivery]) => {
        resolve(delivery?.attempt === 1);
        return [{ kind: 'ack' }];
      });
    });
    expect(await back).to.equal(true);
  });

  it('is loaded from the file that the model names', async () => {
    const path = fileURLToPath(new URL('../support/doubling-handler.js', import.meta.url));
    const { request } = await useWorkers({ db, model: withModule(path), loadModule: undefined });

    expect((await request('POST /calls/{id}', { data: '{"n":21}' })).body).to.equal('{"doubled":42}');
  });

  it('is refused, with its name and path, when it cannot be loaded or is not defined', async () => {
    const openings = [
      ['/none.js', () => useWorkers({ db, model: withModule('/none.js'), loadModule: undefined })],
      ['/app/event.ts', () => useWorkers({ db, loadModule: async () => ({ default: () => 1 }) })],
    ] as const;

    for (const [path, open] of openings) {
      const error = await open().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ConfigError).with.property('message').that.includes(path);
    }
  });
});

/** The model with another file for the worker `call`, and no other worker. */
function withModule(path: string) {
  const workers = testModel.workers.filter(({ name }) => name === 'call');
  return {
    ...testModel,
    workers: workers.map((worker) => ({ ...worker, use: { kind: 'module', path } as const })),
  };
}
