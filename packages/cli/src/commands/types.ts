import type { CliCommand } from '../command/cli-command.ts';
import { outputOption } from '../command/output-option.ts';

export const types: CliCommand = {
  name: 'types',
  summary: 'print TypeScript types of the bodies, queries, parameters and replies of a file',
  options: [outputOption],
  file: 'either',
  run: () => import('./types.run.ts'),
};
