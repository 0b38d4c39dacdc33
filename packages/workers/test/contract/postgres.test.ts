import { openPostgres } from '../../src/database/postgres.ts';
import { createTestDatabase } from '../support/databases.ts';
import { describeDatabaseContract } from './index.ts';

describeDatabaseContract('PostgreSQL', {
  async open() {
    const { url, drop } = await createTestDatabase();
    const db = openPostgres({ url });
    return {
      query: (sql, params) => db.query(sql, params),
      transaction: (work) => db.transaction(work),
      openPipeline: () => db.openPipeline(),
      async close() {
        await db.close();
        await drop();
      },
    };
  },
});
