import { type CallPath, parseCallPath } from '../model/call-path.ts';
import { callPathFault } from '../model/call-path-check.ts';
import { type Column, columnTypes } from '../model/columns.ts';
import type { JsonObject } from '../model/json.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { HandlerSource } from './handler-spec.ts';

const columnName = {
  pattern: '^[a-z_][a-z0-9_]{0,62}$',
  patternErrorMessage:
    'must be a plain SQL name: at most 63 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit',
};

/** The key `columns`. */
export const columnsKey: JsonObject = {
  title: 'Columns',
  description:
    'Columns beside the message, by name: each is a value of the call, such as `params.id`, and a text; or that value as `from`, and its `type`. NULL if a call does not have it.',
  type: 'object',
  minProperties: 1,
  maxProperties: 32,
  errorMessage: 'must be a mapping of columns to values of the call, such as `{ order_id: params.id }`',
  propertyNames: columnName,
  additionalProperties: {
    type: ['string', 'object'],
    required: ['from'],
    additionalProperties: false,
    properties: {
      from: {
        title: 'From',
        description:
          'The value of the call: `params.NAME`, `args.NAME`, `data`, `data.NAME`, `headers.NAME` or `identity.subject`.',
        type: 'string',
        examples: ['params.id'],
      },
      type: {
        title: 'Type',
        description:
          'The type of the column in PostgreSQL. A message whose value does not fit it is dead-lettered.',
        enum: columnTypes,
        default: 'text',
        examples: ['bigint'],
      },
    },
  },
  examples: [{ order_id: { from: 'params.id', type: 'bigint' }, author: 'identity.subject' }],
};

/** The columns of every table of `append`, and those that PostgreSQL keeps for each row. */
const takenNames = new Set('id message_id inserted message ctid xmin xmax cmin cmax tableoid'.split(' '));

/** Reads the `columns` of a worker. */
export function readColumns({ raw, pointer, endpoint }: HandlerSource, report: Report): readonly Column[] {
  return Object.entries(raw.columns ?? {}).flatMap(([name, written]) => {
    const place = extendPointer(pointer, 'columns', name);
    if (takenNames.has(name))
      report.atKey(place, `the table already has a column \`${name}\`; choose another name`);
    const { from, type = 'text' } = typeof written === 'string' ? { from: written } : written;
    const at = typeof written === 'string' ? place : extendPointer(place, 'from');
    const path = readPath({ text: from, pointer: at, endpoint }, report);
    return path ? [{ name, type, from: path }] : [];
  });
}

interface WrittenPath extends Pick<HandlerSource, 'pointer' | 'endpoint'> {
  readonly text: string | undefined;
}

/** Reads the path of a value of the endpoint's calls; reports a mistake. */
export function readPath({ text, pointer, endpoint }: WrittenPath, report: Report): CallPath | undefined {
  const path = text === undefined ? undefined : parseCallPath(text);
  if (path === undefined) return undefined;
  const fault = typeof path === 'string' ? path : endpoint && callPathFault(path, endpoint);
  if (fault !== undefined) report.atValue(pointer, fault);
  return typeof path === 'string' ? undefined : path;
}
