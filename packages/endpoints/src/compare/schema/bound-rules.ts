import type { JsonObject } from '../../model/json.ts';
import { breaking, type Finding, narrowed, widened } from './finding.ts';
import type { Pair } from './scalar-rules.ts';
import { commonTypes, typesOf, type ValueType } from './value-types.ts';

const sizes: readonly (readonly [type: ValueType, low: string, high: string])[] = [
  ['string', 'minLength', 'maxLength'],
  ['array', 'minItems', 'maxItems'],
  ['object', 'minProperties', 'maxProperties'],
];

/** Compares the sizes of texts, arrays and objects, and the ranges of numbers. */
export function compareBounds(pair: Pair): readonly Finding[] {
  const common = commonTypes(pair.before, pair.after);
  const isNumeric = common.has('integer') || common.has('fraction');
  return [
    ...sizes.flatMap(([type, low, high]) =>
      common.has(type) ? [...compareSize(pair, low, 'low'), ...compareSize(pair, high, 'high')] : [],
    ),
    ...(isNumeric
      ? [...compareRange(pair, 'low'), ...compareRange(pair, 'high'), ...compareSteps(pair)]
      : []),
  ];
}

type End = 'low' | 'high';

function compareSize({ before, after, direction }: Pair, keyword: string, end: End): readonly Finding[] {
  const unbounded = end === 'low' ? 0 : Number.POSITIVE_INFINITY;
  const [old, now] = [before, after].map((view) => Number(view[keyword] ?? unbounded));
  if (old === undefined || now === undefined || old === now) return [];
  const isNarrower = end === 'low' ? now > old : now < old;
  const said = [old, now].map((value) => (value === unbounded ? 'not set' : String(value)));
  const message = `${keyword} was ${said[0]}, is ${said[1]}`;
  return [isNarrower ? narrowed(direction, message) : widened(direction, message)];
}

/** An end of a range; with `isOpen` it is not part of it. */
interface Limit {
  readonly value: number;
  readonly isOpen: boolean;
}

function compareRange({ before, after, direction }: Pair, end: End): readonly Finding[] {
  const areIntegers = !typesOf(before).has('fraction') && !typesOf(after).has('fraction');
  const [old, now] = [before, after].map((view) => limitOf(view, end, areIntegers));
  if (!old || !now || (old.value === now.value && old.isOpen === now.isOpen)) return [];
  const grows = old.value === now.value ? now.isOpen : now.value > old.value;
  const shrinks = old.value === now.value ? now.isOpen : now.value < old.value;
  const message = `the ${end === 'low' ? 'minimum' : 'maximum'} was ${describe(old)}, is ${describe(now)}`;
  return [(end === 'low' ? grows : shrinks) ? narrowed(direction, message) : widened(direction, message)];
}

/** The stricter of both keywords; with integers, an open end is the next integer. */
function limitOf(view: JsonObject, end: End, areIntegers: boolean): Limit {
  const sign = end === 'low' ? 1 : -1;
  const keywords = end === 'low' ? ['minimum', 'exclusiveMinimum'] : ['maximum', 'exclusiveMaximum'];
  const [closed, open] = keywords.map((name) => sign * Number(view[name] ?? sign * Number.NEGATIVE_INFINITY));
  if (closed === undefined || open === undefined) throw new TypeError('a range has two keywords');
  if (areIntegers) {
    const value = Math.max(Math.ceil(closed), Math.floor(open) + 1);
    return { value: sign * value, isOpen: false };
  }
  return open >= closed && Number.isFinite(open)
    ? { value: sign * open, isOpen: true }
    : { value: sign * closed, isOpen: false };
}

function describe({ value, isOpen }: Limit): string {
  if (!Number.isFinite(value)) return 'not set';
  return isOpen ? `${value}, exclusive` : String(value);
}

function compareSteps({ before, after, direction }: Pair): readonly Finding[] {
  const [old, now] = [before['multipleOf'], after['multipleOf']];
  if (old === now) return [];
  const [from = 'not set', to = 'not set'] = [old, now].map((step) => JSON.stringify(step));
  const message = `multipleOf was ${from}, is ${to}`;
  if (old === undefined || isMultiple(Number(now), Number(old))) return [narrowed(direction, message)];
  if (now === undefined || isMultiple(Number(old), Number(now))) return [widened(direction, message)];
  return [breaking(message)];
}

function isMultiple(value: number, step: number): boolean {
  return Number.isInteger(value / step);
}
