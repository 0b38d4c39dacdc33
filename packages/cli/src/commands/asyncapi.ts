import type { CliCommand } from '../command/cli-command.ts';

export const asyncapi: CliCommand = {
  name: 'asyncapi',
  summary: 'print the exchanges, queues, feeds and messages of a file as AsyncAPI 3.0',
  file: 'either',
  run: () => import('./asyncapi.run.ts'),
};
