import type { CliCommand } from '../command/cli-command.ts';

export const check: CliCommand = {
  name: 'check',
  summary: 'report every mistake in a file, with line and column',
  options: [
    {
      flags: '--no-load',
      summary: 'do not load the modules of workers: loading runs their top-level code',
    },
  ],
  file: 'either',
  run: () => import('./check.run.ts'),
};
