import type { LineCounter } from 'yaml';
import { type Finding, SourceText } from './source-text.ts';
import { ConfigError, formatProblems, type FileProblem, type TextPlace } from '@restmapper/core';

/** The offsets of a value and its key in the source. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

interface Placed extends Place {
  readonly source: SourceText;
}

interface Found extends Finding {
  readonly source: SourceText;
}

/**
 * Collects the mistakes in a file and those that it includes, each with a place given by a JSON pointer or an offset.
 */
export class Report {
  readonly #source: SourceText;
  /** The file's own and those of included files, in the order in which they were read. */
  readonly #sources: SourceText[];
  readonly #places = new Map<string, Placed>();
  readonly #redirects = new Map<string, string>();
  readonly #unknown = new Set<string>();
  readonly #found = new Map<string, Found>();
  readonly #notes = new Map<string, Found>();

  constructor(text: string, file: string) {
    this.#source = new SourceText(text, file);
    this.#sources = [this.#source];
  }

  get lineCounter(): LineCounter {
    return this.#source.lineCounter;
  }

  /** Records the place of a pointer's value. */
  place(pointer: string, place: Place): void {
    this.#places.set(pointer, { ...place, source: this.#source });
  }

  /** Adds the places and mistakes of an included file; a place of two files stays the first one's. */
  include(other: Report): void {
    this.#sources.push(...other.#sources);
    for (const [pointer, placed] of other.#places) {
      if (!this.#places.has(pointer)) this.#places.set(pointer, placed);
    }
    for (const pointer of other.#unknown) this.#unknown.add(pointer);
    for (const [key, found] of other.#found) this.#found.set(key, found);
    for (const [key, note] of other.#notes) this.#notes.set(key, note);
  }

  /** Says that what is below one pointer is written below another. */
  redirect(from: string, to: string): void {
    this.#redirects.set(from, to);
  }

  /** Whether the source has a value there, even if it was invalid and removed. */
  has(pointer: string): boolean {
    return this.#places.has(pointer);
  }

  /** The name of the file that has the value, or of the first one. */
  fileOf(pointer: string): string {
    return this.#at(pointer).source.file;
  }

  /** Suppresses further mistakes of this value, since the intended value is unknown. */
  markUnknown(pointer: string): void {
    this.#unknown.add(pointer);
  }

  /** Reports a mistake in the value, or in a part of its text. */
  atValue(pointer: string, message: string, within?: TextPlace): void {
    if (!this.#unknown.has(this.#written(pointer)))
      this.#add(this.#found, this.#inValue(pointer, message, within));
  }

  /** Reports a mistake in the key, or something missing below it. */
  atKey(pointer: string, message: string): void {
    this.#add(this.#found, this.#finding(pointer, 'key', message));
  }

  /** Something in the source is wrong, at a value that has a pointer if the source could be parsed. */
  atOffset(offset: number, message: string, pointer?: string): void {
    const source = this.#source;
    this.#add(this.#found, { source, offset, message, ...(pointer !== undefined && { pointer }) });
  }

  /** Adds a note about a valid but surprising key. */
  noteAtKey(pointer: string, message: string): void {
    this.#add(this.#notes, this.#finding(pointer, 'key', message));
  }

  /** The notes, sorted by place. */
  get notes(): readonly FileProblem[] {
    return this.#sorted(this.#notes);
  }

  /** Where a key is, for a mistake elsewhere that refers to it: `on line 3`, or `on line 3 of b.yaml`. */
  lineOfKey(pointer: string, { from }: { readonly from: string }): string {
    const { source, key } = this.#at(pointer);
    return `on line ${source.lineOf(key)}${source.file === from ? '' : ` of ${source.file}`}`;
  }

  /** @throws ConfigError with all mistakes, sorted by place, if there are any. */
  throwIfAny(): void {
    if (this.#found.size === 0) return;
    const problems = this.#sorted(this.#found);
    throw new ConfigError(formatProblems(problems), problems);
  }

  /** The problem of a value, for what shows only after the file was read. */
  problemAt(pointer: string, message: string, within?: TextPlace): FileProblem {
    const found = this.#inValue(pointer, message, within);
    return found.source.problemOf(found);
  }

  #inValue(pointer: string, message: string, within: TextPlace | undefined): Found {
    const found = this.#finding(pointer, 'value', message);
    return within ? { ...found, offset: found.source.offsetWithin(found.offset, within) } : found;
  }

  #finding(pointer: string, part: keyof Place, message: string): Found {
    const written = this.#written(pointer);
    const placed = this.#at(written);
    return { source: placed.source, offset: placed[part], message, pointer: written };
  }

  #add(list: Map<string, Found>, found: Found): void {
    list.set(`${found.source.file}:${found.offset} ${found.message}`, found);
  }

  #sorted(list: ReadonlyMap<string, Found>): readonly FileProblem[] {
    const order = (found: Found): number => this.#sources.indexOf(found.source);
    const sorted = [...list.values()].sort((a, b) => order(a) - order(b) || a.offset - b.offset);
    return sorted.map((found) => found.source.problemOf(found));
  }

  #at(pointer: string): Placed {
    return this.#places.get(this.#written(pointer)) ?? { source: this.#source, key: 0, value: 0 };
  }

  /** Where the value is written. */
  #written(pointer: string): string {
    if (this.#redirects.size === 0) return pointer;
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      const to = this.#redirects.get(pointer.slice(0, end));
      if (to !== undefined) return to + pointer.slice(end);
    }
    return pointer;
  }
}
