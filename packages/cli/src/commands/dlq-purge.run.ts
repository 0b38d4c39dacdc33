import type { Bus } from '@restmapper/bus';
import { count, createSorter, findWorkQueue } from '@restmapper/host';
import { withBus } from '../command/open-bus.ts';
import { type LettersCall, selectionOf } from './dlq-letters.ts';

export interface PurgeCall extends LettersCall {
  /** Whether to skip the confirmation. */
  readonly yes?: true;
}

/** Deletes dead letters after confirmation. */
export function run(call: PurgeCall): Promise<number> {
  const { terminal, yes } = call;
  return withBus(call, async (bus, model) => {
    const queue = findWorkQueue(model, call.queue);
    const limit = yes ? call.limit : await agreedCount(bus, queue, call);
    if (limit === 0) return 1;
    const sorter = createSorter({ ...selectionOf(call), limit }, () => 'purge');
    const { purged } = await bus.browseDeadLetters(queue, sorter);
    terminal.print(`deleted ${count(purged)} of ${queue}\n`);
    return 0;
  });
}

/** How many may be deleted: the confirmed number, or none. */
async function agreedCount(bus: Bus, queue: string, call: PurgeCall): Promise<number> {
  const { terminal } = call;
  let found = 0;
  const sorter = createSorter(selectionOf(call), () => {
    found += 1;
    return 'keep';
  });
  await bus.browseDeadLetters(queue, sorter);
  if (found === 0) {
    terminal.printError(`no such dead letters of ${queue}\n`);
    return 0;
  }
  const answer = await terminal.ask(`Delete ${count(found)} of ${queue} permanently? [y/N] `);
  if (answer === undefined)
    terminal.printError('there is no terminal for the confirmation: use --yes to delete them\n');
  return /^y(es)?$/i.test(answer?.trim() ?? '') ? found : 0;
}
