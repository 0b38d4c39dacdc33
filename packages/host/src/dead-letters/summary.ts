import type { Bus } from '@restmapper/bus';
import { withLetters } from './browse-queues.ts';
import type { LetterQueue } from './letter-queues.ts';

/** The number of a queue's dead letters, and their reasons. */
export interface DeadLetterSummary {
  readonly queue: string;
  /** Present: the queue of which it is a part. */
  readonly partOf?: string;
  readonly letters: number;
  /** The most frequent first. */
  readonly reasons: readonly ReasonCount[];
  /** How many dead letters the reasons cover: the oldest 1,000 at most. */
  readonly examined: number;
}

export interface ReasonCount {
  readonly reason: string;
  readonly letters: number;
}

/** The maximum number examined for their reasons. */
const maxExamined = 1000;

/**
 * Counts the dead letters of each of these queues that has some.
 *
 * @throws BusError
 */
export async function summarizeDeadLetters(
  bus: Bus,
  queues: readonly LetterQueue[],
): Promise<readonly DeadLetterSummary[]> {
  const summaries: DeadLetterSummary[] = [];
  // In sequence: reading hides dead letters from other readers for a moment.
  for (const queue of await withLetters(bus, queues)) {
    const summary = await summarize(bus, queue);
    if (summary.letters > 0) summaries.push(summary);
  }
  return summaries;
}

async function summarize(bus: Bus, { name, letters, partOf }: LetterQueue): Promise<DeadLetterSummary> {
  const counts = new Map<string, number>();
  let examined = 0;
  await bus.browseDeadLetters(name, ({ reason }) => {
    if (examined === maxExamined) return 'stop';
    examined += 1;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return 'keep';
  });
  const depth = (await bus.inspect()).find((queue) => queue.name === letters);
  const reasons = [...counts].map(([reason, count]) => ({ reason, letters: count }));
  return {
    queue: name,
    ...(partOf !== name && { partOf }),
    letters: examined < maxExamined ? examined : Math.max(examined, depth?.messages ?? 0),
    reasons: reasons.sort((a, b) => b.letters - a.letters),
    examined,
  };
}
