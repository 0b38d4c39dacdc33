import { isAnswered, kindsThat } from '../deliveries/deliveries.ts';
import { findHandler } from '../handlers/handlers.ts';
import type { Worker } from '../model/model.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { WorkerSource } from './worker-source.ts';

/** Reads whether a worker uses the database, and what it does while that is down. */
export function readDatabase(
  source: WorkerSource,
  report: Report,
): Pick<Worker, 'usesDatabase' | 'whenAway'> {
  const { raw, pointer } = source;
  const usesDatabase = readUse(source, report);
  const fault = raw.whenAway === undefined ? undefined : whenAwayFault(source, usesDatabase);
  if (fault !== undefined) report.atKey(extendPointer(pointer, 'whenAway'), fault);
  return { usesDatabase, whenAway: raw.whenAway ?? 'wait' };
}

/** Reports what cannot do without. */
function readUse(source: WorkerSource, report: Report): boolean {
  if (source.raw.database !== false) return true;
  const need = needOf(source);
  if (need !== undefined) report.atValue(extendPointer(source.pointer, 'database'), need);
  return need !== undefined;
}

function whenAwayFault({ endpoint }: WorkerSource, usesDatabase: boolean): string | undefined {
  if (!usesDatabase) return '`whenAway` does nothing with `database: false`';
  if (!endpoint || isAnswered(endpoint.delivery)) return undefined;
  return `\`whenAway\` only fits ${namesOf(kindsThat({ areAnswered: true }))}: events wait in their queue`;
}

function needOf({ raw, endpoint }: WorkerSource): string | undefined {
  const handler = findHandler(raw.use);
  if (handler) return `\`${handler.key}\` needs the database`;
  if (raw.once) return '`once` records each message in the database';
  if (!endpoint?.idempotency) return undefined;
  return `the \`idempotency\` of \`${endpoint.key}\` keeps its answers in the database`;
}
