import { type Role, roles } from '@restmapper/host';
import type { CliCommand } from '../command/cli-command.ts';

const workersArgument = {
  usage: '[names...]',
  summary: 'the workers to run; by default all workers of the file',
};

/** One command per role, which runs a process with that role. */
export const roleCommands: readonly CliCommand[] = Object.values(roles).map(commandOf);

function commandOf(role: Role): CliCommand {
  const { name, summary, choosesWorkers = false } = role;
  return {
    name,
    summary,
    ...(choosesWorkers && { arguments: [workersArgument] }),
    file: choosesWorkers ? 'option' : 'either',
    hasTitle: true,
    run: async () => {
      const { runRoleCommand } = await import('./roles.run.ts');
      return { run: (call: never) => runRoleCommand(role, call) };
    },
  };
}
