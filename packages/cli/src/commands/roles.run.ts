import type { Role } from '@restmapper/host';
import { runRole } from '@restmapper/host/services';
import type { FileCall } from '../command/cli-command.ts';

export interface RoleCall extends FileCall {
  /** The workers to run, for a role that can choose; empty for every worker of the file. */
  readonly names?: readonly string[];
}

/** Runs a process until it is asked to stop; resolves with the exit code. @throws ConfigError */
export function runRoleCommand(role: Role, { file, terminal, names = [] }: RoleCall): Promise<number> {
  return runRole(role, { file, terminal, workers: names.length > 0 ? names : undefined });
}
