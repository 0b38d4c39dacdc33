import type { CliCommand } from '../command/cli-command.ts';

export const routes: CliCommand = {
  name: 'routes',
  summary: 'list the endpoints of the file',
  file: 'either',
  run: () => import('./routes.run.ts'),
};
