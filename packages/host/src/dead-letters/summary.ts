import { deadLetterQueue, type Bus } from '@restmapper/bus';

/** The number of a work queue's dead letters, and their reasons. */
export interface DeadLetterSummary {
  readonly queue: string;
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
 * Counts the dead letters of every work queue of a bus that has some.
 *
 * @throws BusError
 */
export async function summarizeDeadLetters(
  bus: Bus,
  queues: readonly string[],
): Promise<readonly DeadLetterSummary[]> {
  const summaries: DeadLetterSummary[] = [];
  // In sequence: reading hides dead letters from other readers for a moment.
  for (const queue of queues) {
    const summary = await summarize(bus, queue);
    if (summary.letters > 0) summaries.push(summary);
  }
  return summaries;
}

async function summarize(bus: Bus, queue: string): Promise<DeadLetterSummary> {
  const counts = new Map<string, number>();
  let examined = 0;
  await bus.browseDeadLetters(queue, ({ reason }) => {
    if (examined === maxExamined) return 'stop';
    examined += 1;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return 'keep';
  });
  const depth = (await bus.inspect()).find(
    ({ name, kind }) => kind === 'dead' && name === deadLetterQueue(queue),
  );
  const reasons = [...counts].map(([reason, letters]) => ({ reason, letters }));
  return {
    queue,
    letters: examined < maxExamined ? examined : Math.max(examined, depth?.messages ?? 0),
    reasons: reasons.sort((a, b) => b.letters - a.letters),
    examined,
  };
}
