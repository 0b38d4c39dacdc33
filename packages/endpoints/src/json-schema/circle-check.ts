import { subschemasOf } from './subschemas.ts';
import type { SchemaDocument } from './document.ts';
import type { SchemaObject } from './keyword.ts';
import { UnusableSchema } from './unusable-schema.ts';

/** Keywords whose schemas apply to the same value as their parent. */
const single = ['not', 'if', 'then', 'else'];
const lists = ['allOf', 'anyOf', 'oneOf'];

/**
 * Ensures that no schema depends on its own result for the same value.
 *
 * @throws UnusableSchema at the reference that closes the cycle.
 */
export function checkCircles(document: SchemaDocument): void {
  const done = new Set<SchemaObject>();
  const open = new Set<SchemaObject>();
  const visit = (schema: unknown, from: SchemaObject, keyword: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    // After validation, keywords with schemas hold objects or booleans.
    const object = schema as SchemaObject;
    if (open.has(object))
      throw new UnusableSchema(
        from,
        keyword,
        `\`${keyword}\` leads back to itself without going deeper into the value; a schema may refer to itself only below a keyword such as \`properties\` or \`items\``,
      );
    if (done.has(object)) return;
    open.add(object);
    for (const [name, inner] of inPlace(object, document)) visit(inner, object, name);
    open.delete(object);
    done.add(object);
  };
  for (const { schema } of subschemasOf(document.root, '')) visit(schema, schema, '$ref');
}

function inPlace(schema: SchemaObject, document: SchemaDocument): readonly (readonly [string, unknown])[] {
  const found: (readonly [string, unknown])[] = [];
  for (const keyword of ['$ref', '$dynamicRef']) {
    const ref = schema[keyword];
    if (typeof ref === 'string') found.push([keyword, document.resolve(ref, schema)?.schema]);
  }
  for (const keyword of single) if (Object.hasOwn(schema, keyword)) found.push([keyword, schema[keyword]]);
  for (const keyword of lists)
    for (const inner of [schema[keyword] ?? []].flat()) found.push([keyword, inner]);
  for (const inner of Object.values(schema['dependentSchemas'] ?? {}))
    found.push(['dependentSchemas', inner]);
  return found;
}
