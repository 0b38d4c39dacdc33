import type { CliCommand } from '../command/cli-command.ts';
import { queueArgument, selectionOptions } from './dlq-letters.ts';

const help = `
A message that a worker refused, that failed once too often, or that killed its worker again and
again lies in <queue>.dead, as it came. It waits there until somebody decides:

  restmapper dlq list                                   which queues, how many, why
  restmapper dlq show "POST /messages/"                 the letters, oldest first; they stay
  restmapper dlq replay "POST /messages/"               back to work, once the cause is fixed
  restmapper dlq replay "POST /messages/" --reason 23514
  restmapper dlq show "POST /messages/" --json --limit 100000 > letters.jsonl
  restmapper dlq purge "POST /messages/" --id 0192f3a1-…

A replayed message keeps its message_id and goes to the one queue in which it died: a row that
is stored already is not stored again, and other workers and watchers do not see it twice.
Whatever interrupts a replay, a message is in the queue, among the dead letters, or for a moment
in both; run it again. The letters of an embedded bus are on its page, under /system.`;

const list: CliCommand = {
  name: 'list',
  summary: 'list the queues that have dead letters, with how many and why',
  options: [{ flags: '--json', summary: 'print JSON' }],
  file: 'either',
  run: () => import('./dlq-list.run.ts'),
};

const show: CliCommand = {
  name: 'show',
  summary: 'print dead letters with what is known of their end; they stay where they are',
  arguments: [queueArgument],
  options: [
    ...selectionOptions,
    { flags: '--json', summary: 'print a line of JSON for each, with the whole body' },
  ],
  file: 'option',
  run: () => import('./dlq-show.run.ts'),
};

const replay: CliCommand = {
  name: 'replay',
  summary: 'give dead letters back to the queue in which they died, under their own ids',
  arguments: [queueArgument],
  options: selectionOptions,
  file: 'option',
  run: () => import('./dlq-replay.run.ts'),
};

const purge: CliCommand = {
  name: 'purge',
  summary: 'delete dead letters permanently; asks first',
  arguments: [queueArgument],
  options: [...selectionOptions, { flags: '--yes', summary: 'do not ask' }],
  file: 'option',
  run: () => import('./dlq-purge.run.ts'),
};

export const dlq: CliCommand = {
  name: 'dlq',
  summary: 'look at messages that were given up, give them back to work, or delete them',
  help,
  commands: [list, show, replay, purge],
};
