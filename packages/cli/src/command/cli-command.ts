import type { Terminal } from '@restmapper/host';

/** A command of `restmapper`; it is loaded by every command, so all that it does stands in the module that it loads. */
export interface CliCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Printed behind the options by `--help`. */
  readonly help?: string;
  /** Commands below this one; it has no arguments, options and action of its own then. */
  readonly commands?: readonly CliCommand[];
  /** Passed under their names. */
  readonly arguments?: readonly CliArgument[];
  /** Passed under the names that commander makes of their long flags: `--no-load` as `load`. */
  readonly options?: readonly CliOption[];
  /** How the command takes `endpoints.yaml`: by `--file`, or also as its argument. Passed as `file`. */
  readonly file?: 'option' | 'either';
  /** Whether it prints its title before it is loaded, as long-running processes do. @default false */
  readonly hasTitle?: boolean;
  /** Loads what the command does; not for one with commands below it. */
  readonly run?: () => Promise<CliAction>;
}

export interface CliArgument {
  /** `<needed>`, `[optional]` or `[many...]`. */
  readonly usage: string;
  readonly summary: string;
  readonly default?: string;
}

export interface CliOption {
  /** `-s, --long <value>` */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
  /** @throws InvalidArgumentError */
  readonly parse?: (text: string) => unknown;
}

/** What a command does; resolves with the exit code. */
export interface CliAction {
  /** Its call is the interface that the command's arguments and options add up to: a {@link CommandCall} and more. */
  readonly run: (call: never) => Promise<number> | number;
}

/** How a command was called. */
export interface CommandCall {
  readonly terminal: Terminal;
}

/** How a command about a file was called. */
export interface FileCall extends CommandCall {
  readonly file: string;
}
