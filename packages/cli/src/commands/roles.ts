import { type Role, roles } from '@restmapper/host';
import type { CliCommand } from '../command/cli-command.ts';

const workersArgument = {
  usage: '[names...]',
  summary: 'the workers to run; all of the file when none is named',
};

/** A command for each role: it runs a process of it. */
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
