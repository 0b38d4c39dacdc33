import type { CliCommand } from '../command/cli-command.ts';
import { outputOption } from '../command/output-option.ts';

const help = `
OLD and NEW are each an endpoints.yaml, or a document that \`restmapper openapi\` printed; - is standard input:

  restmapper openapi diff <(git show HEAD:endpoints.yaml) endpoints.yaml

  breaking     a caller of the old API may be refused, or receive what it does not expect
  unclear      the change cannot be judged; read it
  compatible   every caller of the old API can use the new one

A caller must ignore properties of a reply that it does not know. Exit codes: 0 not breaking, 1 breaking, 2
wrong usage.`;

const diff: CliCommand = {
  name: 'diff',
  summary: 'list breaking and other changes of an HTTP API; exit code 1 if any is breaking',
  help,
  arguments: [
    { usage: '<old>', summary: 'the older description', isFile: true },
    { usage: '<new>', summary: 'the newer description', isFile: true },
  ],
  options: [
    { flags: '--strict', summary: 'exit code 1 also if a change is unclear' },
    { flags: '--json', summary: 'print the changes as JSON' },
  ],
  run: () => import('./openapi-diff.run.ts'),
};

export const openapi: CliCommand = {
  name: 'openapi',
  summary: 'print the HTTP API of a file as OpenAPI 3.1, or compare two of them',
  options: [outputOption],
  file: 'either',
  commands: [diff],
  run: () => import('./openapi.run.ts'),
};
