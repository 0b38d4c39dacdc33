import type { JsonSchema } from '../model/model.ts';
import type { Evaluate } from './run.ts';

export type SchemaObject = Readonly<Record<string, unknown>>;

/** The context of a keyword in its schema. */
export interface KeywordContext {
  readonly schema: SchemaObject;
  /** Compiles a subschema. */
  readonly compile: (schema: JsonSchema) => Evaluate;
}

/** Compiles the validated value of a keyword; undefined if it asserts nothing. */
export type Keyword = (value: unknown, context: KeywordContext) => Evaluate | undefined;

export type Keywords = Readonly<Record<string, Keyword>>;

export type JsonMap = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object; exact numbers are not. */
export function isMap(value: unknown): value is JsonMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
