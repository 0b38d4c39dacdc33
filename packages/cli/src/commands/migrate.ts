import type { CliCommand } from '../command/cli-command.ts';

export const migrate: CliCommand = {
  name: 'migrate',
  summary: "bring the database's tables up to date, once; safe to run many times at once",
  file: 'either',
  run: () => import('./migrate.run.ts'),
};
