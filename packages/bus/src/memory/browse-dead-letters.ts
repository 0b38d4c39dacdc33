import { type DecideDeadLetter, readDeadLetter, type BrowsedDeadLetters } from '../contract/dead-letter.ts';
import type { MemoryQueue } from './memory-queue.ts';
import { copyMessage } from './stored-message.ts';
import type { Stored } from './stored-message.ts';

/** Passes the waiting dead letters to a callback, and applies its decisions, all in one turn. */
export function browseDeadLetters(
  letters: MemoryQueue,
  work: MemoryQueue,
  sorter: DecideDeadLetter,
): BrowsedDeadLetters {
  const counts = { seen: 0, replayed: 0, purged: 0 };
  let isStopped = false;
  const sort = (stored: Stored): void => {
    const { message, routingKey } = stored.posted;
    const letter = readDeadLetter(copyMessage(message), { queue: work.name, attempt: stored.attempt });
    counts.seen += 1;
    const fate = sorter(letter);
    if (fate === 'keep' || fate === 'stop') {
      isStopped = fate === 'stop';
      return letters.putBack(stored);
    }
    if (fate === 'replay') work.post({ routingKey, message: { ...message, headers: letter.headers } });
    counts[fate === 'replay' ? 'replayed' : 'purged'] += 1;
    letters.drop(stored);
  };
  for (const stored of letters.takeWaiting()) {
    if (isStopped) letters.putBack(stored);
    else sort(stored);
  }
  return counts;
}
