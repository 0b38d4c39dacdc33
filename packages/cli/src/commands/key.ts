import type { CliCommand } from '../command/cli-command.ts';

export const key: CliCommand = {
  name: 'key',
  summary: 'generate an API key, and its SHA-256 for a file of clients',
  run: () => import('./key.run.ts'),
};
