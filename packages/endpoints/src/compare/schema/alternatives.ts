import { canonical } from '../../json-schema/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import { type Direction, type Finding, narrowed, unclear, widened } from './finding.ts';
import type { Compare } from './object-rules.ts';
import { asObject, type SchemaView } from './schema-source.ts';
import { describeTypes, typesOf } from './value-types.ts';

/** One schema of an `anyOf` or `oneOf`. */
export interface Alternative {
  readonly schema: unknown;
  readonly view: SchemaView;
  readonly text: string;
}

export interface AlternativesOptions {
  readonly direction: Direction;
  /** Which side is a `oneOf`, of which a value may match only one. */
  readonly exclusive: 'none' | 'one' | 'both';
  readonly compare: Compare;
}

type List = readonly Alternative[];

/**
 * Compares alternatives, matching those that are equal or are for the same type or tag.
 *
 * If several schemas of a `oneOf` may match the same value, removing one may also allow more, so these are
 * not compared.
 */
export function compareAlternatives(
  before: List,
  after: List,
  { direction, exclusive, compare }: AlternativesOptions,
): readonly Finding[] {
  const [old, now] = [without(before, after), without(after, before)];
  if (exclusive !== 'one' && isSame(before, after)) return [];
  if (exclusive !== 'none' && !(areDisjoint(before) && areDisjoint(after)))
    return [unclear('oneOf has changed and cannot be compared: a value may match several of its schemas')];
  const pairs = old.length === 1 && now.length === 1 ? [[old[0], now[0]] as const] : matchUp(old, now);
  const lost = old.filter((one) => !pairs.some(([first]) => first === one));
  const gained = now.filter((one) => !pairs.some(([, second]) => second === one));
  if (lost.some((one) => gained.some((other) => !areApart(one, other))))
    return [unclear('the alternatives have changed and cannot be compared')];
  return [
    ...pairs.flatMap(([first, second]) => compare(first?.schema, second?.schema)),
    ...lost.map((one) => narrowed(direction, `can no longer be ${describe(one)}`)),
    ...gained.map((one) => widened(direction, `can also be ${describe(one)}`)),
  ];
}

function isSame(...lists: readonly [List, List]): boolean {
  const [first, second] = lists.map((list) =>
    list
      .map(({ text }) => text)
      .sort()
      .join('\n'),
  );
  return first === second;
}

function without(list: List, others: List): List {
  const texts = new Set(others.map(({ text }) => text));
  return list.filter(({ text }) => !texts.has(text));
}

/** Pairs for which there is only one candidate on either side. */
function matchUp(old: List, now: List): readonly (readonly [Alternative, Alternative])[] {
  return old.flatMap((one) => {
    const candidates = now.filter((other) => !areApart(one, other));
    const [only] = candidates;
    if (only === undefined || candidates.length > 1) return [];
    const rivals = old.filter((rival) => !areApart(rival, only));
    return rivals.length === 1 ? [[one, only] as const] : [];
  });
}

function areDisjoint(list: List): boolean {
  return list.every((one, index) => list.slice(index + 1).every((other) => areApart(one, other)));
}

/** Whether no value matches both, as their types or the values of a required property show. */
function areApart({ view: a }: Alternative, { view: b }: Alternative): boolean {
  if (a === false || b === false) return true;
  const others = typesOf(b);
  const common = [...typesOf(a)].filter((type) => others.has(type));
  if (common.length === 0) return true;
  if (common.some((type) => type !== 'object')) return haveApartValues(a, b);
  const [tags, otherTags] = [tagsOf(a), tagsOf(b)];
  return [...tags].some(([name, values]) => {
    const other = otherTags.get(name);
    return other !== undefined && ![...values].some((value) => other.has(value));
  });
}

function haveApartValues({ enum: a }: JsonObject, { enum: b }: JsonObject): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  const others = new Set(b.map(canonical));
  return !a.some((value) => others.has(canonical(value)));
}

/** The required properties with listed values. */
function tagsOf({ properties, required = [] }: JsonObject): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Set(Array.isArray(required) ? required : []);
  return new Map(
    Object.entries(asObject(properties)).flatMap(([name, schema]) => {
      const { const: only, enum: values = only === undefined ? undefined : [only] } = asObject(schema);
      return names.has(name) && Array.isArray(values) ? [[name, new Set(values.map(canonical))]] : [];
    }),
  );
}

function describe({ schema, view }: Alternative): string {
  const { $ref, title } = asObject(schema);
  if (typeof title === 'string') return `\`${title}\``;
  if (typeof $ref === 'string') return `\`${$ref.slice($ref.lastIndexOf('/') + 1)}\``;
  if (view === false) return 'nothing';
  const [tag] = tagsOf(view);
  return tag === undefined
    ? describeTypes(typesOf(view))
    : `an object with the ${tag[0]} ${JSON.stringify(firstValue(view, tag[0]))}`;
}

function firstValue({ properties }: JsonObject, name: string): unknown {
  const { const: only, enum: values } = asObject(asObject(properties)[name]);
  return Array.isArray(values) ? values[0] : only;
}
