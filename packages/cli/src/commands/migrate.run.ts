import {
  type Database,
  DatabaseError,
  migrateApplication,
  openPostgres,
  prepareWorkers,
} from '@restmapper/workers';
import { createLogger, openEmbeddedIn } from '@restmapper/host/services';
import { locateError, openLocator, openModel, parseSettings, roles, type Settings } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/** A migration may rewrite a large table. */
const statementTimeoutMs = 3_600_000;

/**
 * Migrates the database for the workers of the file, so that they need no right to create objects.
 *
 * @throws ConfigError if the file or a setting is invalid, or a released migration was edited.
 */
export async function run({ file, terminal }: FileCall): Promise<number> {
  const settings = parseSettings(terminal.env, { role: roles.work, readFile: terminal.readFile });
  const { workers, migrations } = openModel(file, terminal.env);
  if (!migrations && !workers.some(({ usesDatabase }) => usesDatabase)) {
    terminal.print('no worker of the file uses a database\n');
    return 0;
  }
  const log = createLogger({ level: settings.logLevel, role: 'migrate', terminal: terminal.isTerminal });
  const db = await openDatabase(settings);
  try {
    if (migrations) await migrateApplication(db, migrations.directory, log);
    await prepareWorkers(workers, db, log);
    log.info({}, 'the database is up to date');
    return 0;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw locateError(error, openLocator(file, terminal.env));
    terminal.printError(`the database could not be migrated: ${error.message} (${error.code})\n`);
    return 1;
  } finally {
    await db.close();
  }
}

function openDatabase({ databaseUrl, dataDir }: Settings): Promise<Database> | Database {
  return databaseUrl
    ? openPostgres({ url: databaseUrl, statementTimeoutMs })
    : openEmbeddedIn({ directory: dataDir });
}
