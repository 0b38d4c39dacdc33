import { nameOf } from './pointer.ts';
import type { Report } from './report.ts';
import { parseDuration, parseSize } from './units.ts';

/** An amount as written, and its bounds in the same notation. */
export interface AmountOptions {
  readonly text: string | undefined;
  /** The default for an absent text. */
  readonly absent: string;
  readonly least: string;
  readonly most: string;
  /** The pointer of the text. */
  readonly pointer: string;
}

/** Parses a duration into milliseconds; reports one out of bounds, and uses the nearer bound. */
export function readDuration(options: AmountOptions, report: Report): number {
  return readAmount(parseDuration, options, report);
}

/** Parses a size into bytes; reports one out of bounds, and uses the nearer bound. */
export function readSize(options: AmountOptions, report: Report): number {
  return readAmount(parseSize, options, report);
}

function readAmount(
  parse: (text: string) => number | undefined,
  { text, absent, least, most, pointer }: AmountOptions,
  report: Report,
): number {
  // The file's schema accepts only amounts; one too large to represent is above every bound.
  const value = parse(text ?? absent) ?? Number.POSITIVE_INFINITY;
  const lower = parse(least) ?? 0;
  const upper = parse(most) ?? Number.POSITIVE_INFINITY;
  if (value >= lower && value <= upper) return value;
  report.atValue(pointer, `${nameOf(pointer)} must be ${least} to ${most}, not ${text}`);
  return Math.min(Math.max(value, lower), upper);
}
