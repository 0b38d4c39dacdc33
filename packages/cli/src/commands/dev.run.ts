import { roles } from '@restmapper/host';
import { runRole } from '@restmapper/host/services';
import type { FileCall } from '../command/cli-command.ts';

/** Runs everything in one process, and applies every edit; resolves with the exit code. @throws ConfigError */
export function run(call: FileCall): Promise<number> {
  return runRole(roles.start, { ...call, isWatching: true });
}
