import { SchemaDocument } from '../json-schema/document.ts';
import { isMap, type SchemaObject } from '../json-schema/keyword.ts';
import { subschemasOf } from '../json-schema/subschemas.ts';
import { TextSchemas } from '../json-schema/text-schemas.ts';
import { headerFault } from '../model/header-names.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawSchema } from './structure.ts';

/** Completes the schema of declared request headers: of type object, with names in lower case. */
export function headersSchema(written: RawSchema): JsonSchema {
  const copy = structuredClone(written);
  // Values of headers are never objects, so each name anywhere below is that of a header.
  for (const { schema } of subschemasOf(copy, '')) lowerNames(schema);
  return { type: 'object', ...copy };
}

function lowerNames(schema: Record<string, unknown>): void {
  const { $ref, required } = schema;
  for (const keyword of ['properties', 'dependentSchemas', 'dependentRequired']) {
    const members = schema[keyword];
    if (!isMap(members)) continue;
    const lowered = Object.entries(members).map(([name, value]) => [name.toLowerCase(), lowerList(value)]);
    schema[keyword] = Object.fromEntries(lowered);
  }
  if (required !== undefined) schema['required'] = lowerList(required);
  if (typeof $ref === 'string') schema['$ref'] = lowerReference($ref);
}

function lowerList(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((name: unknown) => (typeof name === 'string' ? name.toLowerCase() : name))
    : value;
}

function lowerReference(ref: string): string {
  return ref.replaceAll(
    /(\/(?:properties|dependentSchemas)\/)([^/]+)/g,
    (_, keyword: string, name: string) => keyword + name.toLowerCase(),
  );
}

/** Only headers that are named are read. */
const idleKeywords = ['patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'];

/** Reports names that cannot be declared, names that differ only in case, and keywords for undeclared headers. */
export function checkHeaders(root: JsonSchema, pointer: string, report: Report): void {
  const places = new Map([...subschemasOf(root, pointer)].map((sub) => [sub.schema, sub.pointer]));
  const { parts } = new TextSchemas(new SchemaDocument(root), root);
  const declared = new Set(parts.flatMap(namesOf).map((name) => name.toLowerCase()));
  for (const part of parts) {
    const place = places.get(part);
    if (place === undefined) continue;
    for (const name of [part['required'] ?? []].flat().map(String)) {
      if (declared.has(name.toLowerCase())) continue;
      report.atKey(extendPointer(place, 'required'), `\`${name}\` is required, but not under \`properties\``);
    }
    checkNames(namesOf(part), extendPointer(place, 'properties'), report);
    for (const keyword of idleKeywords.filter((keyword) => Object.hasOwn(part, keyword))) {
      const message = `\`${keyword}\` has no effect: only headers under \`properties\` are read`;
      report.atKey(extendPointer(place, keyword), message);
    }
  }
}

function namesOf({ properties }: SchemaObject): readonly string[] {
  return Object.keys(properties ?? {});
}

function checkNames(names: readonly string[], place: string, report: Report): void {
  const known = new Map<string, string>();
  for (const name of names) {
    const earlier = known.get(name.toLowerCase());
    const fault =
      earlier === undefined
        ? headerFault(name)
        : `\`${name}\` is the same header as \`${earlier}\`: names of headers have no case`;
    if (fault !== undefined) report.atKey(extendPointer(place, name), fault);
    known.set(name.toLowerCase(), name);
  }
}
