/** One mistake in the file, at a 1-based line and column. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** One sentence, with a "did you mean" where one helps. */
  readonly message: string;
  /** The lines around it, with a caret below the place. */
  readonly frame: string;
  /** The JSON pointer of the value, where the file can be parsed. */
  readonly pointer?: string;
  /** The word that `message` suggests instead. */
  readonly suggestion?: string;
}

/** A character of a text that a file contains as a value. */
export interface TextPlace {
  readonly text: string;
  readonly index: number;
}

/** A value of a file. */
export interface ValuePlace {
  /** Its JSON pointer. */
  readonly pointer: string;
  /** What is at fault in it. @default all of it */
  readonly within?: TextPlace | undefined;
}

/**
 * An invalid file or setting, the operator's to fix; lists every problem at once.
 *
 * Its message can be printed to stderr unchanged.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly FileProblem[];
  /** The value at fault in the file, for one problem that has no line yet. */
  readonly place: ValuePlace | undefined;

  constructor(message: string, problems: readonly FileProblem[] = [], place?: string | ValuePlace) {
    super(message);
    this.problems = problems;
    this.place = typeof place === 'string' ? { pointer: place } : place;
  }
}

/** Renders each problem as `file:line:column message` above its frame. */
export function formatProblems(problems: readonly FileProblem[]): string {
  return problems
    .map(({ file, line, column, message, frame }) => `${file}:${line}:${column} ${message}\n${frame}`)
    .join('\n\n');
}
