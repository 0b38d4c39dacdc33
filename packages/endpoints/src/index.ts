export { asyncApiOf } from './asyncapi/asyncapi.ts';
export type { Access } from './auth/access.ts';
export { secretFault } from './auth/jwt-reader.ts';
export { parseClients, parseUsers } from './auth/listed-file.ts';
export type {
  ApiClient,
  ApiKeyScheme,
  Auth,
  BasicScheme,
  BasicUser,
  ClaimValues,
  ForwardScheme,
  JwtKeys,
  JwtScheme,
  Scheme,
  Source,
} from './auth/scheme.ts';
export { SchemaCompiler } from './json-schema/schema-compiler.ts';
export type { ValidateJson } from './json-schema/schema-compiler.ts';
export type { TextReader, Texts, TextValues } from './json-schema/text-reader.ts';
export { maxViolations, pointerStep } from './json-schema/violation.ts';
export { methods } from './model.ts';
export type { Delivery, Endpoint, Feed, Info, JsonSchema, Method, Model, Use, Worker } from './model.ts';
export type { RateLimit } from './rate-limit-reader.ts';
export { exchangeName, feedQueueName } from './names.ts';
export { parseEndpoints } from './parse-endpoints.ts';
export type { ParseOptions } from './parse-endpoints.ts';
export type { Environment } from './substitution.ts';
export type { JsonObject } from './json.ts';
export { openApiOf } from './openapi/openapi.ts';
export type { DocumentOptions } from './openapi/openapi.ts';
export { openApiPath } from './route.ts';
export { typesOf } from './typescript/types.ts';
export { topologyOf } from './topology.ts';
export { parseSize } from './units.ts';
