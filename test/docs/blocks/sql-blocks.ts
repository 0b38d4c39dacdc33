import type { Database, Queryable } from '@restmapper/workers';
import { type DocumentedBlock, placeOf } from './documented-blocks.ts';

/** What blocks take for granted. */
const frame = [
  'CREATE ROLE web_user',
  `CREATE TABLE message (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inserted timestamptz NOT NULL DEFAULT now(), message jsonb NOT NULL)`,
];

/** What is wrong with blocks of SQL, each run in a transaction of its own. */
export async function problemsOfSql(
  blocks: readonly DocumentedBlock[],
  db: Database,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const block of blocks) {
    const problem = await run(db, block.text);
    if (problem !== undefined) problems.push(`${placeOf(block)}: ${problem}`);
  }
  return problems;
}

async function run(db: Database, text: string): Promise<string | undefined> {
  const undo = new Error('undo');
  try {
    await db.transaction(async (tx) => {
      const created = [...text.matchAll(/CREATE TABLE (\w+)/g)].map(
        ([, name]) => `DROP TABLE IF EXISTS ${name}`,
      );
      await runAll(tx, [...frame, ...created, ...text.split(/;\s*$/m)]);
      throw undo;
    });
  } catch (error) {
    return error === undo ? undefined : String(error);
  }
  return undefined;
}

async function runAll(tx: Queryable, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await tx.query(statement);
}
