/** The process's environment for a command; only `main` has the real one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  /**
   * Waits until standard output has taken what was printed; resolves with whether it still has a reader, which a closed
   * pipe has not. Absent where printing never waits.
   */
  readonly flush?: () => Promise<boolean>;
  readonly printError: (text: string) => void;
  /** Asks the user at the terminal; resolves with `undefined` without one. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly readFile: (path: string) => string;
  /** Resolves with all of standard input. */
  readonly readInput: () => Promise<string>;
  /** Resolves when the process is asked to stop. */
  readonly stopRequested: Promise<void>;
  /** Calls back whenever the process is asked to read its files again (SIGHUP), instead of ending. */
  readonly onReloadRequested: (listener: () => void) => void;
  /** Ends the process at once, even while parts are being opened. */
  readonly exit: (code: number) => void;
}
