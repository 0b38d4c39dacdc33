export { readDatabaseTls } from './database-tls.ts';
export type { DatabaseTls, TlsMode } from './database-tls.ts';
export { parseDatabaseUrl } from './database-url.ts';
export type { DatabaseAddress } from './database-url.ts';
export type { Database, Queryable, SqlValue } from './database.ts';
export { openEmbedded } from './embedded/embedded.ts';
export type { EmbeddedOptions } from './embedded/embedded.ts';
export { DatabaseError, Reject, Retry } from './errors.ts';
export type { DatabaseErrorKind } from './errors.ts';
export { defineHandler } from './handler.ts';
export type {
  Call,
  DefinedHandler,
  EndpointTypes,
  Handler,
  HandlerContext,
  PublishedCall,
  RequestInfo,
} from './handler.ts';
export { loadHandler } from './handlers/load-handler.ts';
export type { LoadModule } from './handlers/load-handler.ts';
export { migrate } from './migrate.ts';
export type { MigrateOptions } from './migrate.ts';
export { openPostgres } from './postgres.ts';
export type { PostgresOptions } from './postgres.ts';
export { connectionsOf } from './runtime/connections.ts';
export { createPrepare } from './runtime/prepare.ts';
export { createWorkerMetrics } from './runtime/worker-metrics.ts';
export type { WorkerMetrics } from './runtime/worker-metrics.ts';
export { checkWorkers } from './runtime/choose-workers.ts';
export { openWorkers } from './runtime/workers.ts';
export type { Workers, WorkersOptions } from './runtime/workers.ts';
