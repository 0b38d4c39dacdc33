import type { DeadLetter } from '@restmapper/bus';
import { browseQueues, count, createComesBack, createSorter, findLetterQueues } from '@restmapper/host';
import { withBus } from '../command/open-bus.ts';
import { type LettersCall, selectionOf } from './dlq-letters.ts';

/** Replays dead letters to the queues in which they failed. */
export function run(call: LettersCall): Promise<number> {
  const { terminal } = call;
  return withBus(call, async (bus, model) => {
    const { title, queues } = findLetterQueues(model, call.queue);
    const comesBack = createComesBack(model);
    const back: DeadLetter[] = [];
    const sorter = createSorter(selectionOf(call), (letter) => {
      if (comesBack(letter)) back.push(letter);
      return 'replay';
    });
    const done = await browseQueues(bus, queues, sorter);
    for (const { queue, replayed } of done)
      terminal.print(`replayed ${count(replayed)} to ${queue.exchange ?? queue.name}\n`);
    if (done.length === 0) terminal.print(`replayed ${count(0)} to ${title}\n`);
    if (back.length > 0) terminal.printError(describeBack(back));
    return 0;
  });
}

function describeBack(letters: readonly DeadLetter[]): string {
  const keys = [...new Set(letters.map(({ routingKey }) => JSON.stringify(routingKey)))];
  const some = keys.length > 5 ? [...keys.slice(0, 5), '…'] : keys;
  const are = letters.length === 1 ? 'is a dead letter' : 'are dead letters';
  return `${letters.length} of them ${are} again: this file has no queue for the routing keys ${some.join(', ')}\n`;
}
