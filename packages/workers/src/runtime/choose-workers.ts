import { ConfigError } from '@restmapper/core';
import type { Model, Worker } from '@restmapper/endpoints';
import { loadHandler } from '../handlers/module/load-handler.ts';
import type { LoadModule } from '../handlers/module/load-handler.ts';
import { parseMessageTable } from '../database/message-table.ts';

/** The workers of a model that have these names; all of them without names. @throws ConfigError when one is unknown. */
export function chooseWorkers(model: Model, names: readonly string[] | undefined): readonly Worker[] {
  if (!names) return model.workers;
  const unknown = names.filter((name) => !model.workers.some((worker) => worker.name === name));
  if (unknown.length > 0) {
    const known = model.workers.map(({ name }) => name).join(', ');
    throw new ConfigError(`no such worker: ${unknown.join(', ')}; the file has ${known}`);
  }
  return model.workers.filter(({ name }) => names.includes(name));
}

export interface CheckOptions {
  readonly model: Model;
  /** @default all of the model */
  readonly names?: readonly string[];
  /** How a handler's module is loaded. @default import */
  readonly loadModule?: LoadModule;
}

/**
 * Finds what opening the workers would refuse, without a bus or a database.
 *
 * @throws ConfigError when a worker or its module is invalid.
 */
export async function checkWorkers({ model, names, loadModule }: CheckOptions): Promise<void> {
  for (const { name, use } of chooseWorkers(model, names)) {
    if (use.kind === 'module') await loadHandler({ worker: name, path: use.path }, loadModule);
    else parseMessageTable(use.table);
  }
}
