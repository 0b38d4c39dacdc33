import { type Change, changesAt } from './change.ts';
import { breaking, compatible, type Direction } from './schema/finding.ts';
import { asObject, type SchemaSource } from './schema/schema-source.ts';
import { SchemaComparison } from './schema/compare-schemas.ts';

/** The older and the newer document. */
export interface Sources {
  readonly before: SchemaSource;
  readonly after: SchemaSource;
}

export interface ContentOptions extends Sources {
  readonly direction: Direction;
  readonly place: string;
  /** @default true */
  readonly hasSchemas?: boolean;
}

/** Compares the `content` of a body: its media types, and the schema of each. */
export function compareContent(
  before: unknown,
  after: unknown,
  { direction, place, hasSchemas = true, ...sources }: ContentOptions,
): readonly Change[] {
  const [old, now] = [asObject(before), asObject(after)];
  const comparison = new SchemaComparison({ ...sources, direction });
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const verb = direction === 'request' ? 'accepted' : 'sent';
  return names.flatMap((name) => {
    if (!(name in now)) return changesAt(place, [breaking(`${name} is no longer ${verb}`)]);
    if (!(name in old)) return changesAt(place, [compatible(`${name} is also ${verb}`)]);
    if (!hasSchemas) return [];
    return changesAt(place, comparison.compare(asObject(old[name])['schema'], asObject(now[name])['schema']));
  });
}
