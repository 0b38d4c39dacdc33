export { compareOpenApi } from './compare/compare-openapi.ts';
export type { Change } from './compare/change.ts';
export { cloudEventSchema, ownEventOf } from './deliveries/cloud-events.ts';
export type { Severity } from './compare/schema/finding.ts';
export { asyncApiOf } from './describe/asyncapi/asyncapi.ts';
export type { Access } from './model/access.ts';
export { secretFault } from './schemes/jwt-reader.ts';
export { parseClients, parseUsers } from './file/auth/listed-file.ts';
export type { Auth, Scheme, SchemeKind } from './model/auth.ts';
export * from './schemes/schemes.ts';
export type { ClaimValues } from './schemes/claim-values.ts';
export type { ContentSource } from './schemes/source.ts';
export { consumedJson } from './model/consumed-type.ts';
export type { BodyFormat, ConsumedType } from './model/consumed-type.ts';
export { headerFieldsOf } from './json-schema/header-fields.ts';
export type { HeaderField } from './json-schema/header-fields.ts';
export type { FillDefaults } from './json-schema/body-defaults.ts';
export { SchemaCompiler } from './json-schema/schema-compiler.ts';
export type { ValidateJson } from './json-schema/schema-compiler.ts';
export type { TextReader, Texts, TextValues } from './json-schema/text-reader.ts';
export { maxViolations, pointerStep } from './json-schema/violation.ts';
export { methods } from './model/model.ts';
export type {
  EndpointDelivery,
  EndpointKind,
  Endpoint,
  Feed,
  Info,
  JsonSchema,
  Method,
  Migrations,
  Model,
  Source,
  Worker,
} from './model/model.ts';
export { tableOf } from './model/use.ts';
export type { BuiltInKind, ExistsQuery, ReplyColumn, SqlExpectation, Use, UseOf } from './model/use.ts';
export type { RateLimit } from './model/rate-limit.ts';
export { exchangeName, feedQueueName, inputQueueName, internalExchangeName } from './model/names.ts';
export type { Origin, OriginExchange } from './model/origin.ts';
export type { PluginChanges, PluginGroup, PluginModule } from './model/plugins.ts';
export { createFindRoute, orderingKeyOf, partitionHeader, partitionOf } from './model/message-route.ts';
export type { FindRoute, MessageRoute } from './model/message-route.ts';
export {
  consumedQueuesOf,
  partitionQueue,
  partitionsOf,
  queuesOf,
  valueQueue,
} from './model/worker-queues.ts';
export type { QueueOwner } from './model/worker-queues.ts';
export { queuePartsOf } from './model/queue-parts.ts';
export type { QueuePart } from './model/queue-parts.ts';
export type { Order, Routing, RoutingKey, WorkerOrder } from './model/routing.ts';
export { isEndpoint, sourcePointer, sourcesOf } from './model/sources.ts';
export { assertReplyHeaders, defaultTypeOf, parseProducedType } from './model/reply-rules.ts';
export type { ReplyForm } from './model/reply-rules.ts';
export { valueAt } from './model/call-path.ts';
export type { CallPath, CallValues } from './model/call-path.ts';
export { mayBeLeftOut } from './model/columns.ts';
export type { Bound, Column, ColumnType, EqualityFilter, Filter, RangeFilter } from './model/columns.ts';
export { fillTemplate } from './model/call-template.ts';
export type { CallTemplate } from './model/call-template.ts';
export { encodeWord, foreignNameFault, formatTarget } from './model/foreign-target.ts';
export type { ForeignExchange, ForeignQueue, ForeignTarget } from './model/foreign-target.ts';
export type { IncludeReader } from './file/parts.ts';
export { createLocator } from './locator.ts';
export type { Locate } from './locator.ts';
export { parseBySchema } from './parse-by-schema.ts';
export type { ReportMistake, SchemaFile, SchemaFileOptions } from './parse-by-schema.ts';
export { parseEndpoints } from './parse-endpoints.ts';
export type { ParseOptions } from './parse-endpoints.ts';
export type { Environment } from './yaml/substitution.ts';
export type { JsonObject } from './model/json.ts';
export { openApiOf } from './describe/openapi/openapi.ts';
export type { DocumentOptions } from './describe/openapi/openapi.ts';
export { openApiPath } from './model/route.ts';
export { typesOf } from './describe/typescript/types.ts';
export { deliveries, isAnswered, isOwn } from './deliveries/deliveries.ts';
export { defineDelivery } from './deliveries/delivery-spec.ts';
export type { DeliverySpec } from './deliveries/delivery-spec.ts';
export { unroutedQueue } from './deliveries/source-topology.ts';
export { memoryTopologyOf, topologyOf } from './deliveries/topology.ts';
export type { CallShape } from './model/call-path-check.ts';
export type { SqlMistake } from './sql/sql-mistake.ts';
export { readCallStatement, readExistsQuery } from './handlers/call-statement.ts';
export { describeSqlMistake, readSqlText, sqlProblem } from './sql/sql-problem.ts';
export type { SqlStatement } from './sql/sql-statement.ts';
export { splitStatements } from './sql/split-statements.ts';
export type { SplitText, Statement } from './sql/split-statements.ts';
export { parseSize } from './yaml/units.ts';
export { nearest } from './yaml/suggestion.ts';
