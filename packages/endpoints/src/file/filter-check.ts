import { type ColumnType, type Filter, mayBeLeftOut } from '../model/columns.ts';
import type { JsonSchema, Source, Worker } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { propertiesOf } from '../model/schema-properties.ts';
import { isEndpoint } from '../model/sources.ts';

type Columns = ReadonlyMap<string, { readonly type: ColumnType; readonly worker: string }>;

/** A column that each table of `append` has, besides those of the file. */
const builtIn = { inserted: { type: 'timestamptz', worker: 'append' } } as const;

/**
 * Completes the types of filters by the columns of the `append` workers of the same table; reports columns that none of
 * them has, and those to which two give different types.
 */
export function completeFilters(
  workers: readonly Worker[],
  sources: readonly Source[],
  report: Report,
): readonly Worker[] {
  const tables = columnsByTable(workers, report);
  return workers.map((worker) => {
    const { use, name } = worker;
    if (use.kind !== 'page' || use.where.length === 0) return worker;
    const pointer = extendPointer('/workers', name, 'where');
    const columns: Columns = tables.get(use.table) ?? new Map();
    noteAbsences(use.where, { pointer, endpoint: sources.find(({ key }) => key === worker.on) }, report);
    const where = use.where.map((filter) => {
      const column = { ...builtIn, ...Object.fromEntries(columns) }[filter.name];
      const fault = column ? typeFault(filter, column.type) : absenceFault(use.table, filter.name, columns);
      if (fault !== undefined) report.atKey(extendPointer(pointer, filter.name), fault);
      return { ...filter, type: column?.type ?? filter.type };
    });
    return { ...worker, use: { ...use, where } };
  });
}

function columnsByTable(workers: readonly Worker[], report: Report): ReadonlyMap<string, Columns> {
  const tables = new Map<string, Map<string, { type: ColumnType; worker: string }>>();
  for (const { name: worker, use } of workers) {
    if (use.kind !== 'append') continue;
    const columns = tables.get(use.table) ?? new Map<string, { type: ColumnType; worker: string }>();
    tables.set(use.table, columns);
    for (const { name, type } of use.columns) {
      const other = columns.get(name);
      if (!other) columns.set(name, { type, worker });
      else if (other.type !== type) {
        report.atKey(
          extendPointer('/workers', worker, 'columns', name),
          `\`${name}\` is ${type} here, and ${other.type} in the worker \`${other.worker}\` of the same table`,
        );
      }
    }
  }
  return tables;
}

function absenceFault(table: string, name: string, columns: Columns): string {
  const near = didYouMean(name, ['inserted', ...columns.keys()]);
  return `no \`append\` of this file stores a column \`${name}\` in the table \`${table}\`${near || '; add it to the `columns` of one'}`;
}

const withoutOrder: ReadonlySet<ColumnType> = new Set(['boolean', 'uuid', 'jsonb']);

function typeFault({ kind, name }: Filter, type: ColumnType): string | undefined {
  if (kind === 'is' && type === 'jsonb') return `\`${name}\` is jsonb, which \`where\` cannot compare`;
  if (kind === 'range' && withoutOrder.has(type)) return `\`${name}\` is ${type}, which cannot have bounds`;
  return undefined;
}

interface FilterPlace {
  readonly pointer: string;
  readonly endpoint: Source | undefined;
}

/** Notes what makes pages empty or deep ones slow. */
function noteAbsences(filters: readonly Filter[], { pointer, endpoint }: FilterPlace, report: Report): void {
  if (!endpoint) return;
  for (const filter of filters) {
    if (filter.kind !== 'is' || filter.isOptional || !mayBeLeftOut(filter.value)) continue;
    const { part, names, text } = filter.value;
    if (isAlwaysThere(part === 'args' ? endpoint.query : endpoint.body, names)) continue;
    report.noteAtKey(
      extendPointer(pointer, filter.name),
      `the page of a call without \`${text}\` is empty; require it in the schema, or write \`{ is: ${text}, optional: true }\``,
    );
  }
  const query = propertiesOf(typeof endpoint.query === 'object' ? endpoint.query : {});
  if (!query.has('after') && isEndpoint(endpoint)) {
    report.noteAtKey(
      pointer,
      `the \`query\` of \`${endpoint.key}\` has no \`after\`, without which deep pages take longer`,
    );
  }
}

function isAlwaysThere(schema: JsonSchema | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof schema !== 'object') return false;
  const inner = propertiesOf(schema).get(name) as JsonSchema | undefined;
  const hasDefault = typeof inner === 'object' && 'default' in inner;
  const { required } = schema;
  const isRequired = Array.isArray(required) && required.includes(name);
  return (isRequired || hasDefault) && (rest.length === 0 || isAlwaysThere(inner, rest));
}
