import type { CliCommand } from '../command/cli-command.ts';

export const work: CliCommand = {
  name: 'work',
  summary: 'run workers: RabbitMQ to PostgreSQL',
  arguments: [{ usage: '[names...]', summary: 'the workers to run; all of the file when none is named' }],
  file: 'option',
  hasTitle: true,
  run: () => import('./work.run.ts'),
};
