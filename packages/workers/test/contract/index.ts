import { after, before } from 'mocha';
import type { Database } from '../../src/database/database.ts';
import { describeAppend } from './append.ts';
import { describeColumns } from './columns.ts';
import { describeFilteredPages } from './filtered-pages.ts';
import { describeMigration } from './migration.ts';
import { describeOnce } from './once.ts';
import { describePages } from './pages.ts';
import { describePipeline } from './pipeline.ts';
import { describePrepared } from './prepared.ts';
import { describeSql } from './sql.ts';
import { describeStatements } from './statements.ts';
import { describeTables } from './tables.ts';
import { describeTransactions } from './transactions.ts';

/** Returns the database under test; the tests share it, and use separate tables. */
export type GetDatabase = () => Database;

export interface DatabaseContractOptions {
  /** Opens an empty database; its `close` also removes it. */
  readonly open: () => Promise<Database>;
}

/** Declares the tests that every database passes. */
export function describeDatabaseContract(name: string, { open }: DatabaseContractOptions): void {
  describe(`${name}, by the contract of the database`, () => {
    let db: Database;

    before('open the database', async function () {
      this.timeout(60_000);
      db = await open();
    });

    after('close the database', async () => {
      await db.close();
    });

    describeMigration(() => db);
    describeStatements(() => db);
    describePrepared(() => db);
    describeTransactions(() => db);
    describePipeline(() => db);
    describeAppend(() => db);
    describeTables(() => db);
    describePages(() => db);
    describeColumns(() => db);
    describeFilteredPages(() => db);
    describeOnce(() => db);
    describeSql(() => db);
  });
}
