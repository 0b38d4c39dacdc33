import { rm } from 'node:fs/promises';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { openEmbedded } from '../../src/database/embedded/embedded.ts';
import { describeDatabaseContract } from './index.ts';

describeDatabaseContract('The embedded database', {
  async open() {
    const directory = await makeTemporaryFolder('embedded');
    const db = await openEmbedded({ directory });
    return {
      query: (sql, params) => db.query(sql, params),
      transaction: (work) => db.transaction(work),
      openPipeline: () => db.openPipeline(),
      async close() {
        await db.close();
        await rm(directory, { recursive: true });
      },
    };
  },
});
