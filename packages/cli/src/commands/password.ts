import type { CliCommand } from '../command/cli-command.ts';

export const password: CliCommand = {
  name: 'password',
  summary: 'print the hash of the password on standard input, for a file of users',
  run: () => import('./password.run.ts'),
};
