import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './settings.ts';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** The role, in every line. */
  readonly role: string;
  /** Whether a person reads along: coloured lines instead of JSON. */
  readonly terminal: boolean;
}

/** Opens the process's log on standard output. */
export function createLogger({ level, role, terminal }: LoggerOptions): Logger {
  const options = { level, base: { role, pid: process.pid } };
  if (!terminal) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime });
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname,role', translateTime: 'HH:MM:ss.l' }));
}
