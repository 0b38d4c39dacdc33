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

/** Named texts of a query or a path; without a prototype, since callers choose the names. */
export type Texts = Record<string, string | string[]>;

export interface TextValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly violations: readonly Violation[];
}

/** @param bytes - the length of texts that do not come from a query or a path. */
export type TextReader = (texts: Texts, bytes?: number) => TextValues;

/** Far more than fits into a query or a path. */
const minSteps = 500_000;
const stepsPerByte = 2;

/**
 * Creates the reader of texts described by a schema of type object.
 *
 * A text gets the first of its schema's types with which it is valid. It becomes a number only if it is a
 * JSON number, apart from leading zeros, that its double represents exactly: 12345678901234567890, 0x10 and
 * Infinity are refused.
 */
export function createTextReader(compiled: CompiledDocument, root: JsonSchema): TextReader {
  const schemas = new TextSchemas(compiled.document, root);
  const evaluate = compiled.evaluateOf(root);
  const types = new TextTypes(schemas, (value, schema) => {
    const run = new Run({ notes: 'nothing', maxSteps: minSteps, remembers: true });
    return compiled.evaluateOf(schema)(new Location(value), run, undefined);
  });
  // Callers choose further names.
  const declared = new Map(schemas.declared.map((name) => [name, types.plan(schemas.ofMember(name))]));
  return (texts, bytes = 0) => {
    const values: Record<string, unknown> = Object.create(null);
    const violations = guard(() => {
      for (const name of Object.keys(texts)) {
        const plan = declared.get(name) ?? types.plan(schemas.ofMember(name));
        values[name] = types.give(texts[name] ?? '', plan);
      }
      for (const [name, value] of schemas.defaults) {
        if (Object.hasOwn(values, name)) continue;
        values[name] = typeof value === 'object' ? structuredClone(value) : value;
      }
      const maxSteps = minSteps + stepsPerByte * bytes;
      const run = new Run({ notes: 'all', maxSteps, remembers: true });
      evaluate(new Location(values), run, undefined);
      return run.violations;
    });
    return { values, violations: violations.map((violation) => explain(violation, values)) };
  };
}

type Text = string | readonly string[];

/** The schemas of a text, with those that may apply to it too, and their types in the order in which they are tried. */
interface TypePlan {
  readonly given: readonly JsonSchema[];
  readonly parts: readonly SchemaObject[];
  readonly types: readonly string[];
}

/** Coerces texts to the types of their schemas. */
class TextTypes {
  readonly #schemas: TextSchemas;
  readonly #satisfies: (value: unknown, schema: JsonSchema) => boolean;

  constructor(schemas: TextSchemas, satisfies: (value: unknown, schema: JsonSchema) => boolean) {
    this.#schemas = schemas;
    this.#satisfies = satisfies;
  }

  /** Prepares to give texts the types of these schemas. */
  plan(given: readonly JsonSchema[]): TypePlan {
    const parts = this.#schemas.together(given);
    const types = parts.flatMap(({ type }) => [type ?? []].flat().map(String).sort(textFirst));
    return { given, parts, types };
  }

  /** Among equally valid values, the one whose type is named first. */
  give(text: Text, { given, parts, types }: TypePlan): unknown {
    const candidates = types.flatMap((type) => this.#candidates(text, type, parts));
    candidates.push(text);
    const [only] = candidates;
    if (candidates.length === 1) return only;
    const fitting = candidates.findIndex((value) => given.every((schema) => this.#satisfies(value, schema)));
    return candidates[Math.max(fitting, 0)];
  }

  #candidates(text: Text, type: string, parts: readonly SchemaObject[]): readonly unknown[] {
    if (type === 'array') {
      return [[text].flat().map((item, index) => this.give(item, this.plan(itemSchemas(parts, index))))];
    }
    return typeof text === 'string' ? scalarOf(text, type) : [];
  }
}

/** The order within one list of types is irrelevant, and text needs no coercion. */
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

/** The value of a text as a scalar of this type; none if it cannot be one. */
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

/** To its caller, an inexact number that stayed text looks like a number. */
function explain(violation: Violation, values: object): Violation {
  const value = valueAt(values, violation.pointer);
  const isInexact = typeof value === 'string' && numberForm.test(value) && !isItsDouble(value, Number(value));
  if (!isInexact || !/^must be (?:integer|number)\b/.test(violation.detail)) return violation;
  return { ...violation, detail: 'is not a number that can be represented exactly' };
}
