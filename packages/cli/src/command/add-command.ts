import type { Terminal } from '@restmapper/host';
import { Argument, type Command } from 'commander';
import type { CliCommand } from './cli-command.ts';
import { nameFile, withEitherFile, withFile } from './file-argument.ts';
import { formatTitle } from './title.ts';

export interface AddOptions {
  readonly terminal: Terminal;
  readonly setExitCode: (code: number) => void;
  /** Every command, passed to the action. */
  readonly commands: readonly CliCommand[];
}

/** Registers a command and its subcommands with commander. */
export function addCommand(program: Command, spec: CliCommand, options: AddOptions): void {
  const command = program.command(spec.name).description(spec.summary);
  if (spec.help !== undefined) command.addHelpText('after', spec.help);
  for (const below of spec.commands ?? []) addCommand(command, below, options);
  if (spec.file === 'option') withFile(command);
  for (const { usage, summary, default: value } of spec.arguments ?? []) {
    command.addArgument(new Argument(usage, summary).default(value));
  }
  for (const { flags, summary, default: value, parse } of spec.options ?? []) {
    if (parse) command.option(flags, summary, parse, value);
    else command.option(flags, summary, value);
  }
  if (spec.file === 'either') withEitherFile(command);
  addAction(command, spec, options);
}

function addAction(
  command: Command,
  spec: CliCommand,
  { terminal, setExitCode, commands }: AddOptions,
): void {
  const { run: load, name, file, hasTitle = false } = spec;
  if (!load) return;
  command.action(async () => {
    const call = { ...command.opts(), ...argumentsOf(command), terminal, commands };
    if (file === 'either') Object.assign(call, { file: nameFile(command) });
    if (hasTitle) terminal.printError(formatTitle(name));
    const { run } = await load();
    // The command's arguments and options match its action's call.
    setExitCode(await run(call as never));
  });
}

function argumentsOf({ registeredArguments, processedArgs }: Command): Record<string, unknown> {
  return Object.fromEntries(
    registeredArguments.map((argument, place) => [argument.name(), processedArgs[place]]),
  );
}
