import type { JsonSchema } from '../model/model.ts';
import type { CompiledDocument } from './compiled-document.ts';
import { valueAt } from './document.ts';
import { isItsDouble } from '../numbers/exact-number.ts';
import { guard } from './guard.ts';
import type { SchemaObject } from './keyword.ts';
import { Location } from './location.ts';
import { Run } from './run.ts';
import { defined, TextSchemas } from './text-schemas.ts';
import type { Violation } from '@restmapper/core';

/** Named texts, as a query or a path carries them; without a prototype, since callers choose the names. */
export type Texts = Record<string, string | string[]>;

export interface TextValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly violations: readonly Violation[];
}

export type TextReader = (texts: Texts) => TextValues;

/** Far more than a query or a path has room for. */
const maxSteps = 500_000;

/**
 * Makes the reader of texts that a schema of type object describes.
 *
 * A text gets the first of the types that its schema names with which it satisfies it. It becomes a
 * number only where it is written as one in JSON, zeros before it aside, and is what its double stands
 * for: 12345678901234567890, 0x10 and Infinity are none.
 */
export function createTextReader(compiled: CompiledDocument, root: JsonSchema): TextReader {
  const schemas = new TextSchemas(compiled.document, root);
  const evaluate = compiled.evaluateOf(root);
  const types = new TextTypes(schemas, (value, schema) => {
    const run = new Run({ notes: 'nothing', maxSteps, remembers: true });
    return compiled.evaluateOf(schema)(new Location(value), run, undefined);
  });
  return (texts) => {
    const values: Record<string, unknown> = Object.create(null);
    const violations = guard(() => {
      for (const [name, text] of Object.entries(texts))
        values[name] = types.give(text, schemas.ofMember(name));
      for (const [name, value] of schemas.defaults) {
        if (!Object.hasOwn(values, name)) values[name] = structuredClone(value);
      }
      const run = new Run({ notes: 'all', maxSteps, remembers: true });
      evaluate(new Location(values), run, undefined);
      return run.violations;
    });
    return { values, violations: violations.map((violation) => explain(violation, values)) };
  };
}

type Text = string | readonly string[];

/** Gives texts the types that their schemas name. */
class TextTypes {
  readonly #schemas: TextSchemas;
  readonly #satisfies: (value: unknown, schema: JsonSchema) => boolean;

  constructor(schemas: TextSchemas, satisfies: (value: unknown, schema: JsonSchema) => boolean) {
    this.#schemas = schemas;
    this.#satisfies = satisfies;
  }

  /** Of values that all do, or all do not satisfy the schemas, the one whose type is named first. */
  give(text: Text, given: readonly JsonSchema[]): unknown {
    const parts = this.#schemas.together(given);
    const types = parts.flatMap(({ type }) => [type ?? []].flat().map(String).sort(textFirst));
    const candidates = types.flatMap((type) => this.#candidates(text, type, parts));
    candidates.push(text);
    const [only] = candidates;
    if (candidates.length === 1) return only;
    const fitting = candidates.findIndex((value) => given.every((schema) => this.#satisfies(value, schema)));
    return candidates[Math.max(fitting, 0)];
  }

  #candidates(text: Text, type: string, parts: readonly SchemaObject[]): readonly unknown[] {
    if (type === 'array') {
      return [[text].flat().map((item, index) => this.give(item, itemSchemas(parts, index)))];
    }
    return typeof text === 'string' ? scalarOf(text, type) : [];
  }
}

/** Within one list of types the order means nothing, and text is text already. */
function textFirst(a: string, b: string): number {
  return Number(b === 'string') - Number(a === 'string');
}

function itemSchemas(parts: readonly SchemaObject[], index: number): readonly JsonSchema[] {
  const found = parts.map(({ prefixItems, items }): unknown =>
    Array.isArray(prefixItems) && index < prefixItems.length ? prefixItems[index] : items,
  );
  const schemas = defined(found);
  return schemas.length > 0 ? schemas : defined(parts.map(({ unevaluatedItems }) => unevaluatedItems));
}

const numberForm = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The value that a text has as a scalar of this type; none where it cannot be one. */
function scalarOf(text: string, type: string): readonly unknown[] {
  switch (type) {
    case 'string':
      return [text];
    case 'integer':
    case 'number':
      return numberForm.test(text) && isItsDouble(text, Number(text)) ? [Number(text)] : [];
    case 'boolean':
      return text === 'true' || text === 'false' ? [text === 'true'] : [];
    case 'null':
      return text === '' ? [null] : [];
    default:
      return [];
  }
}

/** A number that stayed text looks like a number to its caller. */
function explain(violation: Violation, values: object): Violation {
  const value = valueAt(values, violation.pointer);
  const isInexact = typeof value === 'string' && numberForm.test(value) && !isItsDouble(value, Number(value));
  if (!isInexact || !/^must be (?:integer|number)\b/.test(violation.detail)) return violation;
  return { ...violation, detail: 'is not a number that can be represented exactly' };
}
