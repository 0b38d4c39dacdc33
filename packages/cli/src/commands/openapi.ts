import type { CliCommand } from '../command/cli-command.ts';

export const openapi: CliCommand = {
  name: 'openapi',
  summary: 'print the HTTP API of a file as OpenAPI 3.1',
  file: 'either',
  run: () => import('./openapi.run.ts'),
};
