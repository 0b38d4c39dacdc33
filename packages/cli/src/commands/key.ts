import type { CliCommand } from '../command/cli-command.ts';

export const key: CliCommand = {
  name: 'key',
  summary: 'make an API key, and the SHA-256 that a file of clients has of it',
  run: () => import('./key.run.ts'),
};
