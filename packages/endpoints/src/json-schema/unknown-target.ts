import type { JsonSchema } from '../model/model.ts';
import { nearest } from '../yaml/suggestion.ts';
import { SchemaDocument } from './document.ts';
import { parseSharedReference } from './shared-definition.ts';
import { subschemasOf } from './subschemas.ts';

/** A reference that leads nowhere. */
export interface UnknownTarget {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

export const referenceKeywords = ['$ref', '$dynamicRef'] as const;

/** Finds every reference of a schema that leads nowhere; `#/schemas/…` leads to another schema of the file. */
export function findUnknownTargets(root: JsonSchema, pointer: string): readonly UnknownTarget[] {
  const document = new SchemaDocument(root);
  return [...subschemasOf(root, pointer)].flatMap(({ schema, pointer }) =>
    referenceKeywords.flatMap((keyword) => {
      const ref = schema[keyword];
      if (typeof ref !== 'string' || document.resolve(ref, schema) || parseSharedReference(ref)) return [];
      return [{ pointer, keyword, message: describeUnknownTarget(keyword, ref, root) }];
    }),
  );
}

/** Says that a reference leads nowhere, and what to do. */
export function describeUnknownTarget(keyword: string, ref: string, root: JsonSchema): string {
  return `\`${keyword}\` leads to \`${ref}\`, which is not in this schema${adviceFor(ref, root)}`;
}

function adviceFor(ref: string, root: JsonSchema): string {
  if (/^[^#]/.test(ref)) {
    return '; a reference reads no file: write the schema under `schemas`, in this file or one that it includes, and refer to `#/schemas/NAME`';
  }
  if (/^#\/(?:endpoints|workers|feeds)(?:\/|$)/.test(ref)) {
    return '; only what stands under `schemas` can be shared: write it there, and refer to `#/schemas/NAME`';
  }
  const [, name] = /^#\/(?:\$defs|definitions|components\/schemas)\/([^/]+)$/.exec(ref) ?? [];
  if (name === undefined || typeof root === 'boolean') return '';
  const names = Object.keys(root['$defs'] ?? {});
  const near = names.includes(name) ? name : nearest(name, names);
  return near === undefined ? '' : `; did you mean \`#/$defs/${near}\`?`;
}
