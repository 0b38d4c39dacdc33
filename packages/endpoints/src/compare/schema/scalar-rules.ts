import { canonical } from '../../json-schema/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import { breaking, compatible, type Direction, type Finding, narrowed, unclear, widened } from './finding.ts';
import { commonTypes, describeTypes, includesAll, typesOf, type ValueType, valuesOf } from './value-types.ts';

/** Two views of a schema, and how they are compared. */
export interface Pair {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly direction: Direction;
  /** Whether the values are texts, as in a query: these are read as the type that the schema names. */
  readonly isText: boolean;
}

/** The types that both schemas accept, and the differences. */
export function compareTypes({ before, after, direction, isText }: Pair): readonly Finding[] {
  const [old, now] = [before, after].map((view) => (isText && isAnyText(view) ? typesOf({}) : typesOf(view)));
  if (!old || !now) return [];
  const isLost = !includesAll(now, old);
  // The values that an enum no longer restricts are reported with it.
  const isGained = !includesAll(old, now) && !('enum' in before && !('enum' in after));
  if ('enum' in before && 'enum' in after) return [];
  const message = `was ${describeTypes(typesOf(before))}, is ${describeTypes(typesOf(after))}`;
  if (isLost && isGained) return [breaking(message)];
  if (isLost && 'enum' in after) return [];
  if (isLost) return [narrowed(direction, message)];
  return isGained ? [widened(direction, message)] : [];
}

/** A text that is not restricted. */
function isAnyText({ type, ...others }: JsonObject): boolean {
  const { default: _default, ...assertions } = others;
  return type === 'string' && Object.keys(assertions).length === 0;
}

export function compareEnums({ before, after, direction }: Pair): readonly Finding[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old === undefined && now === undefined) return [];
  if (old === undefined) return [narrowed(direction, `must be ${listOf(now ?? [])} now`)];
  if (now === undefined) return [widened(direction, `need no longer be ${listOf(old)}`)];
  const [lost, gained] = [without(old, now), without(now, old)];
  return [
    ...(lost.length > 0 ? [narrowed(direction, `can no longer be ${listOf(lost)}`)] : []),
    ...(gained.length > 0 ? [widened(direction, `can also be ${listOf(gained)}`)] : []),
  ];
}

function without(values: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const known = new Set(others.map(canonical));
  return values.filter((value) => !known.has(canonical(value)));
}

function listOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}

/** Keywords about values of one type, which can only be compared by whether they are there. */
const assertions: readonly (readonly [keyword: string, type: ValueType | undefined])[] = [
  ['pattern', 'string'],
  ['format', 'string'],
  ['uniqueItems', 'array'],
  ['contains', 'array'],
  ['minContains', 'array'],
  ['maxContains', 'array'],
  ['unevaluatedItems', 'array'],
  ['patternProperties', 'object'],
  ['propertyNames', 'object'],
  ['dependentRequired', 'object'],
  ['dependentSchemas', 'object'],
  ['unevaluatedProperties', 'object'],
  ['not', undefined],
  ['if', undefined],
  ['then', undefined],
  ['else', undefined],
  ['allOf', undefined],
  ['$ref', undefined],
  ['$dynamicRef', undefined],
];

/** Each side's text of a keyword's value. */
export type TextOf = (side: 'before' | 'after', value: unknown) => string;

export function compareAssertions({ before, after, direction }: Pair, textOf: TextOf): readonly Finding[] {
  const common = commonTypes(before, after);
  return assertions.flatMap(([keyword, type]) => {
    if (type !== undefined && !common.has(type)) return [];
    const [old, now] = [before[keyword], after[keyword]];
    if (old === undefined && now === undefined) return [];
    const shown = [old, now].map((value) => (typeof value === 'string' ? ` \`${value}\`` : ''));
    // What these accept depends on other keywords.
    const isRelative = ['if', 'then', 'else', 'minContains', 'maxContains'].includes(keyword);
    if (!isRelative && old === undefined)
      return [narrowed(direction, `has the new restriction ${keyword}${shown[1]}`)];
    if (!isRelative && now === undefined)
      return [widened(direction, `no longer has the restriction ${keyword}${shown[0]}`)];
    if (textOf('before', old) === textOf('after', now)) return [];
    const change = shown.every((text) => text !== '') ? ` (was${shown[0]}, is${shown[1]})` : '';
    return [unclear(`${keyword} has changed and cannot be compared${change}`)];
  });
}

/** Only callers that omit a value notice its default. */
export function compareDefaults({ before, after, direction }: Pair): readonly Finding[] {
  if (direction === 'response') return [];
  const [old, now] = [before['default'], after['default']];
  if (canonical(old) === canonical(now)) return [];
  if (old === undefined) return [compatible(`has the default ${JSON.stringify(now)} now`)];
  const change = now === undefined ? 'has none now' : `is ${JSON.stringify(now)}`;
  return [unclear(`the default was ${JSON.stringify(old)}, ${change}: callers that omit it notice`)];
}

/** Keywords whose values may meet restrictions that do not name them: a UUID has a length. */
const strong = ['enum', 'format', 'pattern'];

/**
 * Makes breaking findings unclear if one of {@link strong} restricted the values that are sent, and no longer does on
 * the other side: it may imply the new restriction.
 */
export function doubtReplaced(
  { before, after, direction }: Pair,
  findings: readonly Finding[],
): readonly Finding[] {
  const [sent, expected] = direction === 'request' ? [before, after] : [after, before];
  const replaced = strong.find((keyword) => keyword in sent && !(keyword in expected));
  if (replaced === undefined) return findings;
  return findings.map((finding) =>
    finding.severity === 'breaking'
      ? { ...finding, severity: 'unclear', message: `${finding.message}, unless ${replaced} implies it` }
      : finding,
  );
}
