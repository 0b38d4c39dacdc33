import type { CliCommand } from '../command/cli-command.ts';

export const check: CliCommand = {
  name: 'check',
  summary: 'say everything that is wrong with a file, with its place',
  options: [
    {
      flags: '--no-load',
      summary: 'leave out the modules of workers: loading them runs what they do then',
    },
  ],
  file: 'either',
  run: () => import('./check.run.ts'),
};
