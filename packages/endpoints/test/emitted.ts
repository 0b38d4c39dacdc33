import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { JsonObject } from '../src/index.ts';

/** The value at a JSON pointer within a document. */
export function valueAt(document: JsonObject, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce<unknown>((value, name) => {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    return (value as JsonObject | undefined)?.[key];
  }, document);
}

/** Every `$ref` in a document that points within it. */
export function refsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

/** Compiles the schema at a JSON pointer within a document, as a reader of the whole document does. */
export function compileAt(document: JsonObject, pointer: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  formats.default(ajv);
  ajv.addSchema(document, 'document.json');
  const fragment = pointer.split('/').map(encodeURIComponent).join('/');
  return ajv.compile({ $ref: `document.json#${fragment}` });
}

/** Whether a value is a JSON Schema 2020-12, by the meta-schema. */
export function isJsonSchema(schema: unknown): boolean {
  return new Ajv2020({ strict: false }).validateSchema(schema as JsonObject) === true;
}
