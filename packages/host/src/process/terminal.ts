/** The process's environment for a command; only `main` has the real one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  /** Writes bytes to standard output unchanged. Absent where only text can be printed. */
  readonly printBytes?: (bytes: Uint8Array) => void;
  /**
   * Waits until standard output has taken what was printed; resolves with whether it still has a reader, which a closed
   * pipe has not. Absent where printing never waits.
   */
  readonly flush?: () => Promise<boolean>;
  readonly printError: (text: string) => void;
  /** Asks the user at the terminal; resolves with `undefined` without one. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Opens a prompt for many lines, with a history; `undefined` if standard input is not a terminal. */
  readonly openPrompt?: () => Prompt | undefined;
  readonly readFile: (path: string) => string;
  readonly readFileBytes: (path: string) => Buffer;
  /** Resolves with all of standard input. */
  readonly readInput: () => Promise<string>;
  readonly readInputBytes: () => Promise<Buffer>;
  /** Resolves when the process is asked to stop. */
  readonly stopRequested: Promise<void>;
  /** Calls back whenever the process is asked to read its files again (SIGHUP), instead of ending. */
  readonly onReloadRequested: (listener: () => void) => void;
  /** Ends the process at once, even while parts are being opened. */
  readonly exit: (code: number) => void;
}

/** What a user does at a prompt: types a line, presses Ctrl-C, or ends the input. */
export type Typed =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

/** Reads what a user types, line by line. */
export interface Prompt {
  /** Prints the text, and waits; a stop signal counts as the end of the input. */
  readonly read: (text: string) => Promise<Typed>;
  /** Calls back when Ctrl-C is pressed while no line is awaited. */
  readonly onInterrupt: (listener: () => void) => void;
  readonly close: () => void;
}
