import type { SchemaObject } from './keyword.ts';

/** Why a schema cannot be compiled, with the keyword and subschema at fault. */
export class UnusableSchema extends Error {
  readonly schema: SchemaObject;
  readonly keyword: string;

  constructor(schema: SchemaObject, keyword: string, message: string) {
    super(message);
    this.schema = schema;
    this.keyword = keyword;
  }
}
