import { LineCounter } from 'yaml';
import { codeFrame } from './code-frame.ts';
import { suggestionIn } from './suggestion.ts';
import { ConfigError, formatProblems, type FileProblem } from '@restmapper/core';

/** The offsets of a value and its key in the source. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

interface Finding {
  readonly offset: number;
  readonly message: string;
  readonly pointer?: string;
}

/** Collects the mistakes in one file, each with a place given by a JSON pointer or an offset. */
export class Report {
  readonly lineCounter = new LineCounter();
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #places = new Map<string, Place>();
  readonly #unknown = new Set<string>();
  readonly #found = new Map<string, Finding>();
  readonly #notes: Finding[] = [];

  constructor(source: string, file: string) {
    this.#file = file;
    this.#lines = source.split(/\r?\n/);
  }

  /** Records the place of a pointer's value. */
  place(pointer: string, place: Place): void {
    this.#places.set(pointer, place);
  }

  /** Whether the source has a value there, even if it was invalid and removed. */
  has(pointer: string): boolean {
    return this.#places.has(pointer);
  }

  /** Suppresses further mistakes of this value, since the intended value is unknown. */
  markUnknown(pointer: string): void {
    this.#unknown.add(pointer);
  }

  /** Reports a mistake in the value. */
  atValue(pointer: string, message: string): void {
    if (!this.#unknown.has(pointer)) this.atOffset(this.#places.get(pointer)?.value ?? 0, message, pointer);
  }

  /** Reports a mistake in the key, or something missing below it. */
  atKey(pointer: string, message: string): void {
    this.atOffset(this.#places.get(pointer)?.key ?? 0, message, pointer);
  }

  /** Something in the source is wrong, at a value that has a pointer if the source could be parsed. */
  atOffset(offset: number, message: string, pointer?: string): void {
    this.#found.set(`${offset} ${message}`, { offset, message, ...(pointer !== undefined && { pointer }) });
  }

  /** Adds a note about a valid but surprising key. */
  noteAtKey(pointer: string, message: string): void {
    this.#notes.push({ offset: this.#places.get(pointer)?.key ?? 0, message, pointer });
  }

  /** The notes, sorted by place. */
  get notes(): readonly FileProblem[] {
    return this.#sorted(this.#notes);
  }

  /** The line of a key, for a mistake elsewhere that refers to it. */
  lineOfKey(pointer: string): number {
    return this.#lineAndColumn(this.#places.get(pointer)?.key ?? 0).line;
  }

  /** @throws ConfigError with all mistakes, sorted by place, if there are any. */
  throwIfAny(): void {
    if (this.#found.size === 0) return;
    const problems = this.#sorted([...this.#found.values()]);
    throw new ConfigError(formatProblems(problems), problems);
  }

  #sorted(findings: readonly Finding[]): readonly FileProblem[] {
    const sorted = [...findings].sort((a, b) => a.offset - b.offset);
    return sorted.map((finding) => this.#problem(finding));
  }

  /** The problem of a value, for what shows only after the file was read. */
  problemAt(pointer: string, message: string): FileProblem {
    return this.#problem({ offset: this.#places.get(pointer)?.value ?? 0, message, pointer });
  }

  #problem({ offset, message, pointer }: Finding): FileProblem {
    const place = this.#lineAndColumn(offset);
    const suggestion = suggestionIn(message);
    return {
      file: this.#file,
      ...place,
      message,
      frame: codeFrame(this.#lines, place),
      ...(pointer !== undefined && { pointer }),
      ...(suggestion !== undefined && { suggestion }),
    };
  }

  #lineAndColumn(offset: number): { line: number; column: number } {
    const { line, col } = this.lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
