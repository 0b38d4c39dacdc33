import type { JsonSchema } from '../model/model.ts';
import type { Evaluate } from './run.ts';

export type SchemaObject = Readonly<Record<string, unknown>>;

/** What a keyword needs to know of the schema that it stands in. */
export interface KeywordContext {
  readonly schema: SchemaObject;
  /** Compiles a schema that stands in this one. */
  readonly compile: (schema: JsonSchema) => Evaluate;
}

/** Compiles the value of a keyword, which the meta-schema has checked; undefined where it asserts nothing. */
export type Keyword = (value: unknown, context: KeywordContext) => Evaluate | undefined;

export type Keywords = Readonly<Record<string, Keyword>>;

export type JsonMap = Readonly<Record<string, unknown>>;

/** Whether a value is an object in JSON's sense; numbers that kept their text are not. */
export function isMap(value: unknown): value is JsonMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
