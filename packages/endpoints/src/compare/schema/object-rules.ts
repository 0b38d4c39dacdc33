import type { JsonObject } from '../../model/json.ts';
import { below, breaking, compatible, type Finding, narrowed, unclear, widened } from './finding.ts';
import type { Pair } from './scalar-rules.ts';
import { asObject } from './schema-source.ts';
import { commonTypes } from './value-types.ts';

/** Compares two schemas of a part of the value. */
export type Compare = (before: unknown, after: unknown) => readonly Finding[];

/**
 * Compares the properties of objects.
 *
 * Callers must ignore properties that they do not know, so an answer may have new ones.
 */
export function compareObjects(pair: Pair, compare: Compare): readonly Finding[] {
  if (!commonTypes(pair.before, pair.after).has('object')) return [];
  const [old, now] = [pair.before, pair.after].map(propertiesOf);
  if (!old || !now) return [];
  const names = [
    ...new Set([
      ...Object.keys(old),
      ...Object.keys(now),
      ...requiredOf(pair.before),
      ...requiredOf(pair.after),
    ]),
  ];
  return [
    ...names.flatMap((name) => below(name, compareProperty(name, { ...pair, old, now }, compare))),
    ...compareOthers(pair, compare),
  ];
}

interface Properties extends Pair {
  readonly old: JsonObject;
  readonly now: JsonObject;
}

function compareProperty(name: string, pair: Properties, compare: Compare): readonly Finding[] {
  const { old, now, before, after, direction } = pair;
  const [wasRequired, isRequired] = [before, after].map((view) => requiredOf(view).includes(name));
  const [wasNamed, isNamed] = [old, now].map((properties) => name in properties);
  if (wasNamed && !isNamed) return compareRemoved(name, pair, compare);
  if (isNamed && !wasNamed && direction === 'response') return [compatible('is new')];
  if (isNamed && !wasNamed && isRequired && !wasRequired) return [breaking('is new and required')];
  const findings = isNamed && !wasNamed ? compareAdded(name, pair, compare) : compare(old[name], now[name]);
  if (wasRequired === isRequired) return findings;
  const changed = isRequired
    ? narrowed(direction, 'is required now')
    : widened(direction, direction === 'response' ? 'may be absent now' : 'is no longer required');
  return [changed, ...findings];
}

function compareRemoved(name: string, pair: Properties, compare: Compare): readonly Finding[] {
  const { old, after, direction } = pair;
  if (direction === 'response') return [breaking('is no longer there')];
  const { additionalProperties: others = true, patternProperties } = after;
  if (others === false && patternProperties === undefined) return [breaking('is no longer accepted')];
  if (patternProperties !== undefined) return [unclear('is now described by a pattern of names, if at all')];
  const findings = others === true ? [] : compare(old[name], others);
  return findings.length > 0 ? findings : [compatible('is no longer described, and still accepted')];
}

/** Callers may already have sent it, as one of the other properties. */
function compareAdded(name: string, { before, now }: Properties, compare: Compare): readonly Finding[] {
  const { additionalProperties: others = true } = before;
  const isDescribed = typeof others === 'object' && Object.keys(asObject(others)).length > 0;
  const findings = isDescribed ? compare(others, now[name]) : [];
  return findings.length > 0 ? findings : [compatible('is new')];
}

function compareOthers({ before, after, direction }: Pair, compare: Compare): readonly Finding[] {
  const [old = true, now = true] = [before['additionalProperties'], after['additionalProperties']];
  if (old !== false && now !== false) return below('*', compare(old, now));
  if (old === now) return [];
  if (old === false) return [compatible('may have other properties now')];
  const message = 'can have no other properties now';
  return [direction === 'request' ? breaking(message) : compatible(message)];
}

/** Compares the items of arrays. */
export function compareArrays({ before, after }: Pair, compare: Compare): readonly Finding[] {
  if (!commonTypes(before, after).has('array')) return [];
  const [first, second] = [before, after].map(({ prefixItems: items }) =>
    Array.isArray(items) ? items : [],
  );
  if (!first || !second) return [];
  if (first.length !== second.length)
    return [unclear(`prefixItems had ${first.length} items, has ${second.length}, and cannot be compared`)];
  return [
    ...first.flatMap((item, index) => below(String(index), compare(item, second[index]))),
    ...below('*', compare(before['items'], after['items'])),
  ];
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return asObject(properties);
}

function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required : [];
}
