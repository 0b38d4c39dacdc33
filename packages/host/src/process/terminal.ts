/** The process's surroundings, as a command sees them; only `main` knows the real ones. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads standard output. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Asks the person at the terminal; resolves with `undefined` where there is none. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly readFile: (path: string) => string;
  /** Resolves with all of standard input. */
  readonly readInput: () => Promise<string>;
  /** Resolves when the process is asked to stop. */
  readonly stopRequested: Promise<void>;
  /** Ends the process at once, whatever is still being opened in it. */
  readonly exit: (code: number) => void;
}
