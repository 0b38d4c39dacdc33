import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { nearest } from '../yaml/suggestion.ts';
import { isMap } from './keyword.ts';
import { isUnmovable, relocateSchema } from './relocated-schema.ts';
import {
  carriedPlace,
  definitionOf,
  parseSharedReference,
  type SharedReference,
} from './shared-definition.ts';
import { subschemasOf } from './subschemas.ts';

/** A schema as its users carry it, and the names of the shared schemas that it refers to itself. */
interface Definition {
  readonly schema: JsonSchema;
  readonly needs: ReadonlySet<string>;
}

/** The schemas under `schemas`, to which every schema of the file may refer. */
export class SharedSchemas {
  /** The places of all parts of each schema. */
  readonly #pointers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #definitions = new Map<string, Definition>();
  readonly #used = new Set<string>();
  #isSound = true;

  /** Reports references to nothing. */
  constructor(written: Readonly<Record<string, JsonSchema>>, report: Report) {
    const entries = Object.entries(written);
    this.#pointers = new Map(entries.map(([name, schema]) => [name, pointersOf(schema)]));
    const places = new Map(entries.map(([name]) => [definitionOf(name), carriedPlace(name)]));
    for (const [name, schema] of entries) {
      const { copy, names } = this.#lead(schema, extendPointer('/schemas', name), report);
      const moved = typeof copy === 'boolean' ? copy : relocateSchema(copy, carriedPlace(name), places);
      this.#definitions.set(name, { schema: moved, needs: names });
      report.redirect(extendPointer('/$defs', definitionOf(name)), extendPointer('/schemas', name));
    }
  }

  /** Whether every reference leads somewhere. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** All of them, as one schema. */
  get whole(): JsonSchema {
    return { $defs: this.#carried([...this.#definitions.keys()]) };
  }

  /** The names of those that no schema uses. */
  get unused(): readonly string[] {
    return [...this.#definitions.keys()].filter((name) => !this.#used.has(name));
  }

  /** Allows anything where one is used, so that no user is blamed for a mistake in it. */
  discard(): void {
    for (const name of this.#definitions.keys()) this.#definitions.set(name, anything);
  }

  /**
   * Copies a schema with the shared schemas to which it refers, directly or through others, among its `$defs`; reports
   * references to nothing, and leaves them out.
   */
  complete(schema: JsonSchema, pointer: string, report: Report): JsonSchema {
    if (!mayRefer(schema)) return schema;
    const { copy, names } = this.#lead(schema, pointer, report);
    const needed = this.#closure(names);
    for (const name of needed) {
      this.#used.add(name);
      report.redirect(extendPointer(pointer, '$defs', definitionOf(name)), extendPointer('/schemas', name));
    }
    if (needed.length === 0 || typeof copy === 'boolean') return copy;
    return { ...copy, $defs: { ...definitionsIn(copy), ...this.#carried(needed) } };
  }

  /** Copies a schema, its references to shared ones leading to where they are carried. */
  #lead(schema: JsonSchema, pointer: string, report: Report) {
    const copy = structuredClone(schema);
    const names = new Set<string>();
    for (const sub of subschemasOf(copy, pointer)) {
      // The copy is this function's own.
      const own = sub.schema as Record<string, unknown>;
      const reference = parseSharedReference(own['$ref']);
      const fault = reference ? this.#faultOf(reference, schema) : this.#strayFault(own['$ref'], schema);
      if (fault !== undefined) {
        this.#isSound = false;
        report.atValue(
          extendPointer(sub.pointer, '$ref'),
          `\`$ref\` leads to \`${String(own['$ref'])}\`${fault}`,
        );
        delete own['$ref'];
      } else if (reference) {
        names.add(reference.name);
        own['$ref'] = [carriedPlace(reference.name), ...reference.steps].join('/');
      }
    }
    return { copy, names };
  }

  #faultOf({ name, steps }: SharedReference, from: JsonSchema): string | undefined {
    const pointers = this.#pointers.get(name);
    if (!pointers) {
      const near = nearest(name, this.#pointers.keys());
      return `, but there is no such schema under \`schemas\`${suggest(near)}`;
    }
    const place = pointerOf(steps);
    if (place === undefined || !pointers.has(place)) {
      const near = nearestPart(place ?? '', pointers);
      return `, but \`${name}\` has no schema there${suggest(near && name + near)}`;
    }
    if (!isUnmovable(from)) return undefined;
    return ', which does not work in a schema with an `$id` or a `$dynamicRef`; write it without these';
  }

  /** What is wrong with a reference that would lead to a shared schema if it were written as one. */
  #strayFault($ref: unknown, from: JsonSchema): string | undefined {
    if (typeof $ref !== 'string') return undefined;
    const [, name = ''] = /^#\/(?:\$defs|definitions|components\/schemas)\/([^/]+)$/.exec($ref) ?? [];
    if (!this.#pointers.has(name) || Object.hasOwn(definitionsIn(from), name)) return undefined;
    return `, which is not in this schema${suggest(name)}`;
  }

  #closure(names: ReadonlySet<string>): readonly string[] {
    const found = new Set(names);
    // The iteration includes what is added meanwhile.
    for (const name of found) for (const next of this.#definitions.get(name)?.needs ?? []) found.add(next);
    return [...found];
  }

  #carried(names: readonly string[]): Readonly<Record<string, JsonSchema>> {
    const carried = names.map((name) => [definitionOf(name), this.#definitions.get(name)?.schema ?? true]);
    return Object.fromEntries(carried);
  }
}

const anything: Definition = { schema: true, needs: new Set() };

function pointersOf(schema: JsonSchema): ReadonlySet<string> {
  return new Set(['', ...[...subschemasOf(schema, '')].map(({ pointer }) => pointer)]);
}

function mayRefer(schema: JsonSchema): boolean {
  return [...subschemasOf(schema, '')].some(({ schema }) => typeof schema['$ref'] === 'string');
}

function definitionsIn(schema: JsonSchema): object {
  return isMap(schema) && isMap(schema['$defs']) ? schema['$defs'] : {};
}

/** The steps of a reference as a pointer; `undefined` if their encoding is broken. */
function pointerOf(steps: readonly string[]): string | undefined {
  try {
    return ['', ...steps.map(decodeURIComponent)].join('/');
  } catch {
    return undefined;
  }
}

/** The place beside a missing one whose name is nearest. */
function nearestPart(missing: string, pointers: ReadonlySet<string>): string | undefined {
  const end = missing.lastIndexOf('/') + 1;
  const parent = missing.slice(0, end);
  const beside = [...pointers].filter((place) => place.startsWith(parent) && !place.includes('/', end));
  const near = nearest(
    missing.slice(end),
    beside.map((place) => place.slice(end)),
  );
  return near && parent + near;
}

function suggest(place: string | undefined): string {
  return place === undefined ? '' : `; did you mean \`#/schemas/${place}\`?`;
}
