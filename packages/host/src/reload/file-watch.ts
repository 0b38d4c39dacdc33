import { stat } from 'node:fs/promises';

export interface FileWatchOptions {
  /** The files to watch, absolute; may grow. */
  readonly files: () => Iterable<string>;
  readonly onChange: () => void;
  /** The pause between two polls. @default 100 */
  readonly everyMs?: number;
}

/** How long to wait for files that keep changing. */
const longestMs = 1_000;

/**
 * Calls back when files have changed and then stayed the same from one poll to the next; a new file counts as changed.
 *
 * It polls instead of waiting for events: most mounted folders, links into folders that are swapped, and files that
 * were replaced by others send none. Each poll precedes its call, so a later change leads to another call.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #last = new Map<string, string>();
  /** Since when there is a change that was not reported. */
  #changedAtMs: number | undefined;
  #isClosed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#options.everyMs ?? 100); // Never rejects.
  }

  async #poll(): Promise<void> {
    const paths = [...this.#options.files()];
    const stamps = await Promise.all(paths.map(stampOf));
    const now = new Map(paths.map((path, place) => [path, stamps[place] ?? '']));
    const isSame = paths.every((path) => now.get(path) === this.#last.get(path));
    this.#last = now;
    if (!isSame) this.#changedAtMs ??= performance.now();
    if (!this.#isClosed) this.#report(isSame);
    this.#wait();
  }

  #report(isSame: boolean): void {
    if (this.#changedAtMs === undefined) return;
    if (!isSame && performance.now() - this.#changedAtMs < longestMs) return;
    this.#changedAtMs = undefined;
    this.#options.onChange();
  }
}

/** Different after every change: editors keep neither the inode nor the times. Empty if there is no such file. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  } catch {
    return '';
  }
}
