import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkDefaults } from './default-check.ts';
import { SchemaCompiler } from './schema-compiler.ts';
import { findUnknownTargets } from './unknown-target.ts';
import { UnusableSchema } from './unusable-schema.ts';
import { checkKeywords, noteSlowPatterns } from './keyword-check.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { schemaSentence } from './schema-sentence.ts';
import { withAnyShared, withoutShared } from './shared-definition.ts';
import { subschemasOf } from './subschemas.ts';

/** Validates schemas by their meta-schema; values are validated elsewhere. */
const ajv = new Ajv2020({ allErrors: true, logger: false, verbose: true });

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** Reports why a value is not a JSON Schema 2020-12, each mistake at its place; returns whether it is one. */
export function checkJsonSchema(schema: unknown, pointer: string, report: Report): schema is JsonSchema {
  // What is a schema without others is one with them.
  return (
    checkWording(withoutShared(schema), pointer, report) &&
    checkMeaning(withAnyShared(schema as JsonSchema), pointer, report)
  );
}

/** Reports what is wrong with a value as a JSON Schema, wherever its references lead; returns whether it is one. */
export function checkWording(schema: unknown, pointer: string, report: Report): schema is JsonSchema {
  if (!checkDialect(schema, pointer, report)) return false;
  const isFormed = checkForm(schema, pointer, report);
  const isSpelt = checkKeywords(schema, { pointer, report });
  if (isFormed && isSpelt) noteSlowPatterns(schema, pointer, report);
  return isFormed && isSpelt;
}

/** Reports references that lead nowhere or in circles, and defaults that violate their schema. */
export function checkMeaning(schema: JsonSchema, pointer: string, report: Report): boolean {
  if (!compile(schema, pointer, report)) return false;
  checkDefaults(schema, pointer, report);
  return true;
}

function checkDialect(schema: unknown, pointer: string, report: Report): boolean {
  for (const sub of subschemasOf(schema, pointer)) {
    const { $schema } = sub.schema;
    if ($schema === undefined || $schema === dialect) continue;
    report.atValue(extendPointer(sub.pointer, '$schema'), `\`$schema\` must be ${dialect}, or left out`);
    return false;
  }
  return true;
}

/**
 * Validates by the meta-schema; reports the innermost errors, one per place, since the others follow from
 * them.
 */
function checkForm(schema: unknown, pointer: string, report: Report): boolean {
  if (ajv.validateSchema(schema as object) === true) return true;
  const errors = ajv.errors ?? [];
  const told = new Set<string>();
  for (const error of errors) {
    const { instancePath } = error;
    const hasInner = errors.some((other) => other.instancePath.startsWith(`${instancePath}/`));
    if (hasInner || told.has(instancePath)) continue;
    told.add(instancePath);
    report.atValue(`${pointer}${instancePath}`, schemaSentence(error));
  }
  return false;
}

/** Finds what only shows when the schema is put to use, such as every `$ref` that leads nowhere. */
function compile(schema: JsonSchema, pointer: string, report: Report): boolean {
  const unknown = findUnknownTargets(schema, pointer);
  for (const { pointer, keyword, message } of unknown) {
    report.atValue(extendPointer(pointer, keyword), message);
  }
  if (unknown.length > 0) return false;
  try {
    new SchemaCompiler().compileJson(schema);
    return true;
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    const found = [...subschemasOf(schema, pointer)].find((sub) => sub.schema === error.schema);
    report.atValue(extendPointer(found?.pointer ?? pointer, error.keyword), error.message);
    return false;
  }
}
