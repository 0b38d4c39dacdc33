import { ownPropertiesOf } from '../../model/schema-properties.ts';
import type { JsonObject } from '../../model/json.ts';

type TypeOf = (schema: unknown) => string;

export interface ObjectTypeOptions {
  readonly typeOf: TypeOf;
  /** Whether a property's default is filled in, so that it is always present. */
  readonly isFilled: (property: unknown) => boolean;
}

/** Writes the type of one of several. */
export function unionOf(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  if (distinct.includes('unknown') || distinct.length === 0) return 'unknown';
  const possible = distinct.filter((type) => type !== 'never');
  return possible.length === 0
    ? 'never'
    : possible.map((type) => (type.includes(' & ') ? `(${type})` : type)).join(' | ');
}

/** Writes the literal type of a value; `unknown` for an object or a list. */
export function literalType(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'unknown' : JSON.stringify(value);
}

/** Writes the type of an array: a tuple if its first items have separate schemas. */
export function arrayType(schema: JsonObject, typeOf: TypeOf): string {
  const { prefixItems, items = true, minItems } = schema;
  const rest = `Array<${typeOf(items)}>`;
  if (!Array.isArray(prefixItems)) return rest;
  const least = typeof minItems === 'number' ? minItems : 0;
  const first = prefixItems.map((item, index) => {
    const type = typeOf(item);
    return index < least ? type : `(${type})?`;
  });
  return `[${[...first, ...(items === false ? [] : [`...${rest}`])].join(', ')}]`;
}

/** Writes the type of an object, one property a line. */
export function objectType(schema: JsonObject, { typeOf, isFilled }: ObjectTypeOptions): string {
  const properties = ownPropertiesOf(schema);
  const required = new Set([schema['required']].flat());
  const undeclared = [...required].filter((name) => typeof name === 'string' && !properties.has(name));
  const lines = [...properties, ...undeclared.map((name) => [String(name), true] as const)].map(
    ([name, property]) => {
      const isThere = required.has(name) || isFilled(property);
      return `${commentOf(property)}${keyOf(name)}${isThere ? '' : '?'}: ${typeOf(property)};`;
    },
  );
  const others = otherProperties(schema, typeOf);
  if (others !== undefined) lines.push(`[name: string]: ${others};`);
  if (lines.length === 0) return 'Record<string, never>';
  return `{\n${indent(lines.join('\n'))}\n}`;
}

/** The type of undeclared properties; `undefined` if there are none. */
function otherProperties(schema: JsonObject, typeOf: TypeOf): string | undefined {
  const { additionalProperties, patternProperties, properties, required } = schema;
  const byPattern = Object.values(patternProperties ?? {});
  const isNamed = properties !== undefined || required !== undefined;
  if (additionalProperties === false && byPattern.length === 0) return undefined;
  // A narrower index type would have to fit the declared properties too.
  if (isNamed)
    return additionalProperties === undefined && byPattern.length === 0 && properties !== undefined
      ? undefined
      : 'unknown';
  const others = additionalProperties === false ? [] : [additionalProperties ?? true];
  return unionOf([...byPattern, ...others].map(typeOf));
}

function commentOf(property: unknown): string {
  if (typeof property !== 'object' || property === null || !('description' in property)) return '';
  return comment(String(property.description));
}

/** Writes a doc comment and a line break; nothing for an empty text. */
export function comment(text: string): string {
  const lines = text.trim().replaceAll('*/', '*\\/').split('\n');
  if (lines[0] === '') return '';
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

/** Writes the name of a property. */
export function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
