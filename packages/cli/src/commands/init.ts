import type { CliCommand } from '../command/cli-command.ts';

const help = `
Never changes a file, except package.json, to which missing scripts and dependencies are added. If another file
exists already, nothing is written, unless --keep is given.

  restmapper init my-api && cd my-api && npm install && npm run dev`;

export const init: CliCommand = {
  name: 'init',
  summary: 'write a new project: endpoints.yaml, a worker with a test, files to deploy it',
  help,
  arguments: [{ usage: '[folder]', summary: 'where to write it', default: '.' }],
  options: [
    { flags: '--javascript', summary: 'a worker in JavaScript instead of TypeScript' },
    { flags: '--minimal', summary: 'only endpoints.yaml, package.json and .gitignore' },
    { flags: '--keep', summary: 'write only the files that do not exist yet' },
  ],
  run: () => import('./init.run.ts'),
};
