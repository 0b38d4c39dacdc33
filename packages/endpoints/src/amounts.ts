import type { Report } from './report.ts';
import { parseDuration, parseSize } from './units.ts';

/** A text from the file, and what it stands for when it is absent; the bounds are written as in the file. */
export interface AmountOptions {
  readonly text: string | undefined;
  readonly absent: string;
  readonly least: string;
  readonly most: string;
}

/** Reads a duration into milliseconds; outside of its bounds it is a problem, and the nearer bound. */
export function durationAt(report: Report, pointer: string, options: AmountOptions): number {
  return amountAt(parseDuration, options, (message) => report.atValue(pointer, message));
}

/** Reads a size into bytes; outside of its bounds it is a problem, and the nearer bound. */
export function sizeAt(report: Report, pointer: string, options: AmountOptions): number {
  return amountAt(parseSize, options, (message) => report.atValue(pointer, message));
}

function amountAt(
  parse: (text: string) => number | undefined,
  { text, absent, least, most }: AmountOptions,
  complain: (message: string) => void,
): number {
  const value = parse(text ?? absent) ?? Number.POSITIVE_INFINITY;
  const [lower = 0, upper = 0] = [parse(least), parse(most)];
  if (value < lower || value > upper) complain(`must be ${least} to ${most}, not ${text}`);
  return Math.min(Math.max(value, lower), upper);
}
