import { ConfigError } from '@restmapper/core';
import { connectionsOf, type Database, openPostgres } from '@restmapper/workers';
import { openEmbeddedIn } from '../process/data-folder.ts';
import { databaseWorkersOf, isDatabaseNamed, usesDatabase } from '../process/database-use.ts';
import type { Service } from '../process/service.ts';
import { LaterDatabase } from './later-database.ts';
import type { Part } from './part.ts';

function unnamed(service: Service): ConfigError {
  const [first = ''] = databaseWorkersOf(service);
  return new ConfigError(
    `${service.role.name} needs DATABASE_URL: the worker ${first} uses the database. Set it, set DATA_DIR for an embedded one, or let the worker say \`database: false\``,
  );
}

/**
 * Opens PostgreSQL, or the embedded one when there is no DATABASE_URL.
 *
 * @throws ConfigError if another process owns the embedded one's folder, or the role needs its name.
 */
export async function openDatabase(service: Service): Promise<Database> {
  const { settings, model, log, closers } = service;
  const { databaseUrl: url, dataDir: directory } = settings;
  if (!isDatabaseNamed(service)) throw unnamed(service);
  const db = url
    ? openPostgres({ url, log, maxConnections: connectionsOf(model.workers) })
    : await openEmbeddedIn({ directory, log });
  return closers.add('database', db, () => db.close());
}

/** The database of a process, and the part that opens it for a worker that comes later. */
export interface ProcessDatabase {
  readonly db: Database;
  /** Comes before the workers. */
  readonly part: Part;
}

/**
 * Opens the database if a worker of the process uses it, else once the first one does.
 *
 * @throws ConfigError like `openDatabase`
 */
export async function openWhenUsed(
  service: Service,
  open: (service: Service) => Promise<Database> = openDatabase,
): Promise<ProcessDatabase> {
  const nothing = { adopt: () => {} };
  if (usesDatabase(service)) return { db: await open(service), part: { prepare: async () => nothing } };
  const db = new LaterDatabase(() => open(service));
  const { role, workers } = service;
  return {
    db,
    part: {
      async prepare({ model }) {
        if (usesDatabase({ role, workers, model })) await db.open();
        return nothing;
      },
    },
  };
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
