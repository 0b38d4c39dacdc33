import { InvalidArgumentError } from 'commander';
import type { Selection } from '@restmapper/host';
import type { CliArgument, CliOption, FileCall } from '../command/cli-command.ts';

/** How a command about the letters of one queue was called. */
export interface LettersCall extends FileCall {
  readonly queue: string;
  readonly id?: readonly string[];
  readonly reason?: string;
  readonly limit?: number;
}

export const queueArgument: CliArgument = {
  usage: '<queue>',
  summary: "the queue's name, that of its dead letters, or its endpoint",
};

/** The options that say which letters are meant. */
export const selectionOptions: readonly CliOption[] = [
  { flags: '--id <id...>', summary: 'only messages of these ids' },
  { flags: '--reason <text>', summary: 'only messages whose reason contains this' },
  {
    flags: '--limit <count>',
    summary: 'only this many of the oldest (show: 20)',
    parse: parseCount,
  },
];

/** Which letters a call means. */
export function selectionOf({ id: ids, reason, limit }: LettersCall): Selection {
  return { ids, reason, limit };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Must be a positive integer.');
  return Number(text);
}
