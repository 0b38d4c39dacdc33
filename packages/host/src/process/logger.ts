import { type Logger, pino } from 'pino';
import type { LogLevel } from './setting-values.ts';
import { formatTerminalLine } from './terminal-line.ts';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** The role, in every line. */
  readonly role: string;
  /** Whether to write coloured lines for a terminal instead of JSON. */
  readonly terminal: boolean;
}

/** Opens the process's log on standard output. */
export function createLogger({ level, role, terminal }: LoggerOptions): Logger {
  const options = { level, base: { role, pid: process.pid } };
  if (!terminal) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime });
  const { stdout } = process;
  const colors = stdout.isTTY && stdout.hasColors();
  return pino(options, {
    write: (line: string) => {
      stdout.write(formatTerminalLine(line, { colors }));
    },
  });
}
