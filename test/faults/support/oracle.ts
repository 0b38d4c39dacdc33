import { expect } from 'chai';
import { until } from '../../support/until.ts';
import type { Figures } from '../../support/figures.ts';

/**
 * What a caller was told of a message.
 *
 * `confirmed`: it will be stored, once. `refused`: it was not accepted. `unknown`: either.
 */
export type CallOutcome = 'confirmed' | 'refused' | 'unknown';

/** What a later outcome of the same message does not take back: what was once unknown stays possible. */
const weights: Readonly<Record<CallOutcome, number>> = { refused: 0, unknown: 1, confirmed: 2 };

/** What callers were told of every message that they sent, where the same was sent more than once the weightiest. */
export class CallLog {
  readonly #outcomes = new Map<string, CallOutcome>();

  record(id: string, outcome: CallOutcome): void {
    const told = this.#outcomes.get(id) ?? outcome;
    this.#outcomes.set(id, weights[told] > weights[outcome] ? told : outcome);
  }

  /** What was told of a message; `undefined` when nobody sent it. */
  outcomeOf(id: string): CallOutcome | undefined {
    return this.#outcomes.get(id);
  }

  get sent(): number {
    return this.#outcomes.size;
  }

  ids(outcome: CallOutcome): readonly string[] {
    return [...this.#outcomes].filter(([, told]) => told === outcome).map(([id]) => id);
  }
}

/** The ids of the messages that are in the table, and of those that are dead letters, with repetitions. */
export interface Found {
  readonly stored: readonly string[];
  readonly dead: readonly string[];
}

/** The three that must be 0, and what they are to be seen against. */
export interface Verdict extends Figures {
  readonly sent: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly unknown: number;
  readonly stored: number;
  readonly dead: number;
  /** Confirmed, and neither stored nor a dead letter. */
  readonly lost: number;
  /** Found, though nobody sent it, or it was refused. */
  readonly unexpected: number;
  /** Found once more. */
  readonly duplicate: number;
}

/** Compares what callers were told with what is there. */
export function judge(log: CallLog, { stored, dead }: Found): Verdict {
  const found = new Set([...stored, ...dead]);
  const confirmed = log.ids('confirmed');
  return {
    sent: log.sent,
    confirmed: confirmed.length,
    refused: log.ids('refused').length,
    unknown: log.ids('unknown').length,
    stored: stored.length,
    dead: dead.length,
    lost: confirmed.filter((id) => !found.has(id)).length,
    unexpected: [...found].filter((id) => (log.outcomeOf(id) ?? 'refused') === 'refused').length,
    duplicate: stored.length + dead.length - found.size,
  };
}

/** Waits as long as confirmed messages are missing; then nothing may be lost, unexpected or doubled. */
export async function expectKept(
  log: CallLog,
  find: () => Promise<Found>,
  timeoutMs = 30_000,
): Promise<Verdict> {
  let verdict = judge(log, await find());
  // Dead letters that were looked at are out of sight for a moment: the last look counts, and no other follows.
  const isComplete = async () => {
    if (verdict.lost > 0) verdict = judge(log, await find());
    return verdict.lost === 0;
  };
  // What is missing then is told by the figures.
  await until(isComplete, { timeoutMs, everyMs: 100 }).catch(() => {});
  const { lost, unexpected, duplicate } = verdict;
  expect({ lost, unexpected, duplicate }, JSON.stringify(verdict)).to.deep.equal({
    lost: 0,
    unexpected: 0,
    duplicate: 0,
  });
  return verdict;
}
