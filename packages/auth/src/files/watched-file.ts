import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { ConfigError, type Log } from '@restmapper/core';

export interface WatchedFileOptions<T> {
  /** @throws ConfigError if the file is invalid. */
  readonly parse: (text: string, path: string) => T;
  readonly log: Log;
  /** How often it is checked, in milliseconds. @default 2000 */
  readonly everyMs?: number;
}

/** Options for all watched files. */
export type FileOptions = Omit<WatchedFileOptions<unknown>, 'parse'>;

/**
 * The content of a file, updated when it changes.
 *
 * It is polled rather than watched: files of secrets are often links into folders that are swapped. While a
 * changed file is invalid, or gone, its previous content stays in force, and the log says so.
 */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #options: WatchedFileOptions<T>;
  readonly #timer: NodeJS.Timeout;
  #value: T;
  #stamp: string;
  #isBusy = false;
  #complaint = '';

  /** @throws ConfigError if it is unreadable or invalid. */
  constructor(path: string, options: WatchedFileOptions<T>) {
    this.#path = path;
    this.#options = options;
    this.#stamp = orConfigError(path, () => stampOf(statSync(path)));
    this.#value = options.parse(
      orConfigError(path, () => readFileSync(path, 'utf8')),
      path,
    );
    this.#timer = setInterval(() => void this.#look(), options.everyMs ?? 2_000); // Never rejects.
    this.#timer.unref();
  }

  get value(): T {
    return this.#value;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { parse, log } = this.#options;
    try {
      const stamp = stampOf(await stat(this.#path));
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      this.#value = parse(await readFile(this.#path, 'utf8'), this.#path);
      this.#complaint = '';
      log.info({ file: this.#path }, 'a changed file is in force');
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.#complaint) log.error({ file: this.#path, reason }, 'a changed file is ignored');
      this.#complaint = reason;
      // An invalid file stays invalid until it changes; an unreadable one may be readable the next time.
      if (!(error instanceof ConfigError)) this.#stamp = '';
    } finally {
      this.#isBusy = false;
    }
  }
}

function stampOf({ mtimeMs, size, ino }: { mtimeMs: number; size: number; ino: number }): string {
  return `${mtimeMs} ${size} ${ino}`;
}

/** Omits the lines of the file around a mistake, which may be secrets. */
function reasonOf(error: unknown): string {
  if (error instanceof ConfigError && error.problems.length > 0) {
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

function orConfigError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new ConfigError(
      `${path} cannot be read: ${isMissing ? 'there is no such file; the path is relative to the file that names it' : String(error)}`,
    );
  }
}
