import { formatTarget, isEndpoint, isOwn, type Model, type Source, sourcesOf } from '@restmapper/endpoints';

/** One line per endpoint and internal source: its key, kind, workers and feed. */
export function formatRoutes(model: Model): string {
  const rows = sourcesOf(model).map((source) => [
    ...(isEndpoint(source) ? [source.method, source.path] : [sectionOf(source), source.key]),
    source.origin ? 'consume' : source.delivery.kind,
    workersOf(model, source),
    source.feed ? `feed ${source.feed}` : '',
    source.summary,
  ]);
  return alignColumns(rows);
}

function sectionOf(source: Source): string {
  if (source.origin) return 'input';
  return isOwn(source) ? 'internal' : 'output';
}

function workersOf(model: Model, { key, delivery }: Source): string {
  if (delivery.foreign) return formatTarget(delivery.foreign);
  const names = model.workers.filter((worker) => worker.on === key).map((worker) => worker.name);
  return names.length > 0 ? names.join(', ') : 'no worker here';
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
