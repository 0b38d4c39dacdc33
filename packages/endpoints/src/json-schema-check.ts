import { Ajv2020, MissingRefError } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { checkKeywords } from './keyword-check.ts';
import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';
import { schemaSentence } from './schema-sentence.ts';
import { subschemasOf } from './subschemas.ts';

const ajv = new Ajv2020({
  allErrors: true,
  logger: false,
  strict: true,
  strictRequired: false,
  strictTuples: false,
  strictTypes: false,
  validateSchema: false,
  verbose: true,
});
formats.default(ajv);
// Ajv understands it, but takes it for misspelt.
ajv.addKeyword('$anchor');

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** Reports what makes a value no JSON Schema 2020-12, each thing at its own place. */
export function checkJsonSchema(schema: unknown, pointer: string, report: Report): void {
  if (!checkDialect(schema, pointer, report)) return;
  const isFormed = checkForm(schema, pointer, report);
  const isSpelt = checkKeywords(schema, { pointer, report, formats: Object.keys(ajv.formats) });
  if (isFormed && isSpelt) compile(schema, pointer, report);
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

/** Checks against the meta-schema; reports the innermost errors, one a place, since the others follow from them. */
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

/** Finds what only shows when the schema is put to use, such as a `$ref` that leads nowhere. */
function compile(schema: unknown, pointer: string, report: Report): void {
  try {
    ajv.compile(schema as object);
  } catch (error) {
    const place = error instanceof MissingRefError ? placeOfRef(error, schema, pointer) : pointer;
    report.atValue(place, describe(error));
  } finally {
    // Two endpoints may use the same `$id`.
    ajv.removeSchema();
  }
}

function describe(error: unknown): string {
  if (error instanceof MissingRefError)
    return `\`$ref\` leads to \`${error.missingRef}\`, which is not in this schema`;
  const message = error instanceof Error ? error.message : String(error);
  return `not a usable JSON Schema: ${message.replace(/^strict mode: /, '')}`;
}

function placeOfRef({ message }: MissingRefError, schema: unknown, pointer: string): string {
  for (const sub of subschemasOf(schema, pointer)) {
    const { $ref } = sub.schema;
    if (typeof $ref === 'string' && message.includes(` ${$ref} `)) return extendPointer(sub.pointer, '$ref');
  }
  return pointer;
}
