import { count, createSorter, findWorkQueue } from '@restmapper/host';
import { withBus } from '../command/open-bus.ts';
import { type LettersCall, selectionOf } from './dlq-letters.ts';

/** Replays dead letters to the queue in which they failed. */
export function run(call: LettersCall): Promise<number> {
  const { terminal } = call;
  return withBus(call, async (bus, model) => {
    const queue = findWorkQueue(model, call.queue);
    const { replayed } = await bus.browseDeadLetters(
      queue,
      createSorter(selectionOf(call), () => 'replay'),
    );
    terminal.print(`replayed ${count(replayed)} to ${queue}\n`);
    return 0;
  });
}
