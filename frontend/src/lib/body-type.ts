import type { JsonSchema } from './json-schema.ts';

/** How a body is entered: as JSON, as the fields of a form, as text, or as a file. */
export type BodyFormat = 'json' | 'form' | 'text' | 'binary';

/** A media type of the bodies that an endpoint takes. */
export interface BodyType {
  /** Such as `text/csv`, or a range such as `image/*`. */
  readonly type: string;
  readonly format: BodyFormat;
  readonly schema: JsonSchema;
}

/** The type with its format, which is the gateway's. */
export function bodyTypeOf(type: string, schema: JsonSchema): BodyType {
  const format = formatOf(type);
  return { type, format, schema: format === 'form' ? formSchema(schema) : schema };
}

function formatOf(type: string): BodyFormat {
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type.startsWith('text/')) return 'text';
  return /^application\/(?:.+\+)?json$/.test(type) ? 'json' : 'binary';
}

/** A form is an object, where the schema allows other values too; without a schema, one of texts. */
function formSchema(schema: JsonSchema): JsonSchema {
  const isOpen = schema === true || (typeof schema === 'object' && Object.keys(schema).length === 0);
  if (isOpen) return { type: 'object', additionalProperties: { type: 'string' } };
  return typeof schema === 'object' && Array.isArray(schema['type']) ? { ...schema, type: 'object' } : schema;
}

/** The type that a file is sent as: its own if the endpoint's is a range that includes it. */
export function typeOfFile(file: { readonly type: string }, { type }: BodyType): string {
  if (!type.endsWith('/*')) return type;
  return isInRange(file.type, type) ? file.type : 'application/octet-stream';
}

/** Why a file cannot be sent; `undefined` if it can. */
export function fileFault(file: File | undefined, { type }: BodyType): string | undefined {
  if (!file) return 'choose a file';
  const isFit = !type.endsWith('/*') || isInRange(file.type, type);
  return isFit ? undefined : `is ${file.type || 'of an unknown type'}, not ${type}`;
}

function isInRange(type: string, range: string): boolean {
  return type.startsWith(range.slice(0, -1));
}
