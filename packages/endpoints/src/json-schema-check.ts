import { Ajv2020, type ErrorObject, MissingRefError } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';
import { schemaSentence } from './schema-sentence.ts';
import { keywords, type Subschema, subschemasOf } from './subschemas.ts';
import { didYouMean } from './suggestion.ts';

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

/** Reports what makes a value no JSON Schema 2020-12, each thing at its own place. */
export function checkJsonSchema(schema: unknown, pointer: string, report: Report): void {
  const isSound =
    checkDialect(schema, pointer, report) &&
    checkForm(schema, pointer, report) &&
    checkKeywords(schema, pointer, report);
  if (isSound) compile(schema, pointer, report);
}

const dialect = 'https://json-schema.org/draft/2020-12/schema';

function checkDialect(schema: unknown, pointer: string, report: Report): boolean {
  for (const sub of subschemasOf(schema, pointer)) {
    const { $schema } = sub.schema;
    if ($schema === undefined || $schema === dialect) continue;
    report.atValue(extendPointer(sub.pointer, '$schema'), `must be ${dialect}, or left out`);
    return false;
  }
  return true;
}

/** Checks against the meta-schema; reports one error a place, since the others say it again. */
function checkForm(schema: unknown, pointer: string, report: Report): boolean {
  if (ajv.validateSchema(schema as object) === true) return true;
  const errors = new Map<string, ErrorObject>();
  for (const error of ajv.errors ?? []) {
    if (!errors.has(error.instancePath)) errors.set(error.instancePath, error);
  }
  for (const [path, error] of errors) report.atValue(`${pointer}${path}`, schemaSentence(error));
  return false;
}

/** Finds misspelt keywords and formats, and patterns that are none. */
function checkKeywords(schema: unknown, pointer: string, report: Report): boolean {
  let isSound = true;
  for (const sub of subschemasOf(schema, pointer)) {
    for (const { key, message } of keywordFaults(sub.schema)) {
      if (keywords.has(key)) report.atValue(extendPointer(sub.pointer, key), message);
      else report.atKey(extendPointer(sub.pointer, key), message);
      isSound = false;
    }
  }
  return isSound;
}

function* keywordFaults(schema: Subschema['schema']): Generator<{ key: string; message: string }> {
  for (const key of Object.keys(schema)) {
    if (keywords.has(key)) continue;
    yield { key, message: `unknown keyword \`${key}\`${didYouMean(key, keywords)}` };
  }
  const { format, pattern } = schema;
  if (typeof format === 'string' && !Object.hasOwn(ajv.formats, format)) {
    yield {
      key: 'format',
      message: `unknown format \`${format}\`${didYouMean(format, Object.keys(ajv.formats))}`,
    };
  }
  if (typeof pattern === 'string' && !isPattern(pattern)) {
    yield { key: 'pattern', message: `\`${pattern}\` is not a regular expression` };
  }
}

function isPattern(pattern: string): boolean {
  try {
    return Boolean(new RegExp(pattern, 'u'));
  } catch {
    return false;
  }
}

/** Finds what only shows when the schema is put to use, such as a `$ref` that leads nowhere. */
function compile(schema: unknown, pointer: string, report: Report): void {
  try {
    ajv.compile(schema as object);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    report.atValue(placeOf(error, schema, pointer), message.replace(/^strict mode: /, ''));
  } finally {
    // Two endpoints may use the same `$id`.
    if (typeof schema === 'object' && schema !== null) ajv.removeSchema(schema);
  }
}

function placeOf(error: unknown, schema: unknown, pointer: string): string {
  if (!(error instanceof MissingRefError)) return pointer;
  for (const sub of subschemasOf(schema, pointer)) {
    const { $ref } = sub.schema;
    if (typeof $ref === 'string' && error.message.includes(` ${$ref} `))
      return extendPointer(sub.pointer, '$ref');
  }
  return pointer;
}
