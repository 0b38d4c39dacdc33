import { definitionOf, sharedNameOf } from '../../json-schema/shared-definition.ts';
import type { Subschema } from '../../json-schema/subschemas.ts';
import { extendPointer, pointerNames } from '../../yaml/pointer.ts';
import { typeNameOf } from './type-name.ts';

/** The view of a value: as sent, or as received with defaults filled in. */
export type View = 'written' | 'filled';

export interface SharedTypeContext {
  readonly view: View;
  /** Those of the schema that carries the shared one. */
  readonly subschemas: readonly Subschema[];
}

export interface SharedType {
  /** Absent: the type is not declared yet. */
  readonly name: string | undefined;
  /** Takes a name for it, to be declared. */
  readonly add: (taken: Set<string>) => string;
}

/** The types of shared schemas in a module, each declared once. */
export class SharedTypes {
  readonly #names = new Map<string, string>();

  /** The type of a place in a schema; `undefined` unless it is in a shared schema. */
  find(pointer: string, { view, subschemas }: SharedTypeContext): SharedType | undefined {
    const shared = carriedNameOf(pointer);
    if (shared === undefined) return undefined;
    const isFilled = view === 'filled' && hasDefault(shared, subschemas);
    const key = isFilled ? `${pointer} filled` : pointer;
    return {
      name: this.#names.get(key),
      add: (taken) => {
        const name = typeNameOf(
          [shared, ...pointerNames(pointer).slice(2), ...(isFilled ? ['Filled'] : [])],
          taken,
        );
        this.#names.set(key, name);
        return name;
      },
    };
  }
}

/** Whether what is received may differ from what is sent: a shared schema, or one that it needs, has a default. */
function hasDefault(name: string, subschemas: readonly Subschema[]): boolean {
  const names = new Set([name]);
  // The iteration includes what is added meanwhile.
  for (const needed of names) {
    const place = extendPointer('/$defs', definitionOf(needed));
    const parts = subschemas.filter(({ pointer }) => pointer === place || pointer.startsWith(`${place}/`));
    if (parts.some(({ schema }) => Object.hasOwn(schema, 'default'))) return true;
    for (const { schema } of parts) {
      const next = carriedNameOf(schema['$ref']);
      if (next !== undefined) names.add(next);
    }
  }
  return false;
}

/** The name of the shared schema that has a place, or to which a reference leads. */
function carriedNameOf(place: unknown): string | undefined {
  const [keyword, definition = ''] = typeof place === 'string' ? pointerNames(place) : [];
  return keyword === '$defs' ? sharedNameOf(definition) : undefined;
}

/** Whether a place is in a shared schema. */
export function isShared(pointer: string): boolean {
  return carriedNameOf(pointer) !== undefined;
}
