import { ConfigError } from '@restmapper/core';
import { type Model, sourcesOf, type Worker } from '@restmapper/endpoints';
import type { CheckParts, LoadModule } from '../work/handler-room.ts';
import { loadPlugins } from '../handlers/module/load-plugins.ts';
import { roomOf } from '../handlers/handlers.ts';

/**
 * The workers of a model with these names; all of them without names. @throws ConfigError if one is unknown.
 */
export function chooseWorkers(model: Model, names: readonly string[] | undefined): readonly Worker[] {
  if (!names) return model.workers;
  const unknown = names.filter((name) => !model.workers.some((worker) => worker.name === name));
  if (unknown.length > 0) {
    const known = [...new Set(model.workers.map(({ name }) => name))].join(', ');
    throw new ConfigError(`no such worker: ${unknown.join(', ')}; the file has ${known}`);
  }
  return model.workers.filter(({ name }) => names.includes(name));
}

export interface CheckOptions {
  readonly model: Model;
  /** @default all of the model */
  readonly names?: readonly string[];
  /** Loads a handler's module. @default import */
  readonly loadModule?: LoadModule;
}

/**
 * Validates the workers as opening them would, without a bus or a database.
 *
 * @throws ConfigError if a worker or its module is invalid.
 */
export async function checkWorkers({ model, names, loadModule }: CheckOptions): Promise<void> {
  await checkAll(chooseWorkers(model, names), { sources: sourcesOf(model), loadModule });
}

/** Loads the plugins, if one of the workers with these names has them. @throws ConfigError if one does not load. */
export async function checkPlugins(model: Model, names?: readonly string[]): Promise<void> {
  const hasPlugins = chooseWorkers(model, names).some(({ use }) => use.kind === 'module');
  if (hasPlugins) await loadPlugins(model.plugins);
}

/** @throws ConfigError when a worker or its module is invalid. */
export async function checkAll(workers: readonly Worker[], parts: CheckParts): Promise<void> {
  for (const worker of workers) await roomOf(worker).check(worker, parts);
}
