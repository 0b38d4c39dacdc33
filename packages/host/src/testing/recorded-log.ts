import type { Log } from '@restmapper/core';

/** A line of a recorded log. */
export interface LogLine {
  readonly level: keyof Log;
  /** The text. */
  readonly message: string;
  /** The structured part. */
  readonly fields: object;
}

/** A log that keeps its lines instead of writing them. */
export function recordLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Log) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields });
  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    lines,
  };
}
