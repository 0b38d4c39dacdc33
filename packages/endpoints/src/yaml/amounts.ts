import { nameOf } from './pointer.ts';
import type { Report } from './report.ts';
import { parseDuration, parseSize } from './units.ts';

/** An amount as the file has it, and its bounds in the same notation. */
export interface AmountOptions {
  readonly text: string | undefined;
  /** What an absent text stands for. */
  readonly absent: string;
  readonly least: string;
  readonly most: string;
  /** Where the text stands. */
  readonly pointer: string;
}

/** Reads a duration into milliseconds; one out of bounds is reported, and read as the nearer bound. */
export function readDuration(options: AmountOptions, report: Report): number {
  return readAmount(parseDuration, options, report);
}

/** Reads a size into bytes; one out of bounds is reported, and read as the nearer bound. */
export function readSize(options: AmountOptions, report: Report): number {
  return readAmount(parseSize, options, report);
}

function readAmount(
  parse: (text: string) => number | undefined,
  { text, absent, least, most, pointer }: AmountOptions,
  report: Report,
): number {
  // The file's schema let only amounts pass; what is too large to count is above every bound.
  const value = parse(text ?? absent) ?? Number.POSITIVE_INFINITY;
  const lower = parse(least) ?? 0;
  const upper = parse(most) ?? Number.POSITIVE_INFINITY;
  if (value >= lower && value <= upper) return value;
  report.atValue(pointer, `${nameOf(pointer)} must be ${least} to ${most}, not ${text}`);
  return Math.min(Math.max(value, lower), upper);
}
