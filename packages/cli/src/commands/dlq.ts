import type { Bus } from '@restmapper/bus';
import {
  count,
  createSorter,
  findWorkQueue,
  formatLetter,
  formatSummary,
  type Selection,
  summarizeDeadLetters,
  viewLetter,
  workQueuesOf,
} from '@restmapper/host';
import type { FileCommand } from './check.ts';
import { withBus } from './open-bus.ts';

export interface ListCommand extends FileCommand {
  readonly json?: boolean | undefined;
}

/** A command about the letters of one queue that are selected. */
export interface LettersCommand extends FileCommand, Selection {
  readonly queue: string;
}

/** Prints which queues have dead letters, how many, and why. */
export function listDeadLetters(command: ListCommand): Promise<number> {
  const { terminal, json } = command;
  return withBus(command, async (bus, model) => {
    const summaries = await summarizeDeadLetters(bus, workQueuesOf(model));
    if (json) terminal.print(`${JSON.stringify(summaries)}\n`);
    else terminal.print(summaries.map(formatSummary).join('') || 'no dead letters\n');
    return 0;
  });
}

export interface ShowCommand extends LettersCommand {
  /** Whether to print each letter as a line of JSON, with the whole body. */
  readonly json?: boolean | undefined;
}

const excerptBytes = 400;

/** Prints letters, which stay where they are. */
export function showDeadLetters(command: ShowCommand): Promise<number> {
  const { terminal, json } = command;
  return withBus(command, async (bus, model) => {
    let shown = 0;
    const sorter = createSorter(command, (letter) => {
      shown += 1;
      terminal.print(
        json
          ? `${JSON.stringify(viewLetter(letter))}\n`
          : `${formatLetter(viewLetter(letter, excerptBytes))}\n`,
      );
      return 'keep';
    });
    const queue = findWorkQueue(model, command.queue);
    await bus.browseDeadLetters(queue, sorter);
    if (shown === 0) terminal.printError(`no such dead letters of ${queue}\n`);
    return 0;
  });
}

/** Gives letters back to the queue in which they died. */
export function replayDeadLetters(command: LettersCommand): Promise<number> {
  const { terminal } = command;
  return withBus(command, async (bus, model) => {
    const queue = findWorkQueue(model, command.queue);
    const { replayed } = await bus.browseDeadLetters(
      queue,
      createSorter(command, () => 'replay'),
    );
    terminal.print(`replayed ${count(replayed)} to ${queue}\n`);
    return 0;
  });
}

export interface PurgeCommand extends LettersCommand {
  /** Whether nobody is to be asked. */
  readonly yes?: boolean | undefined;
}

/** Deletes letters, once somebody has said yes. */
export function purgeDeadLetters(command: PurgeCommand): Promise<number> {
  const { terminal, yes } = command;
  return withBus(command, async (bus, model) => {
    const queue = findWorkQueue(model, command.queue);
    const limit = yes ? command.limit : await agreedCount(bus, queue, command);
    if (limit === 0) return 1;
    const sorter = createSorter({ ...command, limit }, () => 'purge');
    const { purged } = await bus.browseDeadLetters(queue, sorter);
    terminal.print(`deleted ${count(purged)} of ${queue}\n`);
    return 0;
  });
}

/** How many may be deleted: those that somebody saw counted, or none. */
async function agreedCount(bus: Bus, queue: string, command: PurgeCommand): Promise<number> {
  const { terminal } = command;
  let found = 0;
  const sorter = createSorter(command, () => {
    found += 1;
    return 'keep';
  });
  await bus.browseDeadLetters(queue, sorter);
  if (found === 0) {
    terminal.printError(`no such dead letters of ${queue}\n`);
    return 0;
  }
  const answer = await terminal.ask(`Delete ${count(found)} of ${queue} for ever? [y/N] `);
  if (answer === undefined) terminal.printError('nobody can be asked here: say --yes to delete them\n');
  return /^y(es)?$/i.test(answer?.trim() ?? '') ? found : 0;
}
