import type { CallPath } from '../model/call-path.ts';
import { type Bound, type Filter, mayBeLeftOut } from '../model/columns.ts';
import type { JsonObject } from '../model/json.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { readPath } from './columns-key.ts';
import type { HandlerSource } from './handler-spec.ts';
import type { RawFilter } from './raw-columns.ts';

const operators = { from: '>=', after: '>', to: '<=', before: '<' } as const;
type BoundKey = keyof typeof operators;
const boundKeys: readonly BoundKey[] = ['from', 'after', 'to', 'before'];
const sameBounds: readonly (readonly BoundKey[])[] = [
  ['from', 'after'],
  ['to', 'before'],
];

/** Each combination of them has an index. */
const maxOptional = 2;

/** The key `where`. */
export const whereKey: JsonObject = {
  title: 'Where',
  description:
    "Restricts the page, which has all rows otherwise, to those whose columns equal values of the call, as `order_id: params.id`; one column may have bounds instead. The columns are those of the table's `append`, and `inserted`.",
  type: 'object',
  minProperties: 1,
  maxProperties: 8,
  errorMessage: 'must be a mapping of columns to values of the call, such as `{ order_id: params.id }`',
  additionalProperties: {
    type: ['string', 'object'],
    minProperties: 1,
    additionalProperties: false,
    properties: {
      is: valueKey('Is', 'The value that the column equals.'),
      optional: {
        title: 'Optional',
        description:
          'Whether a call without the value is not filtered by this column. Only for values of `args` and `data`, and at most two columns. If `false`, its page is empty.',
        type: 'boolean',
        default: false,
        examples: [true],
      },
      from: valueKey('From', 'The least value, itself included.'),
      after: valueKey('After', 'The least value, itself excluded.'),
      to: valueKey('To', 'The greatest value, itself included.'),
      before: valueKey('Before', 'The greatest value, itself excluded.'),
    },
  },
  examples: [{ order_id: 'params.id', at: { from: 'args.from', to: 'args.to' } }],
};

function valueKey(title: string, description: string): JsonObject {
  return { title, description, type: 'string', examples: ['args.from'] };
}

/** Reads the `where` of a worker; the types of its columns are completed when all workers are read. */
export function readWhere({ raw, pointer, endpoint }: HandlerSource, report: Report): readonly Filter[] {
  const filters = Object.entries(raw.where ?? {}).flatMap(([name, written]) => {
    const place = extendPointer(pointer, 'where', name);
    return readFilter({ name, written, place, endpoint }, report) ?? [];
  });
  const [, second] = filters.filter(({ kind }) => kind === 'range');
  if (second) report.atKey(extendPointer(pointer, 'where', second.name), 'only one column can have bounds');
  const third = filters.filter((filter) => filter.kind === 'is' && filter.isOptional)[maxOptional];
  if (third) {
    report.atKey(
      extendPointer(pointer, 'where', third.name),
      `at most ${maxOptional} columns can be \`optional\``,
    );
  }
  return filters;
}

/** The values of a call that a filter compares with. */
export function valuesOf(filter: Filter): readonly CallPath[] {
  return filter.kind === 'is' ? [filter.value] : filter.bounds.map(({ value }) => value);
}

interface WrittenFilter {
  readonly name: string;
  readonly written: string | RawFilter;
  readonly place: string;
  readonly endpoint: HandlerSource['endpoint'];
}

function readFilter(filter: WrittenFilter, report: Report): Filter | undefined {
  const { name, written, place, endpoint } = filter;
  const { is, optional = false, ...bounds } = typeof written === 'string' ? { is: written } : written;
  if (is === undefined) return readRange({ ...filter, written: bounds, optional }, report);
  const named = boundKeys.filter((key) => key in bounds);
  if (named.length > 0) report.atKey(place, `\`is\` does not go with ${namesOf(named)}`);
  const pointer = typeof written === 'string' ? place : extendPointer(place, 'is');
  const value = readPath({ text: is, pointer, endpoint }, report);
  if (!value) return undefined;
  if (optional && !mayBeLeftOut(value)) {
    report.atKey(
      extendPointer(place, 'optional'),
      `\`optional\` only fits values of \`args\` and \`data\`, unlike \`${is}\``,
    );
  }
  return { kind: 'is', name, type: 'text', value, isOptional: optional };
}

interface WrittenRange extends WrittenFilter {
  readonly written: Omit<RawFilter, 'is' | 'optional'>;
  readonly optional: boolean;
}

function readRange({ name, written, place, endpoint, optional }: WrittenRange, report: Report): Filter {
  const named = boundKeys.filter((key) => key in written);
  if (optional) {
    report.atKey(
      extendPointer(place, 'optional'),
      '`optional` only fits `is`; bounds of `args` and `data` may always be absent',
    );
  }
  if (named.length === 0) report.atKey(place, `\`${name}\` needs \`is\`, or one of ${namesOf(boundKeys)}`);
  for (const pair of sameBounds) {
    if (pair.every((key) => named.includes(key)))
      report.atKey(place, `${namesOf(pair)} are the same bound; keep one`);
  }
  const bounds = named.flatMap((key): readonly Bound[] => {
    const value = readPath({ text: written[key], pointer: extendPointer(place, key), endpoint }, report);
    return value ? [{ operator: operators[key], value }] : [];
  });
  return { kind: 'range', name, type: 'text', bounds };
}
