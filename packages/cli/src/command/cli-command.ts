import type { Terminal } from '@restmapper/host';

/**
 * A command of `restmapper`. Every start loads all commands, so its action is in a module that `run` loads.
 */
export interface CliCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Printed after the options by `--help`. */
  readonly help?: string;
  /** Subcommands. A command that also has an action runs it unless its first argument is one of their names. */
  readonly commands?: readonly CliCommand[];
  /** Passed under their names. */
  readonly arguments?: readonly CliArgument[];
  /** Passed under commander's names for their long flags: `--no-load` as `load`. */
  readonly options?: readonly CliOption[];
  /** How the command takes `endpoints.yaml`: by `--file`, or also as its argument. Passed as `file`. */
  readonly file?: 'option' | 'either';
  /** Whether it prints its title before it is loaded, as long-running processes do. @default false */
  readonly hasTitle?: boolean;
  /** Loads the action; absent on a command with subcommands. */
  readonly run?: () => Promise<CliAction>;
}

export interface CliArgument {
  /** `<needed>`, `[optional]` or `[many...]`. */
  readonly usage: string;
  readonly summary: string;
  readonly default?: string;
  /** What a shell completes it to. */
  readonly completions?: readonly string[];
  /** Whether a shell completes it to a file. @default false */
  readonly isFile?: boolean;
}

export interface CliOption {
  /** `-s, --long <value>` */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string;
  /**
   * Called for each occurrence, with the result for the one before.
   *
   * @throws InvalidArgumentError
   */
  readonly parse?: (text: string, previous: unknown) => unknown;
}

/** The action of a command; resolves with the exit code. */
export interface CliAction {
  /** Its call has the command's arguments and options: it extends {@link CommandCall}. */
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
