import { roles } from '@restmapper/host';
import { InvalidArgumentError } from 'commander';
import type { CliCommand } from '../command/cli-command.ts';

const help = `
With --live it changes nothing, and sees what its user may see; BROKER_ADMIN_URL, RabbitMQ's management
API, shows more: see \`restmapper topology plan --help\`. Exit codes: 0 no error, 1 an error, 2 wrong usage.`;

export const check: CliCommand = {
  name: 'check',
  summary: 'report every mistake in a file, with line and column',
  help,
  options: [
    {
      flags: '--no-load',
      summary: 'do not load the modules of workers: loading runs their top-level code',
    },
    {
      flags: '--live',
      summary: 'also compare the file with the broker and the database of AMQP_URL and DATABASE_URL',
    },
    {
      flags: '--role <role>',
      summary: `with --live: whose rights the user needs, ${Object.keys(roles).join(', ')}`,
      default: 'start',
      parse: readRole,
    },
    { flags: '--json', summary: 'print problems, notes and summary as JSON' },
    { flags: '--sarif', summary: 'print problems and notes as SARIF 2.1.0, for code scanning' },
  ],
  file: 'either',
  run: () => import('./check.run.ts'),
};

function readRole(name: string): string {
  if (Object.hasOwn(roles, name)) return name;
  throw new InvalidArgumentError(`Must be one of ${Object.keys(roles).join(', ')}.`);
}
