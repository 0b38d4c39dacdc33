import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Queryable } from '../../src/database/database.ts';
import { databaseErrorOf } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describeTransactions(getDatabase: GetDatabase): void {
  describe('a transaction', () => {
    let table: string;
    const insert = (tx: Queryable, n: number) => tx.query(`INSERT INTO ${table} (n) VALUES ($1)`, [n]);
    const numbers = async () =>
      (await getDatabase().query<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`)).map(({ n }) => n);

    beforeEach(async () => {
      table = `t_${randomUUID().replaceAll('-', '')}`;
      await getDatabase().query(`CREATE TABLE ${table} (n int UNIQUE)`);
    });

    it('commits when its work resolves, and returns its value', async () => {
      const value = await getDatabase().transaction(async (tx) => {
        await insert(tx, 1);
        await insert(tx, 2);
        return 'done';
      });

      expect(value).to.equal('done');
      expect(await numbers()).to.deep.equal([1, 2]);
    });

    it('rolls back when its work rejects, with the same error', async () => {
      const failure = new Error('changed my mind');

      const error = await getDatabase()
        .transaction(async (tx) => {
          await insert(tx, 1);
          throw failure;
        })
        .catch((thrown: unknown) => thrown);

      expect(error).to.equal(failure);
      expect(await numbers()).to.deep.equal([]);
    });

    it('does not pretend to commit when one of its statements failed', async () => {
      const error = await databaseErrorOf(
        getDatabase().transaction(async (tx) => {
          await insert(tx, 1);
          await insert(tx, 1).catch(() => undefined);
        }),
      );

      expect(error).to.include({ kind: 'defect', code: '25P02' });
      expect(await numbers()).to.deep.equal([]);
    });

    it('keeps its statements together while others run', async () => {
      const add = (n: number) =>
        getDatabase().transaction(async (tx) => {
          await insert(tx, n);
          const rows = await tx.query(`SELECT n FROM ${table} WHERE n = $1`, [n]);
          if (n % 3 === 0) throw new Error('no multiples of three');
          return rows;
        });

      const results = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => add(index + 1)));

      expect(results.filter(({ status }) => status === 'rejected')).to.have.length(4);
      expect(await numbers()).to.deep.equal([1, 2, 4, 5, 7, 8, 10, 11]);
    });

    it('runs concurrent statements one after the other', async () => {
      await getDatabase().transaction(async (tx) => {
        await Promise.all([1, 2, 3].map((n) => insert(tx, n)));
      });

      expect(await numbers()).to.deep.equal([1, 2, 3]);
    });

    it('refuses statements after its end', async () => {
      let escaped: Queryable | undefined;
      await getDatabase().transaction(async (tx) => {
        escaped = tx;
      });

      const error = await databaseErrorOf(escaped?.query('SELECT 1') ?? Promise.resolve());

      expect(error).to.include({ kind: 'defect', code: '25P01' });
    });

    it('refuses statements of the database inside it, which could deadlock', async () => {
      const error = await databaseErrorOf(
        getDatabase().transaction(async () => await getDatabase().query('SELECT 1')),
      );

      expect(error).to.include({ kind: 'defect', code: '25001' });
      expect(await getDatabase().query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
    });
  });
}
