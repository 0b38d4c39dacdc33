import { ConfigError } from '@restmapper/core';
import type { CliCommand, CommandCall } from '../command/cli-command.ts';
import { type CommandLine, commandLinesOf } from '../completion/command-line.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';

export interface CompletionCall extends CommandCall {
  readonly shell: string;
  /** Every command of the program. */
  readonly commands: readonly CliCommand[];
}

const scripts: Readonly<Record<string, (lines: readonly CommandLine[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Prints the script of a shell. @throws ConfigError if there is none. */
export function run({ shell, commands, terminal }: CompletionCall): number {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!script) {
    const known = Object.keys(scripts).join(', ');
    throw new ConfigError(`there is no completion for ${JSON.stringify(shell)}; one of ${known}`);
  }
  terminal.print(script(commandLinesOf(commands)));
  return 0;
}
