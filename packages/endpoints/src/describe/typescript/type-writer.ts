import type { JsonObject } from '../../model/json.ts';
import type { JsonSchema } from '../../model/model.ts';
import { planDefaults } from '../../json-schema/default-plan.ts';
import { SchemaDocument } from '../../json-schema/document.ts';
import { pointerNames } from '../../yaml/pointer.ts';
import { type Subschema, subschemasOf } from '../../json-schema/subschemas.ts';
import { isShared, SharedTypes, type View } from './shared-types.ts';
import { arrayType, literalType, objectType, unionOf } from './type-text.ts';
import { typeNameOf } from './type-name.ts';

export interface TypeWriterOptions {
  /** The name of the type for the whole schema. */
  readonly name: string;
  readonly view: View;
  /** The names of all types in the module; those of the parts are added. @default this type's */
  readonly taken?: Set<string>;
  /** The types of shared schemas in the module; those that are written here are added. @default none */
  readonly shared?: SharedTypes;
}

/**
 * Writes one JSON Schema as TypeScript types.
 *
 * Types are less expressive than schemas: `minimum`, `pattern`, `not` and `if` are dropped, and what no type
 * can express is `unknown`. An object with declared properties has only these, unless the schema allows
 * others.
 */
export class TypeWriter {
  readonly #schema: JsonSchema;
  readonly #options: Required<TypeWriterOptions>;
  readonly #subschemas: readonly Subschema[];
  /** The schemas whose default is filled in. */
  readonly #filled: ReadonlySet<unknown>;
  /** The types of referenced parts, by pointer. */
  readonly #parts = new Map<string, string>();

  constructor(schema: JsonSchema, options: TypeWriterOptions) {
    this.#schema = schema;
    this.#options = { taken: new Set([options.name]), shared: new SharedTypes(), ...options };
    this.#subschemas = [...subschemasOf(schema, '')];
    this.#filled = options.view === 'filled' ? planDefaults(new SchemaDocument(schema)).filled : new Set();
  }

  /** The declarations of the type, and of the parts of the schema that it refers to. */
  write(): readonly string[] {
    const { name } = this.#options;
    const root = `export type ${name} = ${this.#typeOf(this.#schema)};`;
    const declarations = [root];
    // Writing a part may add others, which the iteration over the map includes.
    for (const [pointer, partName] of this.#parts) {
      const part = this.#subschemas.find((sub) => sub.pointer === pointer);
      // A shared schema is often used by one with the type, such as a query.
      const type = this.#typeOf(part?.schema, isShared(pointer) ? 'object' : undefined);
      declarations.push(`export type ${partName} = ${type};`);
    }
    return declarations;
  }

  /** A schema beside another one with a type inherits that type, unless it has its own. */
  #typeOf(schema: unknown, outerType?: unknown): string {
    if (typeof schema !== 'object' || schema === null) return schema === false ? 'never' : 'unknown';
    // In a validated schema, anything but a boolean or null is an object.
    const object = withType(schema as JsonObject, outerType);
    const types = [
      '$ref' in object ? this.#refType(object['$ref']) : 'unknown',
      this.#ownType(object),
      ...['anyOf', 'oneOf'].map((keyword) => this.#anyOf(object[keyword], object['type'])),
      ...listOf(object['allOf']).map((inner) => this.#typeOf(inner, object['type'])),
    ];
    const told = [...new Set(types)].filter((type) => type !== 'unknown');
    if (told.length <= 1) return told[0] ?? 'unknown';
    return told.map((type) => (type.includes(' | ') ? `(${type})` : type)).join(' & ');
  }

  #ownType(schema: JsonObject): string {
    if ('const' in schema) return literalType(schema['const']);
    if (Array.isArray(schema['enum'])) return unionOf(schema['enum'].map(literalType));
    if (schema['type'] === undefined || isToldElsewhere(schema)) return 'unknown';
    return unionOf(listOf(schema['type']).map((type) => this.#typeNamed(type, schema)));
  }

  #typeNamed(type: unknown, schema: JsonObject): string {
    switch (type) {
      case 'integer':
      case 'number':
        return 'number';
      case 'string':
      case 'boolean':
      case 'null':
        return type;
      case 'array':
        return arrayType(schema, (inner) => this.#typeOf(inner));
      case 'object':
        return objectType(schema, {
          typeOf: (inner) => this.#typeOf(inner),
          isFilled: (property) => this.#filled.has(property),
        });
      default:
        return 'unknown';
    }
  }

  #anyOf(schemas: unknown, outerType: unknown): string {
    if (schemas === undefined) return 'unknown';
    return unionOf(listOf(schemas).map((inner) => this.#typeOf(inner, outerType)));
  }

  /** Nested schemas with their own base are not followed. */
  #refType(ref: unknown): string {
    const pointer = this.#pointerOf(String(ref));
    const isFollowed = this.#subschemas.every(({ schema, pointer }) => pointer === '' || !('$id' in schema));
    if (pointer === undefined || !isFollowed) return 'unknown';
    if (pointer === '') return this.#options.name;
    return (
      this.#parts.get(pointer) ?? this.#sharedType(pointer) ?? this.#addPart(pointer, this.#nameFor(pointer))
    );
  }

  #addPart(pointer: string, name: string): string {
    this.#parts.set(pointer, name);
    return name;
  }

  /** `undefined`: the place is not in a shared schema. */
  #sharedType(pointer: string): string | undefined {
    const { shared, view, taken } = this.#options;
    const type = shared.find(pointer, { view, subschemas: this.#subschemas });
    if (type === undefined) return undefined;
    return type.name ?? this.#addPart(pointer, type.add(taken));
  }

  /** `undefined`: the reference does not point into this schema. */
  #pointerOf(ref: string): string | undefined {
    const fragment = /^#(.*)$/.exec(ref)?.[1];
    if (fragment === undefined) return undefined;
    const found = this.#subschemas.find(({ pointer, schema }) =>
      fragment === '' || fragment.startsWith('/')
        ? pointer === decodeURIComponent(fragment)
        : schema['$anchor'] === fragment,
    );
    return found?.pointer;
  }

  #nameFor(pointer: string): string {
    const { name: whole, taken } = this.#options;
    const [first = '', ...others] = pointerNames(pointer);
    return typeNameOf([whole, ...(first === '$defs' ? others : [first, ...others])], taken);
  }
}

const objectKeywords = ['properties', 'patternProperties', 'required', 'additionalProperties'];

/** Whether a schema of an object leaves its members to others. */
function isToldElsewhere(schema: JsonObject): boolean {
  const isObject = schema['type'] === 'object' && objectKeywords.every((keyword) => !(keyword in schema));
  return isObject && ('$ref' in schema || 'allOf' in schema);
}

/** A schema with keywords for members is of type object if its parent is. */
function withType(schema: JsonObject, outerType: unknown): JsonObject {
  const speaks = objectKeywords.some((keyword) => keyword in schema);
  return outerType === 'object' && speaks && schema['type'] === undefined
    ? { type: 'object', ...schema }
    : schema;
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
