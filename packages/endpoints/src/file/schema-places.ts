import { isMap, type JsonMap } from '../json-schema/keyword.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { describeFile } from './schema-file.ts';

/** The definitions of the file's schema that stand for JSON Schemas. */
const jsonSchemas = new Set(['#/definitions/jsonSchema', '#/definitions/objectSchema']);

/**
 * Replaces every JSON Schema in a checked file, wherever the file's schema allows one, except those under `schemas`.
 *
 * @param replace - called with the pointer of each.
 */
export function replaceSchemas(
  file: object,
  replace: (schema: JsonSchema, pointer: string) => JsonSchema,
): void {
  const visit = (value: unknown, nodes: readonly JsonMap[], pointer: string): unknown => {
    if (nodes.some(({ $ref }) => jsonSchemas.has(String($ref)))) {
      return isMap(value) || typeof value === 'boolean' ? replace(value, pointer) : value;
    }
    const all = nodes.flatMap(alternatives);
    if (Array.isArray(value)) {
      const items = all.flatMap(({ items }) => (isMap(items) ? [items] : []));
      return value.map((item, index) => visit(item, items, extendPointer(pointer, index)));
    }
    if (!isMap(value) || all.length === 0) return value;
    const visited = Object.entries(value).map(([key, inner]) => {
      const below = all.flatMap((node) => schemasOfKey(node, key));
      return [key, visit(inner, below, extendPointer(pointer, key))] as const;
    });
    return Object.fromEntries(visited);
  };
  const { properties } = describeFile();
  for (const [key, value] of Object.entries(file)) {
    const section: unknown = isMap(properties) && key !== 'schemas' ? properties[key] : undefined;
    if (isMap(section)) Object.assign(file, { [key]: visit(value, [section], extendPointer('', key)) });
  }
}

/** A part of the file's schema with what it refers to, and its alternatives. */
export function alternatives(node: JsonMap): readonly JsonMap[] {
  const { $ref, oneOf, anyOf, allOf } = node;
  const target = typeof $ref === 'string' ? definitionAt($ref) : undefined;
  const inner = [target, oneOf, anyOf, allOf].flat().filter(isMap);
  return [node, ...inner.flatMap(alternatives)];
}

function definitionAt(ref: string): unknown {
  const [, name] = /^#\/definitions\/(\w+)$/.exec(ref) ?? [];
  const { definitions } = describeFile();
  return isMap(definitions) && name !== undefined ? definitions[name] : undefined;
}

/** The schemas of a key: by its name, or of any other. */
export function schemasOfKey({ properties, additionalProperties }: JsonMap, key: string): readonly JsonMap[] {
  if (isMap(properties) && Object.hasOwn(properties, key)) return [properties[key]].filter(isMap);
  return [additionalProperties].filter(isMap);
}
