import { type Endpoint, isAnswered, type Model, type Worker } from '@restmapper/endpoints';
import { findEndpoint } from '../calls/find-endpoint.ts';
import type { CaseFile } from './case-file.ts';
import type { Step } from './raw-case-file.ts';

/** How the system for a file of cases is opened. */
export interface CasePlan {
  readonly database: string;
  readonly workers: readonly string[] | undefined;
  /** Whether a case cannot run, because it needs a database and there is none. */
  readonly lacksDatabase: (steps: readonly Step[]) => boolean;
}

export interface PlanOptions {
  /** The URL of a PostgreSQL server, if one is given. */
  readonly database: string | undefined;
  /** Whether the embedded database is installed. */
  readonly hasEmbedded: boolean;
}

/** Plans the system: without a database, only workers without tables run. */
export function planCases(model: Model, file: CaseFile, { database, hasEmbedded }: PlanOptions): CasePlan {
  if (database !== undefined) return { database, workers: undefined, lacksDatabase: () => false };
  if (hasEmbedded) {
    const isNeeded = model.workers.length > 0 || hasSql(file);
    return { database: isNeeded ? 'memory' : 'none', workers: undefined, lacksDatabase: () => false };
  }
  const workers = model.workers.filter((worker) => !needsTable(worker)).map(({ name }) => name);
  const isGiven = file.given.length + file.prepare.length > 0;
  return { database: 'none', workers, lacksDatabase: (steps) => isGiven || lacksWorker(steps, model) };
}

/** Whether steps cannot do without a worker that needs a table. */
function lacksWorker(steps: readonly Step[], model: Model): boolean {
  const absent = new Set(model.workers.filter(needsTable).map(({ on }) => on));
  const stubbed = new Set(steps.flatMap(({ stubs = {} }) => Object.keys(stubs)));
  return steps.some(({ message, request, sql, expect = {} }) => {
    if (sql !== undefined) return true;
    if (message !== undefined) return absent.has(message) && !stubbed.has(message);
    const endpoint = findCalled(request ?? '', model);
    if (!endpoint || !absent.has(endpoint.key) || stubbed.has(endpoint.key)) return false;
    if (isAnswered(endpoint.delivery)) return expect.published?.length !== 0;
    return expect.deadLetters !== undefined;
  });
}

function hasSql({ cases, given, prepare }: CaseFile): boolean {
  const steps = Object.values(cases).flat();
  return given.length + prepare.length > 0 || steps.some(({ sql }) => sql !== undefined);
}

function needsTable({ use, once }: Worker): boolean {
  return use.kind !== 'module' || once !== undefined;
}

/** The endpoint of a call, which may have none if the gateway rejects it. */
function findCalled(request: string, model: Model): Endpoint | undefined {
  try {
    return findEndpoint(model, request).endpoint;
  } catch {
    return undefined;
  }
}
