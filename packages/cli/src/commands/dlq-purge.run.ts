import type { Bus } from '@restmapper/bus';
import {
  browseQueues,
  count,
  createSorter,
  findLetterQueues,
  type NamedLetterQueues,
} from '@restmapper/host';
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
    const named = findLetterQueues(model, call.queue);
    const limit = yes ? call.limit : await agreedCount(bus, named, call);
    if (limit === 0) return 1;
    const sorter = createSorter({ ...selectionOf(call), limit }, () => 'purge');
    const done = await browseQueues(bus, named.queues, sorter);
    for (const { queue, purged } of done) terminal.print(`deleted ${count(purged)} of ${queue.name}\n`);
    if (done.length === 0) terminal.print(`deleted ${count(0)} of ${named.title}\n`);
    return 0;
  });
}

/** How many may be deleted: the confirmed number, or none. */
async function agreedCount(bus: Bus, { title, queues }: NamedLetterQueues, call: PurgeCall): Promise<number> {
  const { terminal } = call;
  let found = 0;
  const places = new Set<string>();
  const sorter = createSorter(selectionOf(call), ({ queue }) => {
    found += 1;
    places.add(queue);
    return 'keep';
  });
  await browseQueues(bus, queues, sorter);
  if (found === 0) {
    terminal.printError(`no such dead letters of ${title}\n`);
    return 0;
  }
  const where = places.size > 1 ? `${title}, in ${places.size} queues,` : title;
  const answer = await terminal.ask(`Delete ${count(found)} of ${where} permanently? [y/N] `);
  if (answer === undefined)
    terminal.printError('there is no terminal for the confirmation: use --yes to delete them\n');
  return /^y(es)?$/i.test(answer?.trim() ?? '') ? found : 0;
}
