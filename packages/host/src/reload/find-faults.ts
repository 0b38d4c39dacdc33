import { openAuthenticator } from '@restmapper/auth';
import { ConfigError, type FileProblem, formatProblems, silentLog } from '@restmapper/core';
import { type Auth, type Locate, pointerStep, type Worker } from '@restmapper/endpoints';
import { loadHandler } from '@restmapper/workers';

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

/** Loads every module, so that all mistakes are reported. @throws ConfigError with the place of each */
export async function checkModules(workers: readonly Worker[], locate: Locate): Promise<void> {
  const faults: FileProblem[] = [];
  const checked = new Set<string>();
  for (const { name, use } of workers) {
    if (use.kind !== 'module' || checked.has(name)) continue;
    checked.add(name);
    const pointer = `/workers${pointerStep(name)}/use`;
    try {
      await loadHandler({ worker: name, ...use });
    } catch (error) {
      faults.push(...problemsOf(error, (message) => locate(pointer, message)));
    }
  }
  throwProblems(faults);
}

/** The problems of a {@link ConfigError}, which may be in another file; one without any is located in this. */
function problemsOf(error: unknown, locate: (message: string) => FileProblem): readonly FileProblem[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.problems.length > 0 ? error.problems : [locate(error.message)];
}

function throwProblems(problems: readonly FileProblem[]): void {
  if (problems.length > 0) throw new ConfigError(formatProblems(problems), problems);
}
