import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isMap } from '../json-schema/keyword.ts';
import { extendPointer } from '../yaml/pointer.ts';
import { Report } from '../yaml/report.ts';
import type { Environment } from '../yaml/substitution.ts';
import { readYaml } from '../yaml/yaml-reader.ts';

/** Reads included files; the parser itself reads none. */
export interface IncludeReader {
  /** Lists the files of a pattern, absolute and sorted by name; none if there are none. */
  readonly list: (pattern: string, directory: string) => readonly string[];
  /** Reads a file as text. @throws Error whose message is the reason why it cannot be read */
  readonly read: (path: string) => string;
  /** Returns the same text for every path to one file. */
  readonly identify: (path: string) => string;
}

export interface PartsOptions {
  /** The file's name for error messages. */
  readonly file: string;
  /** The folder that paths in the file are relative to. */
  readonly directory: string;
  /** The values of `${NAME}`. */
  readonly env: Environment;
  /** @default the file cannot include others */
  readonly includes?: IncludeReader | undefined;
}

/** A file as written: the first one, or one that is included. */
export interface FilePart {
  readonly file: string;
  readonly directory: string;
  /** `undefined` if it is empty, its YAML is broken, or it could not be read. */
  readonly written: unknown;
  readonly report: Report;
}

/** Reads a file and those that it includes, directly or through others, each once; the first one is first. */
export function readParts(text: string, options: PartsOptions): readonly [FilePart, ...FilePart[]] {
  const reader = new PartsReader(options);
  const first = reader.read(text, options);
  return [first, ...reader.parts.slice(1)];
}

type FileName = Pick<FilePart, 'file' | 'directory'>;

class PartsReader {
  readonly parts: FilePart[] = [];
  readonly #env: Environment;
  readonly #includes: IncludeReader | undefined;
  readonly #read = new Set<string>();
  /** The files being read, by identity: each includes the next. */
  readonly #open = new Map<string, string>();

  constructor({ env, includes }: PartsOptions) {
    this.#env = env;
    this.#includes = includes;
  }

  read(source: string, { file, directory }: FileName): FilePart {
    const id = this.#identify(join(directory, basename(file)));
    const text = source.replace(/^\uFEFF/, '');
    const report = new Report(text, file);
    const value = readYaml(text, { env: this.#env, report, isPart: this.parts.length > 0 });
    if (value === null) report.atValue('', emptyMessage(this.parts.length > 0));
    const part = { file, directory, written: value ?? undefined, report };
    this.parts.push(part);
    this.#read.add(id);
    this.#open.set(id, file);
    this.#include(part);
    this.#open.delete(id);
    return part;
  }

  #identify(path: string): string {
    return this.#includes?.identify(path) ?? path;
  }

  #include(part: FilePart): void {
    const { include } = isMap(part.written) ? part.written : {};
    for (const [index, path] of [include].flat().entries()) {
      const pointer = Array.isArray(include) ? extendPointer('/include', index) : '/include';
      if (typeof path === 'string' && path !== '') this.#includeAll(path, pointer, part);
    }
  }

  /** Includes the files of a path or a pattern. */
  #includeAll(path: string, pointer: string, part: FilePart): void {
    const { report, directory, file } = part;
    if (!this.#includes) {
      report.atValue(pointer, `\`${path}\` cannot be included: only a file can include others`);
      return;
    }
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
      report.atValue(pointer, `\`${path}\` cannot be included: only files can`);
      return;
    }
    const isPattern = /[*?]/.test(path);
    const found = isPattern ? this.#includes.list(path, directory) : [resolve(directory, path)];
    if (found.length === 0) report.noteAtKey(pointer, `\`${path}\` matches no file`);
    for (const absolute of found) {
      const name = isAbsolute(path) ? absolute : join(dirname(file), relative(directory, absolute));
      this.#includeOne(absolute, { name, pointer, report });
    }
  }

  #includeOne(path: string, { name, pointer, report }: Inclusion): void {
    const id = this.#identify(path);
    if (this.#open.has(id)) {
      report.atValue(pointer, `\`${name}\` includes itself: ${[...this.#circleOf(id), name].join(' → ')}`);
      return;
    }
    if (this.#read.has(id)) return;
    const included = { file: name, directory: dirname(path) };
    const text = this.#textOf(path, { name, pointer, report });
    if (text !== undefined) this.read(text, included);
    else this.parts.push({ ...included, written: undefined, report: new Report('', name) });
  }

  /** The files being read, from one of them on. */
  #circleOf(id: string): readonly string[] {
    const ids = [...this.#open.keys()];
    return [...this.#open.values()].slice(ids.indexOf(id));
  }

  #textOf(path: string, { name, pointer, report }: Inclusion): string | undefined {
    try {
      return this.#includes?.read(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report.atValue(pointer, `\`${name}\` cannot be included: ${reason}`);
      return undefined;
    }
  }
}

/** An included file, and the place that includes it. */
interface Inclusion {
  readonly name: string;
  readonly pointer: string;
  readonly report: Report;
}

function emptyMessage(isPart: boolean): string {
  return isPart ? 'the file is empty' : 'the file is empty; it begins with `endpoints:`';
}
