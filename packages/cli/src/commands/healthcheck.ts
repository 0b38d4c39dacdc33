import { roles } from '@restmapper/host';
import type { CliCommand } from '../command/cli-command.ts';

export const healthcheck: CliCommand = {
  name: 'healthcheck',
  summary: 'check whether a process on this machine is ready: exit code 0 or 1',
  arguments: [
    {
      usage: '[role]',
      summary: `${listOf(Object.keys(roles))}: determines the default ADMIN_PORT`,
      default: 'start',
    },
  ],
  run: () => import('./healthcheck.run.ts'),
};

function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
