export type { Database, Queryable, SqlValue } from './database.ts';
export { DatabaseError, Reject, Retry } from './errors.ts';
export type { DatabaseErrorKind } from './errors.ts';
export { defineHandler } from './handler.ts';
export type { Call, DefinedHandler, Handler, HandlerContext, PublishedCall, RequestInfo } from './handler.ts';
