import { expect } from 'chai';
import { type SqlWorkerOptions, uniqueName, useSqlWorker } from '../support/sql-worker.ts';
import type { GetDatabase } from './index.ts';

export function describeSql(getDatabase: GetDatabase): void {
  describe('a statement of the file', () => {
    let table: string;
    const open = (options: SqlWorkerOptions) => useSqlWorker(getDatabase(), options);
    /** Runs one statement with one call. */
    const run = async (statement: string, data = 'null') => {
      const { call } = await open({ statement, expect: 'one' });
      return await call({ data });
    };

    beforeEach(async () => {
      table = uniqueName('orders');
      await getDatabase().query(
        `CREATE TABLE ${table} (
           id bigint PRIMARY KEY, item text NOT NULL CHECK (item <> 'bad'), price numeric,
           ref bigint REFERENCES ${table}, more jsonb, tags text[]
         )`,
      );
      await getDatabase().query(
        `INSERT INTO ${table} (id, item, price) VALUES (1, 'tea', 12345678901234567890.10), (2, 'cup', 0)`,
      );
    });

    it('answers one row as an object, with exact numbers, and 404 without a row', async () => {
      const { call } = await open({
        statement: `SELECT id, item, price FROM ${table} WHERE id = :params.id;`,
      });

      expect(await call({ id: '1' })).to.deep.equal({
        status: undefined,
        body: '{"id":1,"item":"tea","price":12345678901234567890.10}',
      });
      const missing = await call({ id: '7' });
      expect([missing.status, JSON.parse(missing.body).error.code]).to.deep.equal([404, 'NOT_FOUND']);
    });

    it('answers many rows as an array, in their order', async () => {
      const { call } = await open({
        statement: `SELECT id FROM ${table} WHERE id > :args.after ORDER BY id DESC LIMIT :args.limit`,
        expect: 'many',
      });

      expect((await call({ args: '{"after":0,"limit":5}' })).body).to.equal('[{"id":2},{"id":1}]');
      expect((await call({ args: '{"after":0,"limit":1}' })).body).to.equal('[{"id":2}]');
      expect((await call({ args: '{"after":9}' })).body).to.equal('[]');
    });

    it('writes, and answers what it returns', async () => {
      const { call } = await open({
        statement: `WITH before AS (SELECT max(id) AS id FROM ${table})
          INSERT INTO ${table} (id, item, more) SELECT id + 1, :data.item, :data FROM before RETURNING id, item, more`,
      });

      const { body } = await call({ data: '{"item":"it\'s \\"hot\\"","n":1e2}' });

      expect(body).to.equal('{"id":3,"item":"it\'s \\"hot\\"","more":{"n": 100, "item": "it\'s \\"hot\\""}}');
    });

    it('answers 204 when it has affected rows, else 404', async () => {
      const { call } = await open({
        statement: `UPDATE ${table} SET price = :data.price WHERE id = :params.id`,
        expect: 'affected',
      });

      expect(await call({ id: '2', data: '{"price":9.90}' })).to.deep.equal({ status: 204, body: 'null' });
      expect((await call({ id: '3', data: '{"price":1}' })).status).to.equal(404);
      const [row] = await getDatabase().query(`SELECT price FROM ${table} WHERE id = 2`);
      expect(row).to.deep.equal({ price: '9.90' });
    });

    it('moves columns of the row to the headers of the answer', async () => {
      const { call } = await open({
        statement: `SELECT price, id AS version, item AS "a b", '/calls/' || id AS url, NULL AS lang,
          timestamptz '2026-05-01 12:00:00.5+02' AS changed FROM ${table} WHERE id = :params.id`,
        more: {
          headers: {
            ETag: 'version',
            location: 'url',
            'content-language': 'lang',
            'last-modified': 'changed',
          },
        },
      });

      expect(await call({ id: '1' })).to.deep.equal({
        status: undefined,
        body: '{"price":12345678901234567890.10,"a b":"tea"}',
        httpHeaders: {
          etag: '"1"',
          location: '/calls/1',
          'last-modified': 'Fri, 01 May 2026 10:00:00 GMT',
        },
      });
    });

    it('answers 502 when a column cannot be a header', async () => {
      const { call } = await open({
        statement: `SELECT E'a\\nb' AS url`,
        more: { headers: { location: 'url' } },
      });

      const { status, body } = await call();

      expect([status, JSON.parse(body).error.code]).to.deep.equal([502, 'BAD_REPLY']);
    });

    for (const [headers, code, status] of [
      [undefined, 'CONFLICT', 409],
      [{ properties: { 'if-match': { type: 'string' } } }, 'PRECONDITION_FAILED', 412],
    ] as const) {
      it(`tells what is in another state, by ${status}, from what is not there`, async () => {
        const { call } = await open({
          statement: `UPDATE ${table} SET price = 1 WHERE id = :params.id AND item = :data.item RETURNING id`,
          more: { exists: `SELECT FROM ${table} WHERE id = :params.id` },
          endpoint: headers && { headers },
        });
        const codeOf = async (id: string, item: string) => {
          const { status, body } = await call({ id, data: JSON.stringify({ item }) });
          return [status, JSON.parse(body).error?.code];
        };

        expect(await codeOf('1', 'tea')).to.deep.equal([undefined, undefined]);
        expect(await codeOf('1', 'cup')).to.deep.equal([status, code]);
        expect(await codeOf('7', 'tea')).to.deep.equal([404, 'NOT_FOUND']);
        expect(await codeOf('x', 'tea')).to.deep.equal([422, 'INVALID_PARAMS']);
      });
    }

    for (const [more, place, words] of [
      [{ headers: { etag: 'vers' } }, 'statement', 'the result has no column `vers`, which `headers` names'],
      [{ exists: 'SELECT FROM no_such_table' }, 'exists', '42P01'],
    ] as const) {
      it(`ends the process with ${JSON.stringify(more)}`, async () => {
        const error = await open({ statement: 'SELECT 1 AS version', more }).catch(
          (thrown: unknown) => thrown,
        );

        expect(error).to.have.nested.property('place.pointer', `/workers/calls/${place}`);
        expect(error).to.have.property('message').that.includes(words);
      });
    }

    it('undoes what it wrote when it returns a second row', async () => {
      const { call } = await open({ statement: `UPDATE ${table} SET price = 5 RETURNING id` });

      expect((await call()).status).to.equal(500);
      const rows = await getDatabase().query(`SELECT 1 FROM ${table} WHERE price = 5`);
      expect(rows).to.deep.equal([]);
    });

    for (const [type, json, expected] of [
      ['text', '"a\'b\\\\c"', '"a\'b\\\\c"'],
      ['text', '1.10', '"1.10"'],
      ['text', '[1,"a"]', '"[1,\\"a\\"]"'],
      ['text', 'null', 'null'],
      ['bigint', '12', '12'],
      ['boolean', 'true', 'true'],
      ['jsonb', '"text"', '"text"'],
      ['json', '{"a":1.0}', '{"a":1.0}'],
      ['int[]', '[1, null, 3]', '[1,null,3]'],
      ['text[]', '[ "a,b" , "\\"\\\\", "" ]', '["a,b","\\"\\\\",""]'],
      ['int[]', '[[1],[2]]', '[[1],[2]]'],
      ['int[]', '[]', '[]'],
    ] as const) {
      it(`receives ${json} as ${type}`, async () => {
        expect((await run(`SELECT :data::${type} AS v`, json)).body).to.equal(`{"v":${expected}}`);
      });
    }

    it('receives NULL for what the call does not have', async () => {
      expect((await run('SELECT :data.a.b::text AS v, :data.c::jsonb AS w', '{"a":1}')).body).to.equal(
        '{"v":null,"w":null}',
      );
    });

    for (const [what, type, json, words] of [
      ['text for a number', 'bigint', '"abc"', 'invalid input syntax'],
      ['a number beyond its type', 'int', '99999999999999999999', 'out of range'],
      ['an array for a scalar', 'int', '[1]', 'invalid input syntax'],
      ['a date that is none', 'date', '"2024-13-01"', 'out of range'],
      ['a NUL in a text', 'text', '"a\\u0000b"', 'NUL'],
      ['a NUL in a document', 'jsonb', '["\\u0000"]', 'Unicode'],
      ['a number that expands', 'numeric', '1e5000', 'exponent'],
      ['a number beyond a double', 'float8', '1e400', 'out of range'],
    ] as const) {
      it(`refuses ${what} with 422`, async () => {
        const { status, body } = await run(`SELECT :data.v::${type} AS v`, `{"v":${json}}`);

        const { error } = JSON.parse(body);
        expect([status, error.code]).to.deep.equal([422, 'INVALID_BODY']);
        expect(error.description).to.include('data.v').and.include(words);
        expect(error.errors).to.have.length(1);
        expect(error.errors[0].pointer).to.equal('/v');
      });
    }

    it('names the value of the path that does not fit', async () => {
      const { call } = await open({ statement: `SELECT id FROM ${table} WHERE id = :params.id` });

      const { status, body } = await call({ id: 'x' });

      expect([status, JSON.parse(body).error.code]).to.deep.equal([422, 'INVALID_PARAMS']);
    });

    for (const [what, data, conflict, expected] of [
      ['a unique violation, if the file says so', '{"id":1,"item":"x"}', true, [409, 'CONFLICT']],
      ['a unique violation, if not', '{"id":1,"item":"x"}', false, [500, 'WORKER_ERROR']],
      ['a missing reference', '{"id":5,"item":"x","ref":77}', true, [422, 'INVALID_BODY']],
      ['a failed check', '{"id":5,"item":"bad"}', true, [422, 'INVALID_BODY']],
      ['a missing value', '{"id":5}', true, [422, 'INVALID_BODY']],
    ] as const) {
      it(`answers ${expected[0]} to ${what}`, async () => {
        const { call } = await open({
          statement: `INSERT INTO ${table} (id, item, ref) VALUES (:data.id, :data.item, :data.ref) RETURNING id`,
          more: conflict ? { conflict: 409 } : {},
        });

        const { status, body } = await call({ data });

        expect([status, JSON.parse(body).error.code]).to.deep.equal(expected);
        expect(body).not.to.include(table);
      });
    }

    it('answers 409 when other rows refer to the one it deletes', async () => {
      await getDatabase().query(`UPDATE ${table} SET ref = 1 WHERE id = 2`);
      const { call } = await open({
        statement: `DELETE FROM ${table} WHERE id = :params.id`,
        expect: 'affected',
        more: { conflict: 409 },
      });

      expect((await call({ id: '1' })).status).to.equal(409);
      expect((await call({ id: '2' })).status).to.equal(204);
      expect((await call({ id: '1' })).status).to.equal(204);
    });

    it('is refused before its text is built when the result has more bytes than the bus carries', async () => {
      for (const expectation of ['one', 'many'] as const) {
        const statement =
          expectation === 'one'
            ? `SELECT repeat('x', 20000000) AS v`
            : `SELECT repeat('x', 1000000) AS v FROM generate_series(1, 40)`;
        const { call } = await open({ statement, expect: expectation });

        const { status, body } = await call({ timeoutMs: 30_000 });

        expect([status, JSON.parse(body).error.code]).to.deep.equal([500, 'REPLY_TOO_LARGE']);
      }
    }).timeout(60_000);

    it('runs once for an idempotency key, and repeats its answer', async () => {
      const { call } = await open({
        statement: `INSERT INTO ${table} (id, item) SELECT max(id) + 1, :data.item FROM ${table} RETURNING id`,
        endpoint: { idempotency: true },
      });
      const key = crypto.randomUUID();

      const answers = [await call({ key, data: '{"item":"a"}' }), await call({ key, data: '{"item":"a"}' })];

      expect(answers.map(({ body }) => body)).to.deep.equal(['{"id":3}', '{"id":3}']);
      expect((await call({ key, data: '{"item":"b"}' })).status).to.equal(422);
    });

    for (const [statement, words] of [
      ['SELECT 1 FROM no_such_table', '42P01'],
      ['SELECT itm FROM pg_class', '42703'],
      ['SELECT 1 +', '42601'],
      ['SELECT :data.a + :data.b AS v', '42725'],
      ['SELECT now() + 1', '42883'],
    ] as const) {
      it(`ends the process when it does not prepare: ${statement}`, async () => {
        const error = await open({ statement }).catch((thrown: unknown) => thrown);

        expect(error).to.have.property('name', 'ConfigError');
        expect(error).to.have.nested.property('place.pointer', '/workers/calls/statement');
        expect(error).to.have.property('message').that.includes(words);
      });
    }
  });
}
