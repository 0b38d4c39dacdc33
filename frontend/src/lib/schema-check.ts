import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { JsonSchema } from './json-schema.ts';
import { pointerStep } from './json-pointer.ts';

/** A violation of a schema, in the same form as the gateway's. */
export interface Violation {
  /** RFC 6901; empty for the value itself. */
  readonly pointer: string;
  readonly detail: string;
}

/** Lists a value's violations; interprets the schema, since the page's CSP forbids compiling code. */
export type SchemaCheck = (value: unknown) => readonly Violation[];

/** Creates the check of one schema, whose references point into the shared schemas. */
export function createSchemaCheck(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
): SchemaCheck {
  // The validator modifies the schemas it is given; its types do not cover boolean schemas.
  const root = structuredClone({ allOf: [schema], components: { schemas } }) as Schema;
  return (value) => {
    try {
      const validator = new Validator(root, '2020-12', false);
      return toViolations(validator.validate(value).errors);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [{ pointer: '', detail: `cannot be checked here: ${why}` }];
    }
  };
}

/** Keywords whose errors only repeat those of nested values. */
const wrappers = new Set([
  '$ref',
  'allOf',
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
  'unevaluatedItems',
  'dependentSchemas',
  'if',
]);

/** Errors below these only say why one of several variants does not match. */
const alternative = /\/(?:anyOf|oneOf)\/\d+\//;

function toViolations(errors: readonly OutputUnit[]): Violation[] {
  const violations = errors
    .filter(({ keyword, keywordLocation }) => !wrappers.has(keyword) && !alternative.test(keywordLocation))
    .map(toViolation);
  const keyOf = ({ pointer, detail }: Violation) => `${pointer}\n${detail}`;
  return [...new Map(violations.map((violation) => [keyOf(violation), violation])).values()];
}

function toViolation({ keyword, instanceLocation, error }: OutputUnit): Violation {
  const pointer = decodeURI(instanceLocation).replace(/^#/, '');
  const missing = keyword === 'required' ? /property "(.*)"\.$/s.exec(error)?.[1] : undefined;
  if (missing !== undefined) return { pointer: pointer + pointerStep(missing), detail: 'is required' };
  return { pointer, detail: detailOf(keyword, error) };
}

/** The message for a keyword, and the place of its value in the validator's message. */
const sentences: Readonly<Record<string, readonly [RegExp, string]>> = {
  type: [/Expected "(.*)"\.$/, 'must be $'],
  enum: [/any of (.*)\.$/s, 'must be one of $'],
  const: [/match (.*)\.$/s, 'must be $'],
  minimum: [/than (.*)\.$/, 'must be at least $'],
  maximum: [/than (.*)\.$/, 'must be at most $'],
  exclusiveMinimum: [/than (.*)\.$/, 'must be more than $'],
  exclusiveMaximum: [/than or equal to (.*)\.$/, 'must be less than $'],
  multipleOf: [/multiple of (.*)\.$/, 'must be a multiple of $'],
  minLength: [/< (\d+)\)/, 'must have $ or more characters'],
  maxLength: [/> (\d+)\)/, 'must have $ or fewer characters'],
  minItems: [/< (\d+)\)/, 'must have $ or more items'],
  maxItems: [/> (\d+)\)/, 'must have $ or fewer items'],
  format: [/format "(.*)"/, 'must be a valid $'],
  pattern: [/()/, 'does not match the pattern'],
  false: [/()/, 'is not declared'],
  anyOf: [/()/, 'matches none of the allowed forms'],
  oneOf: [/()/, 'must match exactly one of the allowed forms'],
};

function detailOf(keyword: string, error: string): string {
  const [pattern, sentence] = sentences[keyword] ?? [];
  const found = pattern?.exec(error);
  if (!found || sentence === undefined) return error;
  return sentence.replace('$', () => (found[1] ?? '').replaceAll('", "', ' or '));
}
