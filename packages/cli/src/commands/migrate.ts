import { prepareWorkers, type Database, DatabaseError, openPostgres } from '@restmapper/workers';
import { createLogger, openEmbeddedIn } from '@restmapper/host/services';
import { openModel, parseSettings, type Settings } from '@restmapper/host';
import type { FileCommand } from './check.ts';

/**
 * Brings the database to what the workers of the file need, so that they need no right to create anything.
 *
 * @throws ConfigError when the file or a setting is wrong, or a released migration was edited.
 */
export async function migrate({ file, console }: FileCommand): Promise<number> {
  const settings = parseSettings(console.env, { role: 'work', readFile: console.readFile });
  const { workers } = openModel(file, console.env);
  const log = createLogger({ level: settings.logLevel, role: 'migrate', terminal: console.isTerminal });
  const db = await openDatabase(settings);
  try {
    await prepareWorkers(workers, db, log);
    log.info({}, 'the database is up to date');
    return 0;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    console.printError(`the database could not be brought up to date: ${error.message} (${error.code})\n`);
    return 1;
  } finally {
    await db.close();
  }
}

function openDatabase({ databaseUrl, dataDir }: Settings): Promise<Database> | Database {
  return databaseUrl ? openPostgres({ url: databaseUrl }) : openEmbeddedIn({ directory: dataDir });
}
