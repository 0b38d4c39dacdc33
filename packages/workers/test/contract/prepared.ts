import { expect } from 'chai';
import type { DatabaseError } from '../../src/database/database-error.ts';
import { databaseErrorOf } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describePrepared(getDatabase: GetDatabase): void {
  describe('a statement that stays prepared', () => {
    it('returns what it returns otherwise, run after run', async () => {
      const sql = `SELECT n, $1::text AS text, $2::bytea AS bytes, $3::int8 AS nothing, 1.10 AS price, '{}'::jsonb AS json
        FROM generate_series(1, 2) AS n`;
      const values = ['ä"\'', Buffer.from([0, 255]), null];
      const db = getDatabase();

      const expected = await db.query(sql, values);
      const runs = [1, 2, 3].map(() => db.query(sql, values, { name: 'test_rows' }));

      expect(expected).to.have.length(2);
      for (const rows of await Promise.all(runs)) expect(rows).to.deep.equal(expected);
    });

    it('accepts parameters of other types than text', async () => {
      const run = () => getDatabase().query('SELECT $1::int AS n', [7], { name: 'test_number' });

      expect([await run(), await run()]).to.deep.equal([[{ n: 7 }], [{ n: 7 }]]);
    });

    it('returns no rows if it has none', async () => {
      const run = () => getDatabase().query('SELECT 1 WHERE false', [], { name: 'test_none' });

      expect([await run(), await run()]).to.deep.equal([[], []]);
    });

    it('can be run again after it failed', async () => {
      const run = (value: string) =>
        getDatabase().query('SELECT $1::int AS n', [value], { name: 'test_again' });

      const failures = [await databaseErrorOf(run('x')), await databaseErrorOf(run('y'))];

      expect(failures.map(({ code }) => code)).to.deep.equal(['22P02', '22P02']);
      expect(await run('1')).to.deep.equal([{ n: 1 }]);
      expect(await databaseErrorOf(run('z'))).to.have.property('code', '22P02');
      expect(await run('2')).to.deep.equal([{ n: 2 }]);
    });

    it('fails at most once when its columns are no longer the same', async () => {
      const db = getDatabase();
      await db.query('CREATE TABLE test_changing AS SELECT 1 AS n');
      const run = () =>
        db.transaction((tx) => tx.query('SELECT * FROM test_changing', [], { name: 'test_changing' }));
      const before = await run();
      await db.query('ALTER TABLE test_changing ADD m int');

      // A pooler may have no prepared statements, which then do not fail.
      const code = await run().then(
        () => '0A000',
        (error: DatabaseError) => error.code,
      );
      const after = await run();
      await db.query('DROP TABLE test_changing');

      expect(before).to.deep.equal([{ n: 1 }]);
      expect(code).to.equal('0A000');
      expect(after).to.deep.equal([{ n: 1, m: null }]);
    });
  });
}
