export { ConfigError } from './errors.ts';
export type { Problem } from './errors.ts';
export { methods } from './model.ts';
export type { Delivery, Endpoint, Feed, JsonSchema, Method, Model, Use, Worker } from './model.ts';
