import type { SchemaObject } from './keyword.ts';

/** Why a schema cannot judge anything, and at which keyword of which schema in it that shows. */
export class UnusableSchema extends Error {
  readonly schema: SchemaObject;
  readonly keyword: string;

  constructor(schema: SchemaObject, keyword: string, message: string) {
    super(message);
    this.schema = schema;
    this.keyword = keyword;
  }
}
