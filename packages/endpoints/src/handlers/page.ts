import type { Filter } from '../model/columns.ts';
import type { JsonSchema, Model } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { defineHandlerSpec } from './handler-spec.ts';
import { readTable, tableKey } from './table-key.ts';
import { readWhere, valuesOf, whereKey } from './where-key.ts';

/** Answers with a page of a table filled by `append`. */
export const page = defineHandlerSpec({
  key: 'page',
  gist: 'answers with a page of a table',
  delivery: 'rpc',
  concurrency: 16,
  isBatched: false,
  isIdempotent: false,
  keys: { table: tableKey, where: whereKey },
  read: (source, report) => {
    const where = readWhere(source, report);
    const options = readTable('page', source, report);
    return options && { ...options, where };
  },
  pathsOf: ({ where }) => where.flatMap(valuesOf),
  args: {
    paginationId: {
      description: 'The position to count from; one not reached yet means the newest. Absent: the newest.',
    },
    offset: { description: 'How many messages to skip from there.', default: 0 },
    limit: {
      description: 'How many messages to return; capped at 100, and echoed as capped.',
      default: 20,
    },
    after: {
      description:
        'The `next` of the page before, with the same filters; only with `where`. Absent: the first page.',
    },
  },
  droppedParam: 'answers with all rows, whatever',
  keyOfParams: 'where',
  replySchemaOf: ({ table, where }, model) => {
    const page = pageOf(messageOf(table, model));
    return where.length === 0 ? page : filteredPageOf(page, where);
  },
});

/** The schema of what `append` stores into the same table; anything if unknown or not movable. */
function messageOf(table: string, model: Model): JsonSchema {
  const writers = model.workers.filter(({ use }) => use.kind === 'append' && use.table === table);
  const [writer] = writers;
  const body = sourcesOf(model).find(({ key }) => key === writer?.on)?.body;
  return writers.length === 1 && body !== undefined && isMovable(body) ? body : true;
}

/** Whether a schema refers at most to its `$defs`, which a page's schema can have as its own. */
function isMovable(schema: JsonSchema): boolean {
  return !/"\$(?:dynamicRef|id|anchor|dynamicAnchor)":|"\$ref":"(?!#\/\$defs\/)/.test(JSON.stringify(schema));
}

interface PageSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

/** See docs/workers.md. */
function pageOf(message: JsonSchema): PageSchema {
  const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });
  const { $defs, ...items } = typeof message === 'object' ? message : {};
  return {
    ...($defs !== undefined && { $defs }),
    type: 'object',
    required: ['paginationId', 'offset', 'limit', 'total', 'messages'],
    properties: {
      paginationId: count('The position that the page is counted from; send it for the next pages.'),
      offset: count('How many messages are skipped before that position.'),
      limit: count('The maximum number of messages of a page.'),
      total: count('The number of messages up to that position.'),
      messages: { type: 'array', items: message === false ? false : items, description: 'Newest first.' },
    },
    additionalProperties: false,
  };
}

/** A page of rows that pass filters is counted only up to a bound, and says where the next one begins. */
function filteredPageOf({ required, properties, ...page }: PageSchema, where: readonly Filter[]): JsonSchema {
  const range = where.find(({ kind }) => kind === 'range');
  const { messages } = properties;
  const order = range ? `The greatest \`${range.name}\` first, then the newest.` : 'Newest first.';
  return {
    ...page,
    required: [...required, 'next'],
    properties: {
      ...properties,
      ...(typeof messages === 'object' && { messages: { ...messages, description: order } }),
      total: {
        type: 'integer',
        minimum: 0,
        description: 'The number of messages up to that position, at most 1,000.',
      },
      totalIsAtLeast: { const: true, description: 'There are more messages than `total`.' },
      next: {
        type: ['integer', 'null'],
        minimum: 0,
        description: 'Send it as `after` for the next page; `null` on the last one.',
      },
    },
  };
}
