import type { Bus, BrowsedDeadLetters, DecideDeadLetter } from '@restmapper/bus';
import type { LetterQueue } from './letter-queues.ts';

/** What was done in one of several queues. */
export interface BrowsedQueue extends BrowsedDeadLetters {
  readonly queue: LetterQueue;
}

/**
 * Lets a callback decide about the dead letters of several queues, one queue after the other; the result lists the
 * queues in which it did something.
 *
 * Only queues that have dead letters are read: reading costs some round trips, and hides them from others for a moment.
 * @throws BusError: then what was done until then is not undone.
 */
export async function browseQueues(
  bus: Pick<Bus, 'browseDeadLetters' | 'inspect'>,
  queues: readonly LetterQueue[],
  decide: DecideDeadLetter,
): Promise<readonly BrowsedQueue[]> {
  const browsed: BrowsedQueue[] = [];
  for (const queue of await withLetters(bus, queues)) {
    const done = await bus.browseDeadLetters(queue.name, decide);
    if (done.replayed + done.purged > 0) browsed.push({ queue, ...done });
  }
  return browsed;
}

/** The queues that have dead letters, or may have some; a single one is not looked up. */
export async function withLetters(
  bus: Pick<Bus, 'inspect'>,
  queues: readonly LetterQueue[],
): Promise<readonly LetterQueue[]> {
  if (queues.length <= 1) return queues;
  const depths = new Map((await bus.inspect()).map(({ name, messages }) => [name, messages]));
  return queues.filter(({ letters }) => depths.get(letters) !== 0);
}
