import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './setting-values.ts';

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
  const output = pretty({ sync: true, ignore: 'pid,hostname,role', translateTime: 'HH:MM:ss.l' });
  return pino(options, { write: (line: string) => output.write(showControls(line)) });
}

/** A control character in a line of JSON, or an escape, which may stand for one. */
const controlOrEscape = /[\u007f-\u009f]|\\(?:u[\da-f]{4}|.)/gi;
const controlEscape = /^\\(?:u00[01]|u00[89]|u007f|[bfrt])/i;

/** Makes a line of JSON show its control characters, line feeds excepted: what others wrote commands no terminal. */
function showControls(line: string): string {
  return line.replaceAll(controlOrEscape, (found) => {
    if (found.length === 1) return `\\\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return controlEscape.test(found) ? `\\${found}` : found;
  });
}
