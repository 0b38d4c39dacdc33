import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';
import { keywords, type Subschema, subschemasOf } from './subschemas.ts';
import { didYouMean } from './suggestion.ts';

export interface KeywordOptions {
  readonly pointer: string;
  readonly report: Report;
  /** The known values of `format`. */
  readonly formats: readonly string[];
}

/** Finds what a meta-schema lets pass: misspelt keywords and formats, and patterns that are none. */
export function checkKeywords(schema: unknown, { pointer, report, formats }: KeywordOptions): boolean {
  let isSound = true;
  for (const sub of subschemasOf(schema, pointer)) {
    for (const [key, message] of [
      ...misspeltKeywords(sub),
      ...unknownFormat(sub, formats),
      ...badPatterns(sub),
    ]) {
      report.atKey(key, message);
      isSound = false;
    }
  }
  return isSound;
}

/** The pointer of a key, and what is wrong there. */
type Fault = readonly [pointer: string, message: string];

function misspeltKeywords({ schema, pointer }: Subschema): readonly Fault[] {
  const unknown = Object.keys(schema).filter((key) => !keywords.has(key));
  return unknown.map((key) => [
    extendPointer(pointer, key),
    `unknown keyword \`${key}\`${didYouMean(key, keywords)}`,
  ]);
}

function unknownFormat({ schema, pointer }: Subschema, formats: readonly string[]): readonly Fault[] {
  const { format } = schema;
  if (typeof format !== 'string' || formats.includes(format)) return [];
  return [[extendPointer(pointer, 'format'), `unknown format \`${format}\`${didYouMean(format, formats)}`]];
}

function badPatterns({ schema, pointer }: Subschema): readonly Fault[] {
  const { pattern, patternProperties } = schema;
  const candidates: Fault[] = Object.keys(patternProperties ?? {}).map((name) => [
    extendPointer(pointer, 'patternProperties', name),
    name,
  ]);
  if (typeof pattern === 'string') candidates.push([extendPointer(pointer, 'pattern'), pattern]);
  return candidates
    .filter(([, text]) => !isPattern(text))
    .map(([place, text]) => [place, `\`${text}\` is not a regular expression`]);
}

/** ECMA-262 with the `u` flag, as JSON Schema recommends. */
function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'));
  } catch {
    return false;
  }
}
