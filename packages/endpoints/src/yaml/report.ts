import { LineCounter } from 'yaml';
import { codeFrame } from './code-frame.ts';
import { suggestionIn } from './suggestion.ts';
import { ConfigError, formatProblems, type FileProblem } from '@restmapper/core';

/** Where a value and its key stand in the source, as offsets. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

interface Finding {
  readonly offset: number;
  readonly message: string;
  readonly pointer?: string;
}

/** Collects the problems of one file, each at the place that a JSON pointer or an offset names. */
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

  /** Remembers where the value of a pointer stands. */
  place(pointer: string, place: Place): void {
    this.#places.set(pointer, place);
  }

  /** Whether a value stood there in the source, also if it was wrong and is gone by now. */
  has(pointer: string): boolean {
    return this.#places.has(pointer);
  }

  /** Keeps further problems of this value back, since it is not known what the value would be. */
  markUnknown(pointer: string): void {
    this.#unknown.add(pointer);
  }

  /** The value is wrong. */
  atValue(pointer: string, message: string): void {
    if (!this.#unknown.has(pointer)) this.atOffset(this.#places.get(pointer)?.value ?? 0, message, pointer);
  }

  /** The key is wrong, or something is missing below it. */
  atKey(pointer: string, message: string): void {
    this.atOffset(this.#places.get(pointer)?.key ?? 0, message, pointer);
  }

  /** Something in the source is wrong, at a value that has a pointer if the source could be parsed. */
  atOffset(offset: number, message: string, pointer?: string): void {
    this.#found.set(`${offset} ${message}`, { offset, message, ...(pointer !== undefined && { pointer }) });
  }

  /** The key is right, but may surprise its writer. */
  noteAtKey(pointer: string, message: string): void {
    this.#notes.push({ offset: this.#places.get(pointer)?.key ?? 0, message, pointer });
  }

  /** What may surprise the file's writer, sorted by place. */
  get notes(): readonly FileProblem[] {
    return this.#sorted(this.#notes);
  }

  /** The line of a key, for a problem elsewhere that refers to it. */
  lineOfKey(pointer: string): number {
    return this.#lineAndColumn(this.#places.get(pointer)?.key ?? 0).line;
  }

  /** @throws ConfigError when anything was found, sorted by place. */
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
