import { roles } from '@restmapper/host';
import type { CliCommand } from '../command/cli-command.ts';

export const healthcheck: CliCommand = {
  name: 'healthcheck',
  summary: 'ask a process on this machine whether it is ready: exit code 0 or 1',
  arguments: [
    {
      usage: '[role]',
      summary: `${listOf(Object.keys(roles))}: decides the default ADMIN_PORT`,
      default: 'start',
    },
  ],
  run: () => import('./healthcheck.run.ts'),
};

function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
