import type { CliCommand } from '../command/cli-command.ts';

export const check: CliCommand = {
  name: 'check',
  summary: 'report every mistake in a file, with line and column',
  options: [
    {
      flags: '--no-load',
      summary: 'do not load the modules of workers: loading runs their top-level code',
    },
    { flags: '--json', summary: 'print problems, notes and summary as JSON' },
    { flags: '--sarif', summary: 'print problems and notes as SARIF 2.1.0, for code scanning' },
  ],
  file: 'either',
  run: () => import('./check.run.ts'),
};
