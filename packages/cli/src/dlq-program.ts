import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '@restmapper/host';
import { withEitherFile, withFile } from './file-argument.ts';

/** Makes the action of a command out of what resolves with its exit code. */
export type ExitWith = <Args extends unknown[]>(
  run: (...args: Args) => Promise<number> | number,
) => (...args: Args) => Promise<void>;

/** Loaded only when one of them runs. */
const loadDlq = () => import('./commands/dlq.ts');

const help = `
A message that a worker refused, that failed once too often, or that killed its worker again and
again lies in <queue>.dead, as it came. It waits there until somebody decides:

  restmapper dlq list                                   which queues, how many, why
  restmapper dlq show "POST /messages/"                 the letters, oldest first; they stay
  restmapper dlq replay "POST /messages/"               back to work, once the cause is mended
  restmapper dlq replay "POST /messages/" --reason 23514
  restmapper dlq show "POST /messages/" --json --limit 100000 > letters.jsonl
  restmapper dlq purge "POST /messages/" --id 0192f3a1-…

A replayed message keeps its message_id and goes to the one queue in which it died: a row that
is stored already is not stored again, and other workers and watchers do not see it twice.
Whatever interrupts a replay, a message is in the queue, among the dead letters, or for a moment
in both; run it again. The letters of an embedded bus are on its page, under /system.`;

/** The options of a command about letters; commander names them so. */
interface Options {
  readonly file: string;
  readonly id?: readonly string[];
  readonly reason?: string;
  readonly limit?: number;
  readonly json?: true;
  readonly yes?: true;
}

/** What the parts of the program need that are added from files of their own. */
export interface ProgramParts {
  readonly terminal: Terminal;
  readonly exitWith: ExitWith;
}

/** Adds `dlq list | show | replay | purge`. */
export function addDlq(program: Command, { terminal, exitWith }: ProgramParts): void {
  const dlq = program
    .command('dlq')
    .description('look at messages that were given up, give them back to work, or delete them')
    .addHelpText('after', help);
  withEitherFile(
    dlq
      .command('list')
      .description('list the queues that have dead letters, with how many and why')
      .option('--json', 'print JSON'),
    exitWith(async (file: string, options: Options) =>
      (await loadDlq()).listDeadLetters({ ...options, file, terminal }),
    ),
  );
  const aboutLetters = (name: Action, description: string): Command =>
    withSelection(withFile(dlq.command(name)))
      .description(description)
      .action(
        exitWith(async (queue: string, { id: ids, ...options }: Options) =>
          (await actions())[name]({ ...options, ids, queue, terminal }),
        ),
      );
  aboutLetters('show', 'print dead letters with what is known of their end; they stay where they are')
    .option('--json', 'print a line of JSON for each, with the whole body')
    .setOptionValue('limit', 20);
  aboutLetters('replay', 'give dead letters back to the queue in which they died, under their own ids');
  aboutLetters('purge', 'delete dead letters for ever; asks first').option('--yes', 'do not ask');
}

type Action = 'show' | 'replay' | 'purge';

async function actions() {
  const { showDeadLetters, replayDeadLetters, purgeDeadLetters } = await loadDlq();
  return { show: showDeadLetters, replay: replayDeadLetters, purge: purgeDeadLetters };
}

function withSelection(command: Command): Command {
  return command
    .argument('<queue>', "the queue's name, that of its dead letters, or its endpoint")
    .option('--id <id...>', 'only messages of these ids')
    .option('--reason <text>', 'only messages whose reason contains this')
    .option('--limit <count>', 'only the oldest so many of them (show: 20)', parseCount);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1.');
  return Number(text);
}
