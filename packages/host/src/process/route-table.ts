import type { Endpoint, Model } from '@restmapper/endpoints';

/** One line per endpoint: its key, kind, workers and feed. */
export function formatRoutes(model: Model): string {
  const rows = model.endpoints.map((endpoint) => [
    endpoint.method,
    endpoint.path,
    endpoint.delivery.kind,
    workersOf(model, endpoint),
    endpoint.feed ? `feed ${endpoint.feed}` : '',
    endpoint.summary,
  ]);
  return alignColumns(rows);
}

function workersOf(model: Model, endpoint: Endpoint): string {
  const names = model.workers.filter((worker) => worker.on === endpoint.key).map((worker) => worker.name);
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
