import { openEmbedded } from '../../src/database/embedded/embedded.ts';

/** Stores numbers in a folder's embedded database, and prints those that are stored, until it is killed. */
async function main(directory = ''): Promise<void> {
  const db = await openEmbedded({ directory });
  await db.query('CREATE TABLE IF NOT EXISTS t (n bigserial PRIMARY KEY)');
  for (;;) {
    const [row] = await db.query<{ n: string }>('INSERT INTO t DEFAULT VALUES RETURNING n');
    process.stdout.write(`${row?.n}\n`);
  }
}

await main(process.argv[2]);
