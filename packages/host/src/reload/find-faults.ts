import { openAuthenticator } from '@restmapper/auth';
import { ConfigError, type FileProblem, formatProblems, silentLog } from '@restmapper/core';
import { type Auth, type Locate, type Model, pointerStep, type Worker } from '@restmapper/endpoints';
import { checkWorkers, findPluginFaults, readMigrationFiles } from '@restmapper/workers';
import { locateError } from '../process/model-file.ts';

/**
 * Opens every scheme, so that all mistakes in the files of the `auth` section are reported.
 *
 * @throws ConfigError with the place of each
 */
export function checkSchemes(auth: Auth | undefined, locate: Locate): void {
  const faults = (auth?.schemes ?? []).flatMap((scheme) => {
    const pointer = `/auth/schemes${pointerStep(scheme.name)}/${scheme.kind}`;
    try {
      openAuthenticator({ schemes: [scheme], default: [] }, { log: silentLog }).close();
      return [];
    } catch (error) {
      return problemsOf(error, (message) => locate(pointer, message));
    }
  });
  throwProblems(faults);
}

export interface HandlersOptions {
  /** Those to check. */
  readonly workers: readonly Worker[];
  readonly locate: Locate;
}

/**
 * Loads every module, the plugins of modules, and reads every file of a statement, so that all mistakes are reported.
 *
 * @throws ConfigError with the place of each
 */
export async function checkHandlers(model: Model, { workers, locate }: HandlersOptions): Promise<void> {
  const faults: FileProblem[] = [];
  const checked = new Set<string>();
  for (const { name } of workers) {
    if (checked.has(name)) continue;
    checked.add(name);
    const pointer = `/workers${pointerStep(name)}/use`;
    try {
      await checkWorkers({ model, names: [name] });
    } catch (error) {
      const placed = locateError(error, locate);
      faults.push(...problemsOf(placed, (message) => locate(pointer, message)));
    }
  }
  if (workers.some(({ use }) => use.kind === 'module')) {
    for (const fault of await findPluginFaults(model.plugins)) {
      faults.push(...problemsOf(locateError(fault, locate), (message) => locate('/plugins', message)));
    }
  }
  throwProblems(faults);
}

/** Reads the application's migrations. @throws ConfigError with the place of each mistake */
export async function checkMigrations({ migrations }: Model, locate: Locate): Promise<void> {
  if (!migrations) return;
  await readMigrationFiles(migrations.directory).catch((error: unknown) => {
    throw locateError(error, locate);
  });
}

/** The problems of a {@link ConfigError}, which may be in another file; one without any is located in this. */
function problemsOf(error: unknown, locate: (message: string) => FileProblem): readonly FileProblem[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.problems.length > 0 ? error.problems : [locate(error.message)];
}

function throwProblems(problems: readonly FileProblem[]): void {
  if (problems.length > 0) throw new ConfigError(formatProblems(problems), problems);
}
