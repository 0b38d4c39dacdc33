import type { Worker } from '@restmapper/endpoints';
import { locateError, openLocator } from '../process/model-file.ts';
import { runService, type Service, type ServiceOptions } from '../process/service.ts';
import { FileWatch } from '../reload/file-watch.ts';
import { Reloader } from '../reload/reloader.ts';
import { createOutcomeReporter } from '../reload/report-outcome.ts';
import { openSystem } from './open-system.ts';
import type { Role } from './role.ts';

export interface RunRoleOptions extends ServiceOptions {
  /** Whether edits of the files take effect by themselves, and mistakes are shown by the page. @default false */
  readonly isWatching?: boolean;
}

/**
 * Runs a process of a role until it is asked to stop; resolves with the exit code.
 *
 * On request it reads its files again and continues with them; invalid files change nothing.
 * @throws ConfigError
 */
export function runRole(role: Role, options: RunRoleOptions): Promise<number> {
  const open = async (service: Service) => {
    const reloader = createReloader(service, options);
    const system = await openSystem(service, role).catch((error: unknown) => {
      throw locateError(error, openLocator(options.file, options.terminal.env));
    });
    reloader.follow(system);
    if (options.isWatching) watch(service, reloader);
    return system;
  };
  return runService(role, open, options);
}

function createReloader(service: Service, { file, terminal, isWatching }: RunRoleOptions): Reloader {
  const onOutcome = createOutcomeReporter(service, { file, ...(isWatching && { terminal }) });
  const { model, role, workers } = service;
  const runs = ({ name }: Worker): boolean =>
    role.needs.database !== false && (workers?.includes(name) ?? true);
  const reloader = new Reloader({ file, env: terminal.env, model, runs, onOutcome });
  terminal.onReloadRequested(() => void reloader.reload()); // Never rejects.
  return reloader;
}

function watch({ closers }: Service, reloader: Reloader): void {
  const files = new FileWatch({ files: () => reloader.files, onChange: () => void reloader.reload() });
  closers.add('watch', files, (files) => files.close());
}
