import type { CliCommand } from '../command/cli-command.ts';

const help = `
A file of cases belongs to the endpoints.yaml beside it, unless its key \`file\` names another. All cases of a file run in
one system in this process: the bus is in memory, and so is PostgreSQL, unless --database names a server.

Exit codes: 0 all cases pass, 1 some do not or a file is invalid, 2 there is no case to run.`;

export const test: CliCommand = {
  name: 'test',
  summary: 'run the cases of *.test.yaml files against the file, without servers',
  help,
  arguments: [
    {
      usage: '[files...]',
      summary: 'files of cases, or folders that hold *.test.yaml files (default: this folder)',
    },
  ],
  options: [
    { flags: '-g, --grep <text>', summary: 'only the cases whose title contains this text' },
    { flags: '--database <url>', summary: 'a PostgreSQL server, where a schema is created and dropped' },
    { flags: '--json', summary: 'print the results as JSON' },
  ],
  run: () => import('./test.run.ts'),
};
