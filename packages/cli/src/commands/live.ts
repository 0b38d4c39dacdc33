import type { CliCommand } from '../command/cli-command.ts';

export const live: CliCommand = {
  name: 'live',
  summary: 'run the live bridge: RabbitMQ to WebSocket, at /ws/v1/',
  file: 'either',
  hasTitle: true,
  run: () => import('./live.run.ts'),
};
