import { expect } from 'chai';
import { migrate } from '../../src/database/migrate.ts';
import type { GetDatabase } from './index.ts';

export function describeMigration(getDatabase: GetDatabase): void {
  describe('a migration', () => {
    it('is applied once, with its name recorded', async () => {
      const first = await migrate(getDatabase());
      const second = await migrate(getDatabase());

      expect(first).to.deep.equal([
        '001_append.sql',
        '002_inbox.sql',
        '003_dropped_rows.sql',
        '004_page.sql',
        '005_columns.sql',
        '006_inbox_reply.sql',
      ]);
      expect(second).to.deep.equal([]);
      expect(await getDatabase().query('SELECT name FROM restmapper_migration')).to.deep.equal([
        { name: '001_append.sql' },
        { name: '002_inbox.sql' },
        { name: '003_dropped_rows.sql' },
        { name: '004_page.sql' },
        { name: '005_columns.sql' },
        { name: '006_inbox_reply.sql' },
      ]);
    });
  });
}
