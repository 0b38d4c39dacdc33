import type { Selection } from '@restmapper/host';
import { parseCount } from '../command/parse-count.ts';
import type { CliArgument, CliOption, FileCall } from '../command/cli-command.ts';

/** The call of a command about the dead letters of a queue, or of all parts of one. */
export interface LettersCall extends FileCall {
  readonly queue: string;
  readonly id?: readonly string[];
  readonly reason?: string;
  readonly limit?: number;
}

export const queueArgument: CliArgument = {
  usage: '<queue>',
  summary: 'the name of a queue or of its dead-letter queue, a worker, or an endpoint: all their queues',
};

/** The options that select dead letters. */
export const selectionOptions: readonly CliOption[] = [
  { flags: '--id <id...>', summary: 'only messages with these ids' },
  { flags: '--reason <text>', summary: 'only messages whose reason contains this' },
  {
    flags: '--limit <count>',
    summary: 'only the oldest messages, this many (show: 20)',
    parse: parseCount,
  },
];

/** The selection of a call. */
export function selectionOf({ id: ids, reason, limit }: LettersCall): Selection {
  return { ids, reason, limit };
}
