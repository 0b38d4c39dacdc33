import type { CliCommand } from '../command/cli-command.ts';
import { roleArgument } from '../command/role-argument.ts';

const help = `
Checks this machine and this project for the process of a role: Node, the file and its modules,
settings, ports, RabbitMQ, PostgreSQL or the data folder, and the processes in PEERS. It changes
nothing, needs nothing to run, and loads the modules of workers as \`restmapper check\` does.

Exit code 0: no problem, warnings perhaps; 1: at least one problem.`;

export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'report what would keep a process from working here, and what to do',
  help,
  arguments: [roleArgument('the process to check for')],
  options: [{ flags: '--json', summary: 'print the findings as JSON' }],
  file: 'option',
  run: () => import('./doctor.run.ts'),
};
