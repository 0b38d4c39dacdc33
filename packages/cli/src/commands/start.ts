import type { CliCommand } from '../command/cli-command.ts';

export const start: CliCommand = {
  name: 'start',
  summary: 'run everything in one process; without AMQP_URL and DATABASE_URL, bus and database are embedded',
  file: 'either',
  hasTitle: true,
  run: () => import('./start.run.ts'),
};
