import type { Bus } from '@restmapper/bus';
import { ConfigError, type Topology } from '@restmapper/core';
import { sourcesOf, topologyOf } from '@restmapper/endpoints';
import { createAbsentDatabase } from '@restmapper/workers';
import type { Database } from '@restmapper/workers/worker';
import { openBus } from '../parts/bus.ts';
import { openModel } from '../process/model-file.ts';
import { createService, type Service } from '../process/service.ts';
import { parseSettings } from '../process/settings.ts';
import { openSystem } from '../roles/open-system.ts';
import type { OpenRole } from '../roles/role.ts';
import { openOn, type Resources } from '../roles/start.open.ts';
import { roles } from '../roles/roles.ts';
import { RecordedBus } from './recorded-bus.ts';
import { recordLog } from './recorded-log.ts';
import { Stubs } from './stubs.ts';
import { openTestDatabase, removeRows } from './test-database.ts';
import { RunningTestSystem, type TestSystemParts } from './running-test-system.ts';
import type { TestSystem } from './test-system.ts';
import { Unfinished } from './unfinished.ts';

/** How a file is tested; everything may be left out. */
export interface TestSystemOptions {
  /** The values of `${NAME}` in the file. @default none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * `memory`, the embedded PostgreSQL; the URL of a server, where a schema is created and dropped; or `none`: workers
   * that need tables then cannot run.
   * @default 'memory'
   */
  readonly database?: string;
  /** The workers that run, by name. @default all of the file */
  readonly workers?: readonly string[];
  /** Receives the database before the workers start, to create tables. */
  readonly prepare?: (db: Database) => Promise<void>;
}

/**
 * Opens the whole system of a file in this process, to test it: gateway, workers and live bridge, a bus in memory
 * and a database that is gone afterwards.
 *
 * It listens on a free port of the loopback interface, reads no environment variable, writes no file and prints
 * nothing.
 *
 * ```ts
 * import { openTestSystem } from 'restmapper/testing';
 * import { writeFileSync } from 'node:fs';
 *
 * writeFileSync('endpoints.yaml', 'endpoints: { "GET /price/{id}": { rpc: true } }');
 * const system = await openTestSystem('endpoints.yaml', { database: 'none' });
 * system.stub('GET /price/{id}', { cents: 450 });
 * const { status, body } = await system.request('GET', '/price/tea');
 * console.log(status, body); // 200 { cents: 450 }
 * console.log(system.published()[0]?.params); // { id: 'tea' }
 * await system.close();
 * ```
 * @throws ConfigError if the file or a module is invalid, or the embedded database is not installed.
 */
export async function openTestSystem(file: string, options: TestSystemOptions = {}): Promise<TestSystem> {
  const { env = {}, workers } = options;
  const role = roles.start;
  const model = openModel(file, env);
  const { log, lines: logged } = recordLog();
  const settings = parseSettings({ PORT: '0', ADMIN_PORT: '0' }, { role, readFile: refuseFile });
  const service = createService({ role, settings, model, log, workers });
  const close = async (): Promise<void> => {
    await service.closers.closeAll({ timeoutMs: closeTimeoutMs, log });
  };
  try {
    return new RunningTestSystem({ service, logged, close, ...(await openParts(service, options)) });
  } catch (error) {
    await close();
    throw error;
  }
}

const closeTimeoutMs = 5_000;

/** Opens the same parts as `restmapper start`, on a bus and a database of the test's own. */
async function openParts(
  service: Service,
  { database = 'memory', prepare }: TestSystemOptions,
): Promise<TestSystemParts> {
  const stubs = new Stubs();
  const unfinished = new Unfinished();
  const topology = (): Topology => topologyOf(service.model);
  const isRaw = (name: string): boolean => {
    const source = sourcesOf(service.model).find(({ key }) => key === name);
    return source?.origin !== undefined || source?.delivery.foreign?.format === 'raw';
  };
  const inputOf = (queue: string): string | undefined =>
    service.model.workers.find((worker) => worker.input && worker.queue === queue)?.on;
  const record = (bus: Bus): RecordedBus =>
    new RecordedBus({ bus, stubs, unfinished, topology, isRaw, inputOf });
  let db: Database | undefined;
  let recorded: RecordedBus | undefined;
  const resources: Resources = {
    openBus: (service) => (recorded = openBus(service, record)),
    openDatabase: async ({ model, log, closers }) => {
      db = closers.add('database', await openTestDatabase({ database, model, log }), (db) => db.close());
      await prepare?.(db);
      return db;
    },
  };
  const open: OpenRole = (service) => openOn(resources, service);
  const system = await openSystem(service, { ...roles.start, load: async () => ({ open }) });
  if (!recorded) throw new TypeError('the role opened no bus');
  // The caller wants tables, although no worker uses any.
  if (!db && prepare) await resources.openDatabase(service);
  const rows = database === 'none' ? undefined : db;
  const clear = async (): Promise<void> => (rows ? await removeRows(rows) : undefined);
  const absent = createAbsentDatabase('no worker of this file uses a database');
  return { system, bus: recorded, db: db ?? absent, removeRows: clear, stubs, unfinished };
}

function refuseFile(path: string): never {
  throw new ConfigError(`a test system reads no settings, and so not ${path}`);
}
