import type { CliCommand } from '../command/cli-command.ts';
import { queueArgument, selectionOptions } from './dlq-letters.ts';

const help = `
A message that a worker refused, that failed too often, or that killed its workers repeatedly
is moved to <queue>.dead, unchanged. It stays there until you decide:

  restmapper dlq list                                   which queues, how many, why
  restmapper dlq show "POST /messages/"                 the messages, oldest first; they stay
  restmapper dlq replay "POST /messages/"               process again, once the cause is fixed
  restmapper dlq replay "POST /messages/" --reason 23514
  restmapper dlq show "POST /messages/" --json --limit 100000 > dead-letters.jsonl
  restmapper dlq purge "POST /messages/" --id 0192f3a1-…

A replayed message keeps its message_id and goes only to the queue in which it failed: a stored
row is not stored again, and other workers and watchers do not see it twice.
A worker with a queue for each value or partition is named as a whole, by its name, its queue or
its endpoint, or by one of its queues, such as check@eu or orders#3. Messages whose routing key no
queue has are in <source>@.dead: a replay routes them again.
If a replay is interrupted, each message is in the queue, among the dead letters, or briefly in
both: run it again. The dead letters of an embedded bus are on its page, under /system.`;

const list: CliCommand = {
  name: 'list',
  summary: 'list the queues with dead letters, with numbers and reasons',
  options: [{ flags: '--json', summary: 'print JSON' }],
  file: 'either',
  run: () => import('./dlq-list.run.ts'),
};

const show: CliCommand = {
  name: 'show',
  summary: 'print dead letters with their reasons; they stay where they are',
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
  summary: 'move dead letters back to the queue in which they failed, with their ids',
  arguments: [queueArgument],
  options: selectionOptions,
  file: 'option',
  run: () => import('./dlq-replay.run.ts'),
};

const purge: CliCommand = {
  name: 'purge',
  summary: 'delete dead letters permanently, after confirmation',
  arguments: [queueArgument],
  options: [...selectionOptions, { flags: '--yes', summary: 'skip the confirmation' }],
  file: 'option',
  run: () => import('./dlq-purge.run.ts'),
};

export const dlq: CliCommand = {
  name: 'dlq',
  summary: 'inspect, replay or purge dead-lettered messages',
  help,
  commands: [list, show, replay, purge],
};
