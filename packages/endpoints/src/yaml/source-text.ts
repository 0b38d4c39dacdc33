import type { FileProblem, TextPlace } from '@restmapper/core';
import { LineCounter } from 'yaml';
import { codeFrame } from './code-frame.ts';
import { suggestionIn } from './suggestion.ts';
import { findInScalar } from './text-offset.ts';

/** A mistake at an offset of a text. */
export interface Finding {
  readonly offset: number;
  readonly message: string;
  /** Absent if the text could not be parsed. */
  readonly pointer?: string;
}

/** The text of a file, whose offsets it knows as lines and columns. */
export class SourceText {
  /** The file's name in problems. */
  readonly file: string;
  readonly lineCounter = new LineCounter();
  readonly #text: string;
  readonly #lines: readonly string[];

  constructor(text: string, file: string) {
    this.file = file;
    this.#text = text;
    this.#lines = text.split(/\r?\n/);
  }

  lineOf(offset: number): number {
    return this.#placeOf(offset).line;
  }

  /** The offset of a character of the scalar at an offset; that of the scalar if it is not written like that. */
  offsetWithin(start: number, within: TextPlace): number {
    return findInScalar(this.#text, start, within) ?? start;
  }

  problemOf({ offset, message, pointer }: Finding): FileProblem {
    const place = this.#placeOf(offset);
    const suggestion = suggestionIn(message);
    return {
      file: this.file,
      ...place,
      message,
      frame: codeFrame(this.#lines, place),
      ...(pointer !== undefined && { pointer }),
      ...(suggestion !== undefined && { suggestion }),
    };
  }

  #placeOf(offset: number): { line: number; column: number } {
    const { line, col } = this.lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
