import { findHandler } from '../handlers/handlers.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { WorkerSource } from './worker-source.ts';

/** Reads whether a worker uses the database; reports what cannot do without. */
export function readDatabase(source: WorkerSource, report: Report): boolean {
  const { raw, pointer } = source;
  if (raw.database !== false) return true;
  const need = needOf(source);
  if (need !== undefined) report.atValue(extendPointer(pointer, 'database'), need);
  return need !== undefined;
}

function needOf({ raw, endpoint }: WorkerSource): string | undefined {
  const handler = findHandler(raw.use);
  if (handler) return `\`${handler.key}\` needs the database`;
  if (raw.once) return '`once` records each message in the database';
  if (!endpoint?.idempotency) return undefined;
  return `the \`idempotency\` of \`${endpoint.key}\` keeps its answers in the database`;
}
