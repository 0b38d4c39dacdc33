import type { CliCommand } from '../command/cli-command.ts';
import { outputOption } from '../command/output-option.ts';

export const asyncapi: CliCommand = {
  name: 'asyncapi',
  summary: 'print the exchanges, queues, feeds and messages of a file as AsyncAPI 3.0',
  options: [outputOption],
  file: 'either',
  run: () => import('./asyncapi.run.ts'),
};
