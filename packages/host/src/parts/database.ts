import { connectionsOf, type Database, openPostgres } from '@restmapper/workers';
import { openEmbeddedIn } from '../process/data-folder.ts';
import type { Service } from '../process/service.ts';
import type { Part } from './part.ts';

/**
 * Opens PostgreSQL, or the embedded one when there is no DATABASE_URL.
 *
 * @throws ConfigError if another process owns the embedded one's folder.
 */
export async function openDatabase({ settings, model, log, closers }: Service): Promise<Database> {
  const { databaseUrl: url, dataDir: directory } = settings;
  const db = url
    ? openPostgres({ url, log, maxConnections: connectionsOf(model.workers) })
    : await openEmbeddedIn({ directory, log });
  return closers.add('database', db, () => db.close());
}

/** Sizes the connection pool for the workers, including those of the generation before until it has finished. */
export function connectionsPart(service: Service, db: Database): Part {
  return {
    async prepare({ model }) {
      const before = service.model;
      return {
        adopt: () => db.resize?.(connectionsOf([...before.workers, ...model.workers])),
        retire: async () => db.resize?.(connectionsOf(service.model.workers)),
      };
    },
  };
}
