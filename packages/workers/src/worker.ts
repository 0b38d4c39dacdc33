/** What a worker's module imports, as `restmapper/worker`. */
export { RequestError } from '@restmapper/core';
export { BusError } from '@restmapper/bus/errors';
export type { BusErrorCode } from '@restmapper/bus/errors';
export type {
  AttributeValue,
  CloudEvent,
  Identity,
  Log,
  RequestErrorOptions,
  Violation,
} from '@restmapper/core';
export { DatabaseError } from './database/database-error.ts';
export type { DatabaseErrorKind } from './database/database-error.ts';
export type { Database, Queryable, QueryOptions, SqlValue } from './database/database.ts';
export { Reject, Retry } from './work/errors.ts';
export { reply } from './work/reply.ts';
export type { FullReply, ReplyOptions } from './work/reply.ts';
export { defineHandler } from './work/handler.ts';
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
