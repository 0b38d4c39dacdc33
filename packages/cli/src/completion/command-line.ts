import type { CliCommand } from '../command/cli-command.ts';

/** A command with all that may follow it. */
export interface CommandLine {
  /** Its names, as in `dlq list`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly CompletedOption[];
  /** What its argument may be. */
  readonly values: readonly string[];
  /** Whether its argument is a file. */
  readonly takesFile: boolean;
}

export interface Word {
  readonly name: string;
  readonly summary: string;
}

export interface CompletedOption {
  /** `-f` and `--file`. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** What follows it: nothing, a file, or a value that no shell can know. */
  readonly value: 'none' | 'file' | 'other';
}

const help: CompletedOption = { flags: ['-h', '--help'], summary: 'display help', value: 'none' };
const version: CompletedOption = { flags: ['-V', '--version'], summary: 'print the version', value: 'none' };
const file: CompletedOption = {
  flags: ['-f', '--file'],
  summary: 'the file that describes the API',
  value: 'file',
};

/** Describes the program and each of its commands, in the order of the help. */
export function commandLinesOf(commands: readonly CliCommand[]): readonly CommandLine[] {
  const root: CommandLine = {
    path: '',
    commands: [...commands.map(wordOf), { name: 'help', summary: 'display help for a command' }],
    options: [version, help],
    values: [],
    takesFile: false,
  };
  return [root, ...commands.flatMap((command) => linesOf(command, command.name))];
}

function linesOf(command: CliCommand, path: string): readonly CommandLine[] {
  const { commands = [], options = [], arguments: given = [] } = command;
  const line: CommandLine = {
    path,
    commands: commands.map(wordOf),
    options: [...options.map(optionOf), ...(command.file === undefined ? [] : [file]), help],
    values: given.flatMap(({ completions = [] }) => completions),
    takesFile: command.file === 'either' || given.some(({ isFile }) => isFile),
  };
  return [line, ...commands.flatMap((below) => linesOf(below, `${path} ${below.name}`))];
}

function wordOf({ name, summary }: CliCommand): Word {
  return { name, summary };
}

function optionOf({ flags, summary }: { readonly flags: string; readonly summary: string }): CompletedOption {
  return { flags: flags.match(/(?<![\w-])--?[\w-]+/g) ?? [], summary, value: valueOf(flags) };
}

function valueOf(flags: string): CompletedOption['value'] {
  if (!/[<[]/.test(flags)) return 'none';
  return flags.includes('<path>') ? 'file' : 'other';
}
