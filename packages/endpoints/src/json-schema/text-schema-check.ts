import { SchemaDocument } from './document.ts';
import type { SchemaObject } from './keyword.ts';
import { TextSchemas } from './text-schemas.ts';
import { isOfType } from './value-keywords.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { subschemasOf } from './subschemas.ts';

/** The keywords that apply to one type only, by type. */
const judges: Readonly<Record<string, readonly string[]>> = {
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'],
  object: [
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'propertyNames',
    'minProperties',
  ],
};

/**
 * Reports keywords without effect on parameters, which arrive as text: it becomes a number, a list, `true` or
 * null only if a `type` says so, and never a mapping.
 */
export function checkTextSchema(root: JsonSchema, pointer: string, report: Report): void {
  const schemas = new TextSchemas(new SchemaDocument(root), root);
  const places = new Map([...subschemasOf(root, pointer)].map((sub) => [sub.schema, sub.pointer]));
  const checked = new Set<unknown>();
  const check = (subject: string, schema: JsonSchema): void => {
    const parts = schemas.together([schema]);
    const types = parts.flatMap(({ type }) => [type ?? []].flat().map(String));
    for (const part of parts) {
      const place = places.get(part);
      if (place !== undefined) checkPart(part, { subject, types, place, report });
    }
    for (const item of parts.flatMap(itemsOf)) {
      if (checked.has(item)) continue;
      checked.add(item);
      check(`an item of ${subject}`, item);
    }
  };
  for (const [subject, schema] of schemas.parts.flatMap(membersOf)) check(subject, schema);
}

/** The meta-schema has validated that they are schemas. */
type Schemas = Readonly<Record<string, JsonSchema>>;

/** The schemas of parameters, and their names for messages. */
function membersOf(part: SchemaObject): readonly (readonly [subject: string, schema: JsonSchema])[] {
  const { properties = {}, patternProperties = {} } = part;
  const others = [part['additionalProperties'], part['unevaluatedProperties']] as readonly JsonSchema[];
  return [
    ...Object.entries(properties as Schemas).map(([name, schema]) => [`\`${name}\``, schema] as const),
    ...Object.entries(patternProperties as Schemas).map(
      ([pattern, schema]) => [`a parameter like \`${pattern}\``, schema] as const,
    ),
    ...others.map((schema) => ['any other parameter', schema] as const),
  ];
}

function itemsOf({ items, prefixItems = [], unevaluatedItems }: SchemaObject): readonly JsonSchema[] {
  return [prefixItems, items ?? [], unevaluatedItems ?? []].flat() as readonly JsonSchema[];
}

interface Parameter {
  /** The subject of the schema, such as a parameter in backticks. */
  readonly subject: string;
  /** The types named for it anywhere in its schema. */
  readonly types: readonly string[];
  readonly place: string;
  readonly report: Report;
}

function checkPart(schema: SchemaObject, { subject, types, place, report }: Parameter): void {
  const possible = types.length === 0 ? ['string'] : types;
  if (possible.every((type) => type === 'object')) {
    report.atKey(extendPointer(place, 'type'), `${subject} arrives as text, which never becomes a mapping`);
    return;
  }
  for (const [type, keywords] of Object.entries(judges)) {
    if (possible.includes(type) || (type === 'number' && possible.includes('integer'))) continue;
    const keyword = keywords.find((keyword) => Object.hasOwn(schema, keyword));
    const advice = type === 'object' ? '' : `; add \`type: ${type === 'number' ? 'integer' : type}\``;
    if (keyword !== undefined) {
      report.atKey(
        extendPointer(place, keyword),
        `${subject} arrives as text, so \`${keyword}\` never judges it${advice}`,
      );
    }
  }
  checkValues(schema, { subject, types, place, report });
}

/** A value may also stay text, whatever its types. */
function checkValues(schema: SchemaObject, { subject, types, place, report }: Parameter): void {
  const own = [schema['type'] ?? []].flat().map(String);
  const isPossible = (value: unknown): boolean =>
    [...types, 'string'].some((type) => isOfType(value, type)) &&
    (own.length === 0 || own.some((type) => isOfType(value, type)));
  for (const keyword of ['enum', 'const']) {
    if (!Object.hasOwn(schema, keyword)) continue;
    const values: readonly unknown[] = keyword === 'enum' ? [schema['enum']].flat() : [schema['const']];
    if (values.some(isPossible)) continue;
    const message = `${subject} arrives as text, so its \`${keyword}\` never holds; add a \`type\` that does`;
    report.atKey(extendPointer(place, keyword), message);
  }
}
