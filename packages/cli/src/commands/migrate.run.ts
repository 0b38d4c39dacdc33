import { prepareWorkers, type Database, DatabaseError, openPostgres } from '@restmapper/workers';
import { createLogger, openEmbeddedIn } from '@restmapper/host/services';
import { openModel, parseSettings, roles, type Settings } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/**
 * Migrates the database for the workers of the file, so that they need no right to create objects.
 *
 * @throws ConfigError if the file or a setting is invalid, or a released migration was edited.
 */
export async function run({ file, terminal }: FileCall): Promise<number> {
  const settings = parseSettings(terminal.env, { role: roles.work, readFile: terminal.readFile });
  const { workers } = openModel(file, terminal.env);
  if (!workers.some(({ usesDatabase }) => usesDatabase)) {
    terminal.print('no worker of the file uses a database\n');
    return 0;
  }
  const log = createLogger({ level: settings.logLevel, role: 'migrate', terminal: terminal.isTerminal });
  const db = await openDatabase(settings);
  try {
    await prepareWorkers(workers, db, log);
    log.info({}, 'the database is up to date');
    return 0;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    terminal.printError(`the database could not be migrated: ${error.message} (${error.code})\n`);
    return 1;
  } finally {
    await db.close();
  }
}

function openDatabase({ databaseUrl, dataDir }: Settings): Promise<Database> | Database {
  return databaseUrl ? openPostgres({ url: databaseUrl }) : openEmbeddedIn({ directory: dataDir });
}
