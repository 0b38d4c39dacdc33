import { encodeEnvelope } from '@restmapper/bus';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { inspectDatabase } from '../../src/handlers/inspect-database.ts';
import { usePostgres } from '../support/databases.ts';
import { type Rig, useWorkers } from '../support/workers.ts';

const model = parseEndpoints(
  `
auth: { schemes: { users: { jwt: { issuer: i, audience: a, algorithms: [RS256], jwks: https://id.example/jwks.json } } } }
endpoints:
  POST /orders/{id}/notes: { fanout: true, body: { type: object } }
  GET /orders/{id}/notes:
    rpc: { timeout: 10s }
    query: { properties: { after: true, limit: true, lang: true, from: true, to: true } }
workers:
  notes:
    on: POST /orders/{id}/notes
    use: append
    table: order_note
    batch: { size: 500, wait: 100ms }
    columns:
      order_id: { from: params.id, type: bigint }
      author: identity.subject
      amount: { from: data.amount, type: numeric }
      lang: data.lang
      at: { from: data.at, type: timestamptz }
  notes_get:
    on: GET /orders/{id}/notes
    use: page
    table: order_note
    where:
      order_id: params.id
      author: identity.subject
      lang: { is: args.lang, optional: true }
      at: { from: args.from, before: args.to }
`,
  { file: 'endpoints.yaml', directory: '/app' },
);

interface Note {
  readonly order?: string;
  readonly author?: string;
  readonly data: string;
}

function bodyOf({ order = '7', author = 'anna', data }: Note): Buffer {
  const identity = JSON.stringify({ subject: author, scheme: 'users', scopes: [], claims: {} });
  return encodeEnvelope({
    data: Buffer.from(data),
    args: Buffer.from('null'),
    params: Buffer.from(JSON.stringify({ id: order })),
    identity: Buffer.from(identity),
  });
}

