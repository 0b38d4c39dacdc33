import type { CliCommand } from '../command/cli-command.ts';
import { roleArgument } from '../command/role-argument.ts';

export const printConfig: CliCommand = {
  name: 'print-config',
  summary: 'print every setting of a process, and where it comes from',
  arguments: [roleArgument('determines the defaults')],
  options: [
    { flags: '--redact', summary: 'print *** instead of passwords (the default)' },
    { flags: '--show-secrets', summary: 'print passwords too' },
  ],
  run: () => import('./print-config.run.ts'),
};
