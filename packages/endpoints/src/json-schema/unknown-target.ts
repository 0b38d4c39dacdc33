import type { JsonSchema } from '../model/model.ts';
import { nearest } from '../yaml/suggestion.ts';
import { SchemaDocument } from './document.ts';
import { subschemasOf } from './subschemas.ts';

/** A reference that leads nowhere. */
export interface UnknownTarget {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

export const referenceKeywords = ['$ref', '$dynamicRef'] as const;

/** Finds every reference of a schema that leads nowhere. */
export function findUnknownTargets(root: JsonSchema, pointer: string): readonly UnknownTarget[] {
  const document = new SchemaDocument(root);
  return [...subschemasOf(root, pointer)].flatMap(({ schema, pointer }) =>
    referenceKeywords.flatMap((keyword) => {
      const ref = schema[keyword];
      if (typeof ref !== 'string' || document.resolve(ref, schema)) return [];
      return [{ pointer, keyword, message: describeUnknownTarget(keyword, ref, root) }];
    }),
  );
}

/** Says that a reference leads nowhere, and what to do. */
export function describeUnknownTarget(keyword: string, ref: string, root: JsonSchema): string {
  return `\`${keyword}\` leads to \`${ref}\`, which is not in this schema${adviceFor(ref, root)}`;
}

function adviceFor(ref: string, root: JsonSchema): string {
  if (/^[^#]/.test(ref)) return '; other files are not read: write what it leads to under `$defs`';
  const [, name] = /^#\/(?:\$defs|definitions|components\/schemas)\/([^/]+)$/.exec(ref) ?? [];
  if (name === undefined || typeof root === 'boolean') return '';
  const names = Object.keys(root['$defs'] ?? {});
  const near = names.includes(name) ? name : nearest(name, names);
  return near === undefined ? '' : `; did you mean \`#/$defs/${near}\`?`;
}
