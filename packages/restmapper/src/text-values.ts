import type { Violation } from '@restmapper/bus';
import type { JsonSchema } from '@restmapper/endpoints';
import type { SchemaCompiler } from './schema-compiler.ts';
import { pointerStep } from './violations.ts';

/** Named texts, as a query or a path carries them; without a prototype, since callers choose the names. */
export type Texts = Record<string, string | string[]>;

export interface TextValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly violations: readonly Violation[];
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Makes the function that gives texts the types their schema names.
 *
 * A text becomes a number only when it is one in JSON, and keeps its value: 12345678901234567890,
 * 0x10 and Infinity are violations.
 */
export function createTextReader(schema: JsonSchema, compiler: SchemaCompiler): (texts: Texts) => TextValues {
  const validate = compiler.compileText(schema);
  return (texts) => {
    const values = copy(texts);
    const violations = validate(values);
    const altered = Object.keys(texts).filter((name) => isAltered(texts[name], values[name]));
    return { values, violations: [...violations, ...altered.map(toViolation)] };
  };
}

/** The validator changes values in place, those in arrays too. */
function copy(texts: Texts): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, text] of Object.entries(texts)) values[name] = Array.isArray(text) ? [...text] : text;
  return values;
}

function toViolation(name: string): Violation {
  return { pointer: pointerStep(name), detail: 'is not a number that can be represented exactly' };
}

function isAltered(text: string | string[] | undefined, value: unknown): boolean {
  if (Array.isArray(value)) return [text].flat().some((item, index) => isAltered(item, value[index]));
  if (typeof value !== 'number') return false;
  return (
    !jsonNumber.test(String(text)) ||
    (Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isInteger(value)) ||
    !Number.isFinite(value)
  );
}
