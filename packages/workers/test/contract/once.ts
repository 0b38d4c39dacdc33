import { randomUUID } from 'node:crypto';
import { type Delivery, encodeEnvelope } from '@restmapper/bus';
import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { migrate } from '../../src/database/migrate.ts';
import { deleteExpired } from '../../src/handlers/once/inbox.ts';
import { createOnceWork, type WorkWithin } from '../../src/handlers/once/once-work.ts';
import type { HandlerReply } from '../../src/work/outcome.ts';
import type { WorkOne } from '../../src/work/work.ts';
import type { WorkScope } from '../../src/handlers/once/message-transaction.ts';
import { until } from '../../../../test/support/until.ts';
import { createDelivery } from '../support/deliveries.ts';
import type { GetDatabase } from './index.ts';

const { signal } = new AbortController();

/** A request that its caller can repeat with a key, with these other fields. */
function createRequest({ data = '1', ...fields }: Partial<Delivery> & { data?: string } = {}): Delivery {
  return createDelivery({
    body: encodeEnvelope({ data: Buffer.from(data), args: Buffer.from('null') }),
    messageId: randomUUID(),
    wantsReply: true,
    headers: { 'idempotency-key': 'k' },
    ...fields,
  });
}

interface Rig {
  readonly work: WorkOne;
  /** How many rows the work has written. */
  readonly effects: () => Promise<number>;
}

interface WorkOptions {
  /** Runs before the row is written. */
  readonly before?: () => Promise<void>;
  readonly after?: WorkWithin;
  readonly keepMs?: number;
  readonly beginsWithStatement?: boolean;
}

/** Work that writes a row, and runs these functions. */
async function openWork(
  getDatabase: GetDatabase,
  { before = async () => {}, after = async () => answer('"done"'), ...options }: WorkOptions = {},
): Promise<Rig> {
  const db = getDatabase();
  await migrate(db);
  const table = `effect_${randomUUID().replaceAll('-', '')}`;
  await db.query(`CREATE TABLE ${table} (n integer)`);
  const within: WorkWithin = async (delivery, ending, scope) => {
    await before();
    await scope.db.query(`INSERT INTO ${table} VALUES (1)`);
    return await after(delivery, ending, scope);
  };
  return {
    work: createOnceWork(within, { worker: table, db, keepMs: 60_000, ...options }),
    async effects() {
      const [row] = await db.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
      return row?.count ?? Number.NaN;
    },
  };
}

function answer(json: string): HandlerReply {
  return { reply: Buffer.from(json) };
}

/** A promise that the test resolves. */
function createGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('it resolved'),
    (error: unknown) => error,
  );
  return error instanceof RequestError ? `${error.status} ${error.code}` : String(error);
}

