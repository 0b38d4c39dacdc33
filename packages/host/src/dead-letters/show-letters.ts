import type { Bus } from '@restmapper/bus';
import { withLetters } from './browse-queues.ts';
import type { LetterQueue } from './letter-queues.ts';
import { type LetterView, viewLetter } from './letter-view.ts';
import { createSorter, type Selection } from './selection.ts';

const excerptBytes = 4096;
/** The maximum body size of a dead letter requested by id. */
const wholeBytes = 1_048_576;

/**
 * Shows the oldest dead letters of several queues, in the order in which they were published; of one queue, in its own
 * order.
 *
 * @throws BusError
 */
export async function showLetters(
  bus: Bus,
  queues: readonly LetterQueue[],
  { limit = Number.POSITIVE_INFINITY, ...selection }: Selection,
): Promise<readonly LetterView[]> {
  let letters: readonly LetterView[] = [];
  for (const queue of await withLetters(bus, queues)) {
    const found: LetterView[] = [];
    const sorter = createSorter({ ...selection, limit }, (letter) => {
      found.push(viewLetter(letter, selection.ids ? wholeBytes : excerptBytes));
      return 'keep';
    });
    await bus.browseDeadLetters(queue.name, sorter);
    // Cut each time, so that many queues take no more memory than one.
    letters = oldestOf([...letters, ...found], queues.length).slice(0, limit);
  }
  return letters;
}

function oldestOf(letters: readonly LetterView[], queues: number): readonly LetterView[] {
  if (queues === 1) return letters;
  return letters.toSorted((a, b) =>
    a.publishedAt < b.publishedAt ? -1 : Number(a.publishedAt > b.publishedAt),
  );
}
