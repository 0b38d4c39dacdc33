import type { Model, Worker } from '@restmapper/endpoints';
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
  const absent = model.workers.filter(needsTable);
  const workers = model.workers.filter((worker) => !needsTable(worker)).map(({ name }) => name);
  const uses = (step: Step): boolean => {
    const key = endpointOf(step, model);
    return step.sql !== undefined || (absent.some(({ on }) => on === key) && !isStubbed(step, key));
  };
  const isGiven = file.given.length + file.prepare.length > 0;
  return { database: 'none', workers, lacksDatabase: (steps) => isGiven || steps.some(uses) };
}

function hasSql({ cases, given, prepare }: CaseFile): boolean {
  const steps = Object.values(cases).flat();
  return given.length + prepare.length > 0 || steps.some(({ sql }) => sql !== undefined);
}

function needsTable({ use, once }: Worker): boolean {
  return use.kind !== 'module' || once !== undefined;
}

function isStubbed({ stubs = {} }: Step, key: string | undefined): boolean {
  return key !== undefined && Object.hasOwn(stubs, key);
}

/** The endpoint whose workers a step reaches; a call that the gateway rejects may have none. */
function endpointOf({ message, request }: Step, model: Model): string | undefined {
  if (message !== undefined || request === undefined) return message;
  try {
    return findEndpoint(model, request).endpoint.key;
  } catch {
    return undefined;
  }
}