export function describeOnce(getDatabase: GetDatabase): void {
  describe('work that runs once', () => {
    it('does not run again for a redelivered message, which gets the same answer', async () => {
      let runs = 0;
      const { work, effects } = await openWork(getDatabase, {
        after: async () => ({ ...answer(`{"a":1.0,"run":${(runs += 1)}}`), status: 201 }),
      });
      const delivery = createRequest();

      const first = await work(delivery, signal);
      const second = await work({ ...delivery, redelivered: true }, signal);

      expect(first).to.deep.equal({ reply: Buffer.from('{"a":1.0,"run":1}'), status: 201 });
      expect(second).to.deep.equal({ ...first, isRepeated: true });
      expect(await effects()).to.equal(1);
    });

    it('keeps status, media type and headers of its answer, and text that is not JSON', async () => {
      const given = {
        reply: Buffer.from([0xff, 0x00, 0x2c]),
        status: 404,
        contentType: 'text/csv; charset=latin1',
        headers: { etag: '"7"', link: '</a>; rel="next"' },
      };
      const { work } = await openWork(getDatabase, { after: async () => given });
      const delivery = createRequest();

      await work(delivery, signal);
      const second = await work(delivery, signal);

      expect(second).to.deep.equal({ ...given, isRepeated: true });
    });

    it('reads answers that an earlier version has stored', async () => {
      const { work } = await openWork(getDatabase, { after: async () => answer('1') });
      const delivery = createRequest();
      await work(delivery, signal);

      await getDatabase().query(
        'UPDATE restmapper_inbox SET status = 404, is_error = NULL, reply = $2 WHERE message_id = $1',
        [delivery.messageId, Buffer.from('{"error":{}}')],
      );

      expect(await work(delivery, signal)).to.deep.equal({
        reply: Buffer.from('{"error":{}}'),
        status: 404,
        isError: true,
        isRepeated: true,
      });
    });

    it('is rolled back as a whole when it fails, and runs when the message comes again', async () => {
      let runs = 0;
      const { work, effects } = await openWork(getDatabase, {
        after: async () => {
          runs += 1;
          if (runs === 1) throw new Error('boom');
          return answer('2');
        },
      });
      const delivery = createDelivery({ messageId: randomUUID() });

      expect(await codeOf(work(delivery, signal))).to.equal('Error: boom');
      expect(await effects()).to.equal(0);
      await work(delivery, signal);

      expect(await effects()).to.equal(1);
    });

    it('keeps an error for the caller as the answer, and rolls back the rest', async () => {
      const { work, effects } = await openWork(getDatabase, {
        after: () => Promise.reject(new RequestError(402, 'NO_FUNDS')),
      });
      const delivery = createRequest();

      const answers = [await work(delivery, signal), await work(delivery, signal)];

      const body = '{"error":{"code":"NO_FUNDS","description":"NO_FUNDS"}}';
      expect(answers.map(({ reply, status, isError }) => [String(reply), status, isError])).to.deep.equal([
        [body, 402, true],
        [body, 402, true],
      ]);
      expect(answers[1]?.isRepeated).to.equal(true);
      expect(await effects()).to.equal(0);
    });

    it('keeps no answer that asks the caller to come back', async () => {
      let runs = 0;
      const { work } = await openWork(getDatabase, {
        after: async () => {
          runs += 1;
          if (runs === 1) throw new RequestError(503, 'BUSY');
          return answer('2');
        },
      });
      const delivery = createRequest();

      expect(await codeOf(work(delivery, signal))).to.equal('503 BUSY');
      expect(String((await work(delivery, signal)).reply)).to.equal('2');
    });

    it('refuses a repeated call while the first is running, but not a redelivery of the first', async () => {
      const [held, begun] = [createGate(), createGate()];
      const { work, effects } = await openWork(getDatabase, {
        after: async () => {
          begun.open();
          await held.passed;
          return answer('"first"');
        },
      });
      const delivery = createRequest();
      const first = work(delivery, signal);
      await begun.passed;

      const repeated = await codeOf(work(delivery, signal));
      const redelivered = work({ ...delivery, redelivered: true }, signal);
      held.open();

      expect(repeated).to.equal('409 IDEMPOTENCY_IN_FLIGHT');
      expect(String((await first).reply)).to.equal('"first"');
      expect(await redelivered).to.include({ isRepeated: true });
      expect(await effects()).to.equal(1);
    });

    it('refuses another call under the same key', async () => {
      const { work } = await openWork(getDatabase);
      const delivery = createRequest();
      await work(delivery, signal);

      const other = createRequest({ data: '2', messageId: delivery.messageId });

      expect(await codeOf(work(other, signal))).to.equal('422 IDEMPOTENCY_KEY_REUSED');
    });

    it('refuses a call with other declared headers under the same key', async () => {
      const { work } = await openWork(getDatabase);
      const bodyOf = (headers: string) =>
        encodeEnvelope({ data: Buffer.from('1'), args: Buffer.from('null'), headers: Buffer.from(headers) });
      const delivery = createRequest({ body: bodyOf('{"if-match":"1"}') });
      await work(delivery, signal);

      const same = createRequest({ body: bodyOf('{"if-match":"1"}'), messageId: delivery.messageId });
      const other = createRequest({ body: bodyOf('{"if-match":"2"}'), messageId: delivery.messageId });

      expect(await work(same, signal)).to.include({ isRepeated: true });
      expect(await codeOf(work(other, signal))).to.equal('422 IDEMPOTENCY_KEY_REUSED');
      expect(await work(delivery, signal)).to.include({ isRepeated: true });
    });

    it('runs in each worker that has the message', async () => {
      const [one, other] = [await openWork(getDatabase), await openWork(getDatabase)];
      const delivery = createDelivery({ messageId: randomUUID() });

      for (const { work } of [one, other, one, other]) await work(delivery, signal);

      expect([await one.effects(), await other.effects()]).to.deep.equal([1, 1]);
    });

    it('runs again once it is forgotten, and expired rows are deleted', async () => {
      const { work, effects } = await openWork(getDatabase, { keepMs: 0 });
      const delivery = createRequest();

      await work(delivery, signal);
      await work(delivery, signal);

      expect(await effects()).to.equal(2);
      await deleteExpired(getDatabase());
      const left = await getDatabase().query('SELECT 1 FROM restmapper_inbox WHERE message_id = $1', [
        delivery.messageId,
      ]);
      expect(left).to.deep.equal([]);
    });

    it('holds no connection before its first statement', async () => {
      const scopes: WorkScope[] = [];
      const { work, effects } = await openWork(getDatabase, {
        // The embedded database has one connection.
        before: async () => void (await getDatabase().query('SELECT 1')),
        after: async (_delivery, _signal, scope) => {
          scopes.push(scope);
          return answer(String(scope.isInTransaction));
        },
      });

      const { reply } = await work(createRequest(), signal);

      expect(String(reply)).to.equal('true');
      expect(await effects()).to.equal(1);
      expect(await codeOf(scopes[0]?.db.query('SELECT 1') ?? Promise.resolve())).to.include('has ended');
    });

    it('is recorded without any statement', async () => {
      let runs = 0;
      const answers: WorkWithin[] = [
        async () => answer('"done"'),
        () => Promise.reject(new RequestError(402, 'NO_FUNDS')),
      ];
      await migrate(getDatabase());
      for (const respond of answers) {
        const within: WorkWithin = async (...given) => {
          runs += 1;
          expect(given[2].isInTransaction).to.equal(false);
          return await respond(...given);
        };
        const options = { worker: randomUUID(), db: getDatabase(), keepMs: 60_000 };
        const work = createOnceWork(within, options);
        const delivery = createRequest();

        const first = await work(delivery, signal);
        const second = await work(delivery, signal);

        expect(second).to.deep.equal({ ...first, isRepeated: true });
      }
      expect(runs).to.equal(answers.length);
    });

    for (const beginsWithStatement of [false, true]) {
      const when = beginsWithStatement ? 'that begins with a statement' : 'that asks first';
      it(`takes effect once when another process was faster, as work ${when}`, async () => {
        const [held, begun] = [createGate(), createGate()];
        let runs = 0;
        const { work, effects } = await openWork(getDatabase, {
          beginsWithStatement,
          before: async () => {
            runs += 1;
            if (runs > 1) return;
            begun.open();
            await held.passed;
          },
          after: async () => answer(`${runs}`),
        });
        const delivery = createDelivery({ ...createRequest(), headers: {} });
        const slow = work(delivery, signal);
        await begun.passed;

        const fast = await work(delivery, signal);
        held.open();

        expect(String(fast.reply)).to.equal('2');
        expect(await slow).to.deep.equal({ ...fast, isRepeated: true });
        expect(await effects()).to.equal(1);
      });
    }

    it('takes effect once when another process was faster, whatever it makes of the refusal', async () => {
      const held = createGate();
      let runs = 0;
      const db = getDatabase();
      await migrate(db);
      const within: WorkWithin = async (_delivery, _signal, scope) => {
        runs += 1;
        if (runs === 1) await held.passed;
        const failure = await scope.db.query('SELECT 1').catch((error: unknown) => error);
        if (failure instanceof Error) throw new RequestError(409, 'ANOTHER');
        return answer(`${runs}`);
      };
      const work = createOnceWork(within, { worker: randomUUID(), db, keepMs: 60_000 });
      const delivery = createDelivery({ ...createRequest(), headers: {} });
      const slow = work(delivery, signal);
      await until(() => runs === 1);

      const fast = await work(delivery, signal);
      held.open();

      expect(await slow).to.deep.equal({ ...fast, isRepeated: true });
    });

    it('may have separate transactions, each rolled back by itself', async () => {
      const { work, effects } = await openWork(getDatabase, {
        after: async (_delivery, _signal, { db }) => {
          const failure = await db.transaction((tx) => tx.query('SELECT 1/0')).catch(() => 'undone');
          const [row] = await db.transaction((tx) => tx.query<{ n: number }>('SELECT 7 AS n'));
          return answer(JSON.stringify([failure, row?.n]));
        },
      });

      expect(String((await work(createRequest(), signal)).reply)).to.equal('["undone",7]');
      expect(await effects()).to.equal(1);
    });
  });
}
