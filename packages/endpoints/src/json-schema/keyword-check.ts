import { formats } from './formats.ts';
import { mayBacktrack, patternFault } from '../pattern/linear-pattern.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { keywords, type Subschema, subschemasOf } from './subschemas.ts';
import { didYouMean } from '../yaml/suggestion.ts';

export interface KeywordOptions {
  readonly pointer: string;
  readonly report: Report;
}

/**
 * Finds mistakes that a meta-schema does not: misspelt keywords and formats, keywords without effect, and
 * patterns that are invalid or cannot be matched in linear time.
 */
export function checkKeywords(schema: unknown, { pointer, report }: KeywordOptions): boolean {
  let isSound = true;
  for (const sub of subschemasOf(schema, pointer)) {
    for (const [key, message] of [
      ...misspeltKeywords(sub),
      ...unknownFormat(sub),
      ...badPatterns(sub),
      ...idleKeywords(sub),
    ]) {
      report.atKey(key, message);
      isSound = false;
    }
  }
  return isSound;
}

/** The pointer of a key, and its mistake. */
type Fault = readonly [pointer: string, message: string];

/** Keywords of other drafts and of OpenAPI 3.0, and their equivalents. */
const foreign: Readonly<Record<string, string>> = {
  additionalItems: '`items`, beside `prefixItems`',
  definitions: '`$defs`',
  dependencies: '`dependentRequired` or `dependentSchemas`',
  example: '`examples`, a list',
  id: '`$id`',
  nullable: "`type: [string, 'null']`, with your type for `string`",
  $recursiveAnchor: '`$dynamicAnchor`',
  $recursiveRef: '`$dynamicRef`',
};

function misspeltKeywords({ schema, pointer }: Subschema): readonly Fault[] {
  const unknown = Object.keys(schema).filter((key) => !keywords.has(key));
  return unknown.map((key) => [
    extendPointer(pointer, key),
    Object.hasOwn(foreign, key)
      ? `\`${key}\` is not a keyword of JSON Schema 2020-12; write ${foreign[key]}`
      : `unknown keyword \`${key}\`${didYouMean(key, keywords)}`,
  ]);
}

/** Keywords without effect unless one of others is present. */
const dependents: readonly (readonly [keyword: string, others: readonly string[]])[] = [
  ['if', ['then', 'else']],
  ['then', ['if']],
  ['else', ['if']],
  ['minContains', ['contains']],
  ['maxContains', ['contains']],
];

function idleKeywords({ schema, pointer }: Subschema): readonly Fault[] {
  return dependents
    .filter(
      ([key, others]) => Object.hasOwn(schema, key) && !others.some((other) => Object.hasOwn(schema, other)),
    )
    .map(([key, others]) => [
      extendPointer(pointer, key),
      `\`${key}\` has no effect without ${others.map((other) => `\`${other}\``).join(' or ')}`,
    ]);
}

function unknownFormat({ schema, pointer }: Subschema): readonly Fault[] {
  const { format } = schema;
  if (typeof format !== 'string' || formats.has(format)) return [];
  const message = `unknown format \`${format}\`${didYouMean(format, formats.keys())}`;
  return [[extendPointer(pointer, 'format'), message]];
}

function badPatterns(sub: Subschema): readonly Fault[] {
  return patternsOf(sub).flatMap(([place, text]) => {
    const fault = patternFault(text);
    return fault === undefined ? [] : [[place, `\`${text}\` ${fault}`] as const];
  });
}

/** The patterns of a schema, by pointer. */
function patternsOf({ schema, pointer }: Subschema): readonly Fault[] {
  const { pattern, patternProperties } = schema;
  const names = Object.keys(patternProperties ?? {});
  return [
    ...names.map((name) => [extendPointer(pointer, 'patternProperties', name), name] as const),
    ...(typeof pattern === 'string' ? [[extendPointer(pointer, 'pattern'), pattern] as const] : []),
  ];
}

/** Lists the patterns matched by RE2, since they could block the process otherwise. */
export function noteSlowPatterns(schema: unknown, pointer: string, report: Report): void {
  for (const [place, text] of [...subschemasOf(schema, pointer)].flatMap(patternsOf)) {
    if (!mayBacktrack(text)) continue;
    report.noteAtKey(
      place,
      `\`${text}\` can backtrack, so RE2 matches it: always in linear time, but several times slower`,
    );
  }
}
