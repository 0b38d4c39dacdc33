import { Command } from 'commander';
import { addCommand } from '../../../packages/cli/src/command/add-command.ts';
import { commands } from '../../../packages/cli/src/commands.ts';

const program = createProgram();

/** What is wrong with the arguments of `restmapper`: a command, option or argument that does not exist, or lacks. */
export function problemsOfCall(args: readonly string[]): readonly string[] {
  const { command, rest } = findCommand(program, args);
  const { operands, unknown } = command.parseOptions([...rest]);
  const { registeredArguments: known, commands } = command;
  const max = known.some(({ variadic }) => variadic) ? Infinity : known.length;
  const name = ['restmapper', ...args].join(' ');
  if (unknown.length > 0) return [`${name}: there is no option ${unknown[0]}`];
  if (operands.length > max) {
    return [`${name}: there is no ${commands.length > 0 ? 'command' : 'argument'} ${operands[max]}`];
  }
  const missing = known[operands.length];
  return missing?.required ? [`${name}: it lacks ${missing.name()}`] : [];
}

interface FoundCommand {
  readonly command: Command;
  readonly rest: readonly string[];
}

function findCommand(command: Command, args: readonly string[]): FoundCommand {
  const below = command.commands.find((each) => each.name() === args[0]);
  return below ? findCommand(below, args.slice(1)) : { command, rest: args };
}

function createProgram(): Command {
  const terminal = { print: ignore, printError: ignore } as never;
  const program = new Command('restmapper').option('--version').option('--help');
  for (const command of commands) addCommand(program, command, { terminal, setExitCode: ignore, commands });
  return program;
}

function ignore(): void {}
