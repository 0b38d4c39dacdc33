import type { CliCommand } from '../command/cli-command.ts';
import { roleArgument } from '../command/role-argument.ts';

export const healthcheck: CliCommand = {
  name: 'healthcheck',
  summary: 'check whether a process on this machine is ready: exit code 0 or 1',
  arguments: [roleArgument('determines the default ADMIN_PORT')],
  run: () => import('./healthcheck.run.ts'),
};
