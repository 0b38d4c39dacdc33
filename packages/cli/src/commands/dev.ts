import type { CliCommand } from '../command/cli-command.ts';

const help = `
Like start; in addition, edits of the file, of the files it names and of its workers' modules take effect at once.
If a file is invalid, the last valid version stays in force, and terminal and page show what is wrong.`;

export const dev: CliCommand = {
  name: 'dev',
  summary: 'like start, and apply every edit of the file and its modules',
  help,
  file: 'either',
  hasTitle: true,
  run: () => import('./dev.run.ts'),
};
