// The errors that handlers throw are exported beside defineHandler.
export { RequestError } from '@restmapper/core';
export type { RequestErrorOptions } from '@restmapper/core';
export { openEmbeddedConsole } from './database/console/open-embedded-console.ts';
export { openPostgresConsole } from './database/console/open-postgres-console.ts';
export type { SqlField, SqlPage, SqlResult, SqlRow } from './database/console/paged-query.ts';
export type {
  PageListener,
  RunOptions,
  SqlConsole,
  SqlConsoleOptions,
} from './database/console/sql-console.ts';
export { describeStatementFailure } from './database/statement-failure.ts';
export type { StatementFailure } from './database/statement-failure.ts';
export { readDatabaseTls } from './database/database-tls.ts';
export type { DatabaseTls, TlsMode } from './database/database-tls.ts';
export { parseDatabaseUrl } from './database/database-url.ts';
export type { DatabaseAddress } from './database/database-url.ts';
export type { Database, Queryable, QueryOptions, SqlValue } from './database/database.ts';
export { isEmbeddedInstalled, openEmbedded } from './database/embedded/embedded.ts';
export type { EmbeddedOptions } from './database/embedded/embedded.ts';
export { DatabaseError } from './database/database-error.ts';
export type { DatabaseErrorKind } from './database/database-error.ts';
export { createAbsentDatabase } from './database/absent-database.ts';
export { Reject, Retry } from './work/errors.ts';
export { encodeReply } from './work/encode-reply.ts';
export { errorAnswer } from './work/outcome.ts';
export type { HandlerReply } from './work/outcome.ts';
export { reply } from './work/reply.ts';
export type { FullReply, ReplyOptions } from './work/reply.ts';
export { defineHandler } from './work/handler.ts';
export { createPlugins } from './work/plugins.ts';
export type { AnyPlugins, Plugins } from './work/plugins.ts';
export type {
  AnyOptions,
  AnySources,
  Ask,
  AskOptions,
  Call,
  CallTo,
  DefinedHandler,
  EndpointTypes,
  Handler,
  HandlerContext,
  MessageInfo,
  Publish,
  PublishedCall,
  ReplyFrom,
} from './work/handler.ts';
export { loadHandler } from './handlers/module/load-handler.ts';
export { findPluginFaults } from './handlers/module/load-plugins.ts';
export { ModuleRevisions } from './handlers/module/module-revisions.ts';
export type { RevisedModel } from './handlers/module/module-revisions.ts';
export type { HandlerRoom, LoadModule, WorkerOf, WorkParts } from './work/handler-room.ts';
export { rooms } from './handlers/handlers.ts';
export { inspectMigrations, migrateApplication } from './database/application-migrations.ts';
export { readMigrationFiles } from './database/migration-files.ts';
export { migrate, pendingMigrations } from './database/migrate.ts';
export type { MigrateOptions } from './database/migrate.ts';
export { openPostgres } from './database/postgres.ts';
export type { PostgresOptions } from './database/postgres.ts';
export { connectionsOf } from './runtime/connections.ts';
export { inspectDatabase } from './handlers/inspect-database.ts';
export type { DatabaseInspection, TableState } from './handlers/inspect-database.ts';
export { prepareWorkers } from './handlers/prepare.ts';
export { createWorkerMetrics } from './work/worker-metrics.ts';
export type { WorkerMetrics } from './work/worker-metrics.ts';
export { checkPlugins, checkWorkers } from './runtime/choose-workers.ts';
export type { PartitionShare } from './runtime/running-worker.ts';
export { openWorkers } from './runtime/workers.ts';
export type { NextWorkers, Workers, WorkersOptions } from './runtime/workers.ts';
