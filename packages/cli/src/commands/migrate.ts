import type { CliCommand } from '../command/cli-command.ts';

export const migrate: CliCommand = {
  name: 'migrate',
  summary: "migrate the database's tables, once; safe to run concurrently",
  file: 'either',
  run: () => import('./migrate.run.ts'),
};
