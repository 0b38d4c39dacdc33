import type { CliCommand } from '../command/cli-command.ts';

export const serve: CliCommand = {
  name: 'serve',
  summary: 'run the gateway: HTTP to RabbitMQ',
  file: 'either',
  hasTitle: true,
  run: () => import('./serve.run.ts'),
};