describe('workers with columns', () => {
  const post = 'POST /orders/{id}/notes';
  const get = 'GET /orders/{id}/notes';
  const anna = '{"subject":"anna","scheme":"users","scopes":[],"claims":{}}';
  const publish = async (rig: Rig, note: Note) => await rig.publish(post, '', { body: bodyOf(note) });

  it('store values of the call, and dead-letter alone a message whose value does not fit', async () => {
    const db = await usePostgres();
    const rig = await useWorkers({ db, model });
    const letters = rig.deadLetters(post);
    const misfits: readonly (readonly [note: Note, reason: string])[] = [
      [
        { order: 'abc', data: '{}' },
        '22P02: params.id must be an integer for the column order_id (bigint), unlike "abc"',
      ],
      [
        { order: '1180591620717411303424', data: '{}' },
        '22003: params.id must be an integer from -9223372036854775808 to 9223372036854775807 for the column order_id (bigint), unlike "1180591620717411303424"',
      ],
      [
        { data: '{"amount":"NaN"}' },
        '22P02: data.amount must be a number for the column amount (numeric), unlike "NaN"',
      ],
      [
        { data: '{"at":"2026-02-30T00:00:00Z"}' },
        '22008: data.at must be a date of the calendar for the column at (timestamptz), unlike "2026-02-30T00:00:00Z"',
      ],
      [
        { author: 'a\0b', data: '{}' },
        '22021: identity.subject must not contain a NUL character for the column author (text), unlike "a\\u0000b"',
      ],
      [
        { data: `{"lang":"${'x'.repeat(100)}\\ud800"}` },
        `22P02: data.lang must not contain a lone surrogate for the column lang (text), unlike "${'x'.repeat(59)}…`,
      ],
    ];

    const ids: string[] = [];
    for (const [note] of misfits) {
      ids.push(await publish(rig, note));
      await publish(rig, { data: '{"amount":12345678901234567890.10,"at":"2026-05-01T12:00:00+02:00"}' });
    }

    await until(() => letters.length === misfits.length);
    for (const [index, [, reason]] of misfits.entries()) {
      const letter = letters.find(({ messageId }) => messageId === ids[index]);
      expect(letter?.headers['x-dead-reason']).to.equal(reason);
    }
    await until(async () => (await db.query('SELECT FROM order_note')).length === misfits.length);
    const rows = await db.query(
      `SELECT DISTINCT order_id::text, author, amount::text, lang, (at AT TIME ZONE 'UTC')::text AS at FROM order_note`,
    );
    expect(rows).to.deep.equal([
      {
        order_id: '7',
        author: 'anna',
        amount: '12345678901234567890.10',
        lang: null,
        at: '2026-05-01 10:00:00',
      },
    ]);
  });

  it('dead-letters alone a value of a megabyte that no index can hold', async () => {
    const db = await usePostgres();
    const rig = await useWorkers({ db, model });
    const letters = rig.deadLetters(post);
    const random = Array.from({ length: 1_000_000 }, (_, n) => ((n * 7919) % 36_007).toString(36)).join('');

    await publish(rig, { data: '{"at":"2026-05-01T12:00:00Z","n":1}' });
    await publish(rig, { data: `{"lang":"${random.slice(0, 1_000_000)}"}` });
    await publish(rig, { data: '{"at":"2026-05-01T12:00:00Z","n":2}' });

    await until(() => letters.length === 1);
    expect(letters[0]?.headers['x-dead-reason']).to.match(/^54000: index row /);
    await until(async () => (await db.query('SELECT FROM order_note')).length === 2);
  });

  it('answer with the rows of the caller, page by page', async () => {
    const db = await usePostgres();
    const rig = await useWorkers({ db, model });
    for (let hour = 10; hour < 20; hour += 1) {
      await publish(rig, {
        data: `{"n":${hour},"lang":"${hour % 2 ? 'de' : 'en'}","at":"2026-05-01T${hour}:00:00Z"}`,
      });
      await publish(rig, { author: 'bert', data: `{"n":0,"at":"2026-05-01T${hour}:00:00Z"}` });
      await publish(rig, { order: '8', data: `{"n":0,"at":"2026-05-01T${hour}:00:00Z"}` });
    }
    await until(async () => (await db.query('SELECT FROM order_note')).length === 30);
    const read = async (args: object, { identity = anna, params = '{"id":"7"}' } = {}) => {
      const { status, body } = await rig.request(get, { params, identity, args: JSON.stringify(args) });
      const { messages = [], ...rest } = JSON.parse(body);
      return { status, numbers: messages.map(({ n }: { n: number }) => n), ...rest };
    };

    const first = await read({ limit: 4, lang: 'en' });
    expect(first).to.deep.include({ numbers: [18, 16, 14, 12], total: 5 });
    expect(await read({ limit: 4, lang: 'en', after: first.next })).to.deep.include({
      numbers: [10],
      next: null,
    });
    expect(await read({ from: '2026-05-01T12:00:00Z', to: '2026-05-01T15:00:00Z' })).to.deep.include({
      numbers: [14, 13, 12],
      total: 3,
    });
    expect(await read({ from: '2026-05-02T00:00:00Z', to: '2026-05-01T00:00:00Z' })).to.deep.include({
      total: 0,
    });
    expect(await read({}, { identity: 'null' })).to.deep.include({ numbers: [], total: 0 });
    expect(await read({}, { params: '{"id":"abc"}' })).to.deep.include({
      status: 422,
      error: {
        code: 'INVALID_PARAMS',
        description: 'id must be an integer',
        errors: [{ pointer: '/id', detail: 'must be an integer' }],
      },
    });
    expect(await read({ from: 'yesterday' })).to.have.nested.property('error.errors[0].pointer', '/from');
  });

  it('are shown by an inspection that finds a column or an index missing', async () => {
    const db = await usePostgres();
    await useWorkers({ db, model });
    await db.query('ALTER TABLE order_note DROP COLUMN lang');

    const { tables } = await inspectDatabase(model.workers, db);
    await db.query('ALTER TABLE order_note ADD lang text');
    const { tables: indexes } = await inspectDatabase(model.workers, db);

    expect(tables.map(({ worker, kind, text }) => [worker, kind, text])).to.deep.equal([
      [
        'notes',
        'incomplete',
        'the table order_note has no column lang; its owner adds it by: ALTER TABLE "order_note" ADD COLUMN "lang" text',
      ],
    ]);
    expect(indexes.map(({ worker, text }) => [worker, text])).to.deep.equal([
      [
        'notes_get',
        'the table order_note has no index on (order_id, author, lang, at, id); its owner creates it by: CREATE INDEX CONCURRENTLY ON "order_note" ("order_id", "author", "lang", "at", "id")',
      ],
    ]);
  });
});
