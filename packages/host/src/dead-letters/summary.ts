import { deadLetterQueue, type Bus } from '@restmapper/bus';

/** How many dead letters a work queue has, and why. */
export interface DeadLetterSummary {
  readonly queue: string;
  readonly letters: number;
  /** The most frequent first. */
  readonly reasons: readonly ReasonCount[];
  /** Of how many letters the reasons are: of the oldest 1,000 at most. */
  readonly examined: number;
}

export interface ReasonCount {
  readonly reason: string;
  readonly letters: number;
}

/** More are not looked at only to count their reasons. */
const maxExamined = 1000;

/**
 * Counts the dead letters of every work queue of a bus, those without any left out.
 *
 * @throws BusError
 */
export async function summarizeDeadLetters(
  bus: Bus,
  queues: readonly string[],
): Promise<readonly DeadLetterSummary[]> {
  const summaries: DeadLetterSummary[] = [];
  // One after the other: each look takes its letters from the others' sight for a moment.
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
