import { browseQueues, createSorter, findLetterQueues, formatLetter, viewLetter } from '@restmapper/host';
import { withBus } from '../command/open-bus.ts';
import { type LettersCall, selectionOf } from './dlq-letters.ts';

export interface ShowCall extends LettersCall {
  /** Whether to print each dead letter as a line of JSON, with the whole body. */
  readonly json?: true;
}

const excerptBytes = 400;
const defaultLimit = 20;

/** Prints dead letters without removing them. */
export function run(call: ShowCall): Promise<number> {
  const { terminal, json } = call;
  const selection = selectionOf({ ...call, limit: call.limit ?? defaultLimit });
  return withBus(call, async (bus, model) => {
    let shown = 0;
    const sorter = createSorter(selection, (letter) => {
      shown += 1;
      terminal.print(
        json
          ? `${JSON.stringify(viewLetter(letter))}\n`
          : `${formatLetter(viewLetter(letter, excerptBytes))}\n`,
      );
      return 'keep';
    });
    const { title, queues } = findLetterQueues(model, call.queue);
    await browseQueues(bus, queues, sorter);
    if (shown === 0) terminal.printError(`no such dead letters of ${title}\n`);
    return 0;
  });
}
